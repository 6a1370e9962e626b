// A listening socket outlives errors of accept, and idle connections lock nobody out.
#include "feeds/core/tcp_listener.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <new>
#include <vector>

#include "feeds/core/connection_seats.hpp"
#include "support/moments.hpp"
#include "support/no_descriptors.hpp"

namespace breakwatch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using test::ip;
using test::NoDescriptors;

struct Listening {
    asio::io_context io;
    std::vector<tcp::socket> admitted;
    std::vector<std::string> down;
    int up = 0;
    int lost = 0;
    TcpListener listener{
        io,
        "127.0.0.1",
        0,
        {.admit = [this](tcp::socket socket, const IpAddress&) { admitted.push_back(std::move(socket)); },
         .down = [this](const std::string& why) { down.push_back(why); },
         .up = [this] { ++up; },
         .lost = [this](const std::string&) { ++lost; }}};

    template <typename Done>
    bool run_until(Done done)
    {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!done() && std::chrono::steady_clock::now() < end) {
            io.restart();
            io.run_for(20ms);
        }
        return done();
    }
};

struct Hosts {
    ConnectionSeats seats;
    std::vector<std::shared_ptr<ConnectionSeat>> held;
    std::vector<std::string> closed;

    std::shared_ptr<ConnectionSeat> come(const std::string& address)
    {
        const auto taken = seats.take(ip(address), [this, address] { closed.push_back(address); });
        if (taken.seat) held.push_back(taken.seat);
        std::erase_if(held, [](const auto& seat) { return seat->displaced; });
        return taken.seat;
    }
};

}  // namespace

TEST_CASE("without descriptors the listener is down with the reason, and up again once there are some")
{
    Listening here;
    here.listener.open();
    REQUIRE(here.run_until([&] { return here.up == 1; }));
    asio::io_context client;
    tcp::socket waiting(client, tcp::v4());
    {
        const NoDescriptors none;
        waiting.connect({asio::ip::make_address("127.0.0.1"), here.listener.port()});
        REQUIRE(here.run_until([&] { return !here.down.empty(); }));
        CHECK(here.admitted.empty());
        CHECK(here.down.front() == here.listener.where() + ": cannot accept: Too many open files; tried again");
    }
    REQUIRE(here.run_until([&] { return here.admitted.size() == 1; }));
    CHECK(here.up == 2);
    CHECK(here.lost == 0);
}

TEST_CASE("an exception while a connection is admitted costs that one; the next is admitted")
{
    asio::io_context io;
    int admitted = 0;
    std::vector<std::string> down;
    TcpListener listener(io, "127.0.0.1", 0,
                         {.admit =
                              [&](tcp::socket, const IpAddress& peer) {
                                  CHECK(peer == ip("127.0.0.1"));
                                  if (++admitted == 1) throw std::bad_alloc();
                                  io.stop();
                              },
                          .down = [&](const std::string& why) { down.push_back(why); },
                          .up = [] {},
                          .lost = [](const std::string&) {}});
    listener.open();
    asio::io_context client;
    tcp::socket one(client), two(client);
    one.connect({asio::ip::make_address("127.0.0.1"), listener.port()});
    two.connect({asio::ip::make_address("127.0.0.1"), listener.port()});
    io.run_for(20s);
    CHECK(admitted == 2);
    REQUIRE(down.size() == 1);
    CHECK(down.front().ends_with(": std::bad_alloc"));
}

TEST_CASE("a port in use is told with its reason and can be opened later")
{
    Listening first;
    first.listener.open();
    std::vector<std::string> down;
    {
        TcpListener second(first.io, "127.0.0.1", first.listener.port(),
                           {.admit = [](tcp::socket, const IpAddress&) {},
                            .down = [&](const std::string& why) { down.push_back(why); },
                            .up = [] {},
                            .lost = [](const std::string&) {}});
        second.open();
        CHECK_FALSE(second.is_open());
        CHECK(down.size() == 1);
        first.listener.close();
        second.open();
        CHECK(second.is_open());
        CHECK(down.size() == 1);
    }
}

TEST_CASE("a host that opens hundreds of connections takes seats from itself alone")
{
    Hosts hosts{ConnectionSeats(64, 64), {}, {}};
    const auto pbx = hosts.come("10.0.0.8");
    for (int i = 0; i < 400; ++i) CHECK(hosts.come("10.0.0.66"));
    CHECK_FALSE(pbx->displaced);
    CHECK(hosts.come("10.0.0.9"));
    CHECK(std::ranges::count(hosts.closed, "10.0.0.66") == 400 - 63 + 1);
    CHECK(hosts.held.size() == 64);
}

TEST_CASE("who has shown nothing gives way before who has, whatever address it comes from")
{
    Hosts hosts{ConnectionSeats(8, 8), {}, {}};
    const auto pbx = hosts.come("10.0.0.8");
    pbx->used();
    for (int i = 0; i < 100; ++i) CHECK(hosts.come("10.0.1." + std::to_string(i)));
    CHECK_FALSE(pbx->displaced);
    CHECK(hosts.closed.front() == "10.0.1.0");
}

TEST_CASE("the addresses of one IPv6 network are one host")
{
    Hosts hosts{ConnectionSeats(8, 4), {}, {}};
    for (int i = 1; i < 10; ++i) CHECK(hosts.come("2001:db8::" + std::to_string(i)));
    CHECK(hosts.held.size() == 4);
    CHECK(hosts.closed.size() == 5);
    CHECK(hosts.come("2001:db8:0:1::1"));
    CHECK(hosts.closed.size() == 5);
}

TEST_CASE("who is busy does not give way; where all are, the new one is turned away")
{
    Hosts hosts{ConnectionSeats(2, 2), {}, {}};
    const auto first = hosts.come("10.0.0.1");
    const auto second = hosts.come("10.0.0.2");
    first->busy = second->busy = true;
    CHECK_FALSE(hosts.come("10.0.0.3"));
    CHECK(hosts.closed.empty());
    second->busy = false;
    CHECK(hosts.come("10.0.0.3"));
    CHECK(hosts.closed == std::vector<std::string>{"10.0.0.2"});
}

TEST_CASE("a telephone system that lost its power comes back though its old connections were never ended")
{
    Hosts hosts{ConnectionSeats(64, 4), {}, {}};
    for (int i = 0; i < 4; ++i) hosts.come("10.0.0.8")->used();
    const auto again = hosts.come("10.0.0.8");
    REQUIRE(again);
    CHECK(hosts.closed.size() == 1);
}

}  // namespace breakwatch
