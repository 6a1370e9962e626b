// What a destination by TLS tells of itself.
#include <doctest/doctest.h>

#include <algorithm>

#include "alerts/transports/syslog_sink.hpp"
#include "unit/alerts/an_alert.hpp"
#include "unit/alerts/tls_receiver.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct World {
    explicit World(const std::string& certificate) : receiver(io, certificate) {}

    void make(const std::function<void(SyslogTls&)>& change = {})
    {
        auto config = by_tls(receiver.port());
        if (change) change(*config.tls);
        sink = make_syslog_sink(io, config, short_times());
        sink->listen({.broke = {}, .tell = [this](const SinkNotice& notice) { notices.push_back(notice.text); }});
    }
    void deliver()
    {
        sink->deliver({an_alert()}, [this](SinkTaken taken) { taken.count == 0 ? deliver() : void(++done); });
    }

    boost::asio::io_context io;
    TlsReceiver receiver;
    std::vector<std::string> notices;
    std::unique_ptr<Sink> sink;
    int done = 0;
};

}  // namespace

TEST_CASE("a refusal is told once with its reason, not at each attempt, and again when it is another")
{
    const TemporaryFolder folder;
    const auto ca = folder.write("ca.pem", certificates().read("other-ca.pem"));
    World world("good");
    world.make([&](SyslogTls& tls) { tls.ca = ca; });
    world.deliver();
    run_until(world.io, [&] { return world.sink->status().failures >= 4; });
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].ends_with(": TLS: the certificate is of a CA that is not trusted here: /CN=ca"));
    CHECK(world.sink->status().last_error.ends_with("of a CA that is not trusted here: /CN=ca"));
    folder.write("ca.pem", "nothing");
    run_until(world.io, [&] { return world.notices.size() == 2; });
    CHECK(world.notices[1].find("is no PEM file with a certificate") != std::string::npos);
    CHECK(world.receiver.bytes.empty());
    folder.write("ca.pem", certificates().read("ca.pem"));
    run_until(world.io, [&] { return world.done == 1; });
    CHECK(world.sink->status().security.starts_with("TLSv1.3, TLS_"));
}

TEST_CASE("that nobody is verified is told at the start, and that a certificate ends once")
{
    World world("ending");
    world.make([](SyslogTls& tls) {
        tls.verify = false;
        tls.certificate = certificates() / "ending.pem";
        tls.key = certificates() / "ending.key";
    });
    REQUIRE(world.notices.size() == 1);
    CHECK(world.notices[0].starts_with("verify: none: whoever answers there is believed"));
    for (int i = 0; i < 3; ++i) {
        world.deliver();
        run_until(world.io, [&] { return world.done == i + 1; });
        world.sink->heartbeat(an_alert());
        world.receiver.close_connections();
        run_for(world.io, milliseconds{20});
    }
    REQUIRE(world.notices.size() == 3);
    CHECK(world.notices[1].starts_with("the receiver's certificate (/CN=ending) ends at 20"));
    CHECK(
        world.notices[2].starts_with("our certificate (" + (certificates() / "ending.pem").string() + ") ends at 20"));
}
