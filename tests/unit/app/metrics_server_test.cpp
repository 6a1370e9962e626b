// Who asks the metrics' server, and what it costs whom.
#include "app/metrics_server.hpp"

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <vector>

namespace breakwatch {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

struct Serving {
    explicit Serving(MetricsServerSettings settings = {})
        : server(io, std::move(settings),
                 {.page = [this] { return "made " + std::to_string(++made) + "\n"; },
                  .state = [this](const std::string& why) { states.push_back(why); }})
    {
        server.start();
    }

    tcp::socket connect()
    {
        tcp::socket socket(io);
        socket.connect({asio::ip::make_address("127.0.0.1"), server.port()});
        return socket;
    }
    // All that comes until the other end closes; "" once it did not within the time.
    std::string answer(tcp::socket& socket, std::chrono::seconds within = 20s)
    {
        std::string text;
        bool over = false;
        asio::async_read(socket, asio::dynamic_buffer(text), [&](boost::system::error_code, std::size_t) {
            over = true;
            io.stop();
        });
        io.restart();
        io.run_for(within);
        if (over) return text;
        socket.cancel();
        io.restart();
        io.run_for(1s);
        return "still open";
    }
    std::string ask(const std::string& request)
    {
        auto socket = connect();
        asio::write(socket, asio::buffer(request));
        return answer(socket);
    }

    asio::io_context io;
    int made = 0;
    std::vector<std::string> states;
    MetricsServer server;
};

const std::string kScrape = "GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n";

}  // namespace

TEST_CASE("a scrape gets the page, which is made once however often it is asked for")
{
    Serving here;
    const auto first = here.ask(kScrape);
    CHECK(first.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(first.find("text/plain; version=0.0.4") != std::string::npos);
    CHECK(first.ends_with("\r\n\r\nmade 1\n"));
    CHECK(here.ask(kScrape).ends_with("made 1\n"));
    here.server.renew();
    CHECK(here.ask(kScrape).ends_with("made 2\n"));
    CHECK(here.states == std::vector<std::string>{""});
}

TEST_CASE("anything but a scrape is refused in words, and makes no page")
{
    Serving here;
    CHECK(here.ask("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
    CHECK(here.ask("GET /metrics/../status HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 "));
    CHECK(here.ask("POST /metrics HTTP/1.1\r\nContent-Length: 0\r\n\r\n").starts_with("HTTP/1.1 405 "));
    CHECK(here.ask("no http at all\r\n\r\n").empty());
    CHECK(here.ask("GET /metrics HTTP/1.1\r\nX: " + std::string(8'000, 'x') + "\r\n\r\n").empty());
    CHECK(here.made == 0);
}

TEST_CASE("a client that says nothing is closed at the deadline")
{
    Serving here({.step = 300ms});
    auto silent = here.connect();
    CHECK(here.answer(silent).empty());
}

TEST_CASE("clients that hold every connection give way to one that asks")
{
    Serving here({.most_connections = 4, .step = 60s});
    std::vector<tcp::socket> silent;
    for (int i = 0; i < 12; ++i) silent.push_back(here.connect());
    CHECK(here.ask(kScrape).ends_with("made 1\n"));
    CHECK(here.answer(silent.front()).empty());
    CHECK(here.answer(silent.back(), 1s) == "still open");
}

TEST_CASE("who asks without a pause is answered so often in a second, and again in the next")
{
    Serving here({.most_in_a_second = 5});
    int answered = 0;
    for (int i = 0; i < 20; ++i) {
        auto socket = here.connect();
        boost::system::error_code ignored;
        asio::write(socket, asio::buffer(kScrape), ignored);
        answered += here.answer(socket).starts_with("HTTP/1.1 200") ? 1 : 0;
    }
    CHECK(answered >= 5);
    CHECK(answered <= 10);  // a second may have gone by
    here.io.restart();
    here.io.run_for(1100ms);
    CHECK(here.ask(kScrape).ends_with("made 1\n"));
}

TEST_CASE("a port in use is told once with its reason, and taken when it is free")
{
    Serving first;
    auto second = std::make_unique<Serving>(MetricsServerSettings{.port = first.server.port()});
    REQUIRE(second->states.size() == 1);
    CHECK(second->states.front() == "127.0.0.1:" + std::to_string(first.server.port()) + ": Address already in use");
    second->io.run_for(1500ms);
    CHECK(second->states.size() == 1);
    first.server.close();
    second->io.restart();
    second->io.run_for(1500ms);
    CHECK(second->states.size() == 2);
    CHECK(second->ask(kScrape).ends_with("made 1\n"));
}

TEST_CASE("a server that goes while a client is half way touches nothing of its own any more")
{
    asio::io_context io;
    std::vector<tcp::socket> clients;
    {
        MetricsServer server(io, {}, {.page = [] { return std::string("x"); }, .state = [](const std::string&) {}});
        server.start();
        for (int i = 0; i < 3; ++i) {
            auto& client = clients.emplace_back(io);
            client.connect({asio::ip::make_address("127.0.0.1"), server.port()});
            asio::write(client, asio::buffer(std::string("GET /metr")));
        }
        io.run_for(100ms);
    }
    asio::write(clients.front(), asio::buffer(std::string("ics HTTP/1.1\r\n\r\n")));
    io.restart();
    io.run_for(200ms);
    boost::system::error_code error;
    std::array<char, 8> some{};
    clients.front().read_some(asio::buffer(some), error);
    CHECK(error);
}

}  // namespace breakwatch
