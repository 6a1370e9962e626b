// The listener on a real socket; what it says of the datagrams is radius_accounting_test's.
#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>

#include "feeds/radius/radius_listener.hpp"
#include "unit/feeds/recorded_feeds.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using boost::asio::ip::udp;

namespace {

const std::string kSecret = "six-Secret-6";

// A Start of a session, signed by the function under test of decode/: not what is asked here.
std::vector<std::uint8_t> recorded_v6_start()
{
    for (const auto& row : read_jsonl("radius_vectors.jsonl")) {
        if (text(row, "src") != "::1" || text(row, "kind") != "request") continue;
        std::vector<std::uint8_t> bytes;
        const auto hex = text(row, "hex");
        for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
            bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
        }
        return bytes;
    }
    return {};
}

struct Live {
    boost::asio::io_context io;
    ScratchFolder folder;
    std::vector<Observation> seen;
    std::unique_ptr<RadiusListener> listener;

    RadiusListenerSettings settings()
    {
        write_file(folder.file("secret"), kSecret + "\n");
        RadiusListenerSettings settings;
        settings.listen = "::1";
        settings.port = 0;
        settings.clients = {{"loopback6", "::1", folder.file("secret"), false}};
        return settings;
    }
    void start(const RadiusListenerSettings& settings)
    {
        listener = make_radius_listener(io, settings, [this](const Observation& o) { seen.push_back(o); });
        listener->start();
    }
    void run() { io.run_for(std::chrono::milliseconds{200}); }
};

struct Nas {
    boost::asio::io_context io;
    udp::socket socket{io, udp::endpoint(boost::asio::ip::address_v6::loopback(), 0)};

    void send(const std::vector<std::uint8_t>& bytes, std::uint16_t port)
    {
        socket.send_to(boost::asio::buffer(bytes), {boost::asio::ip::address_v6::loopback(), port});
    }
    std::size_t answers()
    {
        socket.non_blocking(true);
        std::array<std::uint8_t, 4096> buffer{};
        boost::system::error_code error;
        std::size_t count = 0;
        while (socket.receive(boost::asio::buffer(buffer), 0, error) > 0 && !error) ++count;
        return count;
    }
};

}  // namespace

TEST_CASE("an Accounting-Request over the network becomes an event and is answered")
{
    Live live;
    Nas nas;
    live.start(live.settings());
    nas.send(recorded_v6_start(), live.listener->port());
    live.run();
    CHECK(nas.answers() == 1);
    CHECK(live.listener->status().up);
    CHECK(live.listener->status().taken == 1);
    CHECK(live.listener->duplicates() == 0);
}

TEST_CASE("a repeat is answered again and counted once")
{
    Live live;
    Nas nas;
    live.start(live.settings());
    for (int i = 0; i < 3; ++i) nas.send(recorded_v6_start(), live.listener->port());
    live.run();
    CHECK(nas.answers() == 3);
    CHECK(live.listener->status().taken == 1);
    CHECK(live.listener->duplicates() == 2);
}

TEST_CASE("a listener that is told to be silent takes all and answers nothing")
{
    Live live;
    Nas nas;
    auto settings = live.settings();
    settings.answer = false;
    live.start(settings);
    nas.send(recorded_v6_start(), live.listener->port());
    live.run();
    CHECK(nas.answers() == 0);
    CHECK(live.listener->status().taken == 1);
}

TEST_CASE("datagrams of any size and content are survived")
{
    Live live;
    Nas nas;
    live.start(live.settings());
    nas.send({}, live.listener->port());
    nas.send(std::vector<std::uint8_t>(60'000, 0xff), live.listener->port());
    auto padded = recorded_v6_start();
    padded.resize(20'000, 0);  // RFC 2866 section 3: octets past Length are padding
    nas.send(padded, live.listener->port());
    live.run();
    CHECK(nas.answers() == 1);
    CHECK(live.listener->status().taken == 1);
    CHECK(live.listener->status().refused == 2);
}

TEST_CASE("a port that is taken is told once, and the program goes on")
{
    Live first;
    first.start(first.settings());
    Live second;
    auto settings = second.settings();
    settings.port = first.listener->port();
    second.start(settings);
    second.run();
    CHECK_FALSE(second.listener->status().up);
    REQUIRE(second.seen.size() == 1);
    const auto& state = std::get<FeedState>(second.seen[0]);
    CHECK_FALSE(state.up);
    CHECK(state.what.find("in use") != std::string::npos);
    second.listener->stop();
    first.listener->stop();
}

TEST_CASE("a secret is read again on reload")
{
    Live live;
    Nas nas;
    const auto settings = live.settings();
    write_file(settings.clients[0].secret_file, "wrong\n");
    live.start(settings);
    nas.send(recorded_v6_start(), live.listener->port());
    live.run();
    CHECK(live.listener->refused(RadiusRefusal::bad_authenticator) == 1);
    write_file(settings.clients[0].secret_file, kSecret + "\n");
    live.listener->reload();
    live.io.restart();
    nas.send(recorded_v6_start(), live.listener->port());
    live.run();
    CHECK(live.listener->status().taken == 1);
}
