#include "alerts/transports/syslog_sink.hpp"

#include <doctest/doctest.h>

#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <thread>

#include "unit/alerts/sink_world.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using Way = SyslogConfig::Transport;

TEST_CASE("an alert arrives with its fields, this host and this process")
{
    SinkWorld world;
    TcpReceiver receiver(world.io, {kLoopback, 0});
    world.make(to(Way::tcp, receiver.local().port()));
    CHECK(world.sink->name() == "siem");
    world.deliver(7);
    CHECK(world.done == 0);
    world.run_until_done(1);
    run_until(world.io, [&] { return !receiver.bytes(0).empty(); });
    const auto all = messages(receiver.bytes(0));
    REQUIRE(all.size() == 1);
    CHECK(all[0].hostname == "bw01");
    CHECK(all[0].procid == std::to_string(::getpid()));
    CHECK(all[0].param("seq") == "7");
    CHECK(all[0].param("id") == "bw-4f1c");
    CHECK(world.sink->status().connected);
    CHECK(world.sink->status().sent == 1);
    CHECK(world.sink->status().failures == 0);
}

TEST_CASE("without a host name in the configuration the machine's own is sent")
{
    SinkWorld world;
    UdpReceiver receiver(world.io, {kLoopback, 0});
    auto config = to(Way::udp, receiver.local().port());
    config.hostname = "";
    world.make(config);
    world.deliver(1);
    world.run_until_done(1);
    std::array<char, 257> name{};
    REQUIRE(::gethostname(name.data(), name.size() - 1) == 0);
    const auto message = Rfc5424Parser::parse(receiver.received.at(0));
    REQUIRE(message);
    CHECK(message->hostname == name.data());
}

TEST_CASE(
    "a receiver that is absent at the start gets the alert when it comes, and the status tells why "
    "not before")
{
    for (const auto transport : {Way::tcp, Way::udp}) {
        SinkWorld world;
        const auto port = free_port();
        world.make(to(transport, port));
        world.deliver(1);
        run_until(world.io, [&] { return world.sink->status().failures >= 3; });
        CHECK(world.done == 0);
        CHECK_FALSE(world.sink->status().connected);
        CHECK(world.sink->status().last_error ==
              "syslog siem: 127.0.0.1:" + std::to_string(port) + ": connection refused");
        std::optional<TcpReceiver> stream;
        std::optional<UdpReceiver> datagrams;
        if (transport == Way::tcp) stream.emplace(world.io, tcp::endpoint(kLoopback, port));
        if (transport == Way::udp) datagrams.emplace(world.io, udp::endpoint(kLoopback, port));
        world.run_until_done(1);
        CHECK(world.sink->status().sent == 1);
        if (datagrams) CHECK(datagrams->received.size() == 1);
        if (stream) run_until(world.io, [&] { return messages(stream->bytes(0)).size() == 1; });
    }
}

TEST_CASE("a dead receiver is told before there is an alert")
{
    SinkWorld world;
    world.make(to(Way::tcp, free_port()));
    run_until(world.io, [&] { return world.sink->status().failures == 1; });
    CHECK(world.sink->status().last_error.ends_with("connection refused"));
    run_for(world.io, milliseconds{100});
    CHECK(world.sink->status().failures == 1);  // nothing to retry for
}

TEST_CASE("retries back off, doubled at each failure")
{
    SinkWorld world;
    auto times = short_times();
    times.longest_retry = milliseconds{10'000};
    world.make(to(Way::tcp, free_port()), times);
    world.deliver(1);
    // The first connection, then at 0, 20, 60, 140, 300, 620 ms.
    run_for(world.io, milliseconds{600});
    const auto failures = world.sink->status().failures;
    CHECK(failures >= 4);
    CHECK(failures <= 6);
}

TEST_CASE("retries never come later than the longest wait")
{
    SinkWorld world;
    auto times = short_times();
    times.longest_retry = milliseconds{30};
    world.make(to(Way::tcp, free_port()), times);
    world.deliver(1);
    run_for(world.io, milliseconds{600});
    CHECK(world.sink->status().failures >= 9);
}

TEST_CASE("after a success the back-off begins anew")
{
    SinkWorld world;
    auto times = short_times();
    times.first_retry = milliseconds{10};
    times.longest_retry = milliseconds{10'000};
    const auto port = free_port();
    world.make(to(Way::tcp, port), times);
    world.deliver(1);
    run_until(world.io, [&] { return world.sink->status().failures == 6; });
    TcpReceiver receiver(world.io, {kLoopback, port});
    world.run_until_done(1);
    receiver.shut();
    const auto before = world.sink->status().failures;
    world.deliver(2);
    run_for(world.io, milliseconds{200});  // less than the wait that was reached
    CHECK(world.sink->status().failures >= before + 3);
}

TEST_CASE("a receiver that closes between two alerts gets each of them once")
{
    SinkWorld world;
    TcpReceiver receiver(world.io, {kLoopback, 0});
    world.make(to(Way::tcp, receiver.local().port()));
    for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) {
        world.deliver(sequence);
        world.run_until_done(static_cast<int>(sequence));
        run_for(world.io, milliseconds{1});
        receiver.close_connections();
    }
    run_for(world.io, milliseconds{10});
    std::vector<std::string> received;
    for (std::size_t i = 0; i < receiver.accepted(); ++i) {
        for (const auto& message : messages(receiver.bytes(i))) received.push_back(message.param("seq"));
    }
    CHECK(received == std::vector<std::string>{"1", "2"});
    CHECK(world.sink->status().failures == 0);
}

TEST_CASE("a receiver that stalls is left, and its successor gets the alert it had not taken")
{
    SinkWorld world;
    auto stalled = std::make_unique<TcpReceiver>(world.io, tcp::endpoint(kLoopback, 0), false);
    const auto port = stalled->local().port();
    world.make(to(Way::tcp, port));
    std::uint64_t sequence = 0;
    auto alert = an_alert(0);
    alert.text = std::string(7'000, 's');
    while (world.sink->status().failures == 0 && sequence < 50) {
        alert.sequence = ++sequence;
        const auto before = world.done;
        world.deliver(alert);
        run_until(world.io, [&] { return world.done > before || world.sink->status().failures > 0; });
    }
    CHECK(world.sink->status().last_error == "syslog siem: 127.0.0.1:" + std::to_string(port) +
                                                 ": takes connections and nothing that is sent: not within 300 ms");
    CHECK(world.done == static_cast<int>(sequence) - 1);
    stalled->shut();
    TcpReceiver successor(world.io, {kLoopback, port});
    world.run_until_done(static_cast<int>(sequence));
    run_until(world.io, [&] { return successor.accepted() == 1 && successor.bytes(0).size() > 7'000; });
    CHECK(messages(successor.bytes(0)).at(0).param("seq") == std::to_string(sequence));
}

TEST_CASE("a heartbeat is sent once and never again")
{
    SinkWorld world;
    const auto port = free_port();
    world.make(to(Way::tcp, port));
    run_until(world.io, [&] { return world.sink->status().failures == 1; });
    run_for(world.io, milliseconds{40});  // the pause
    world.sink->heartbeat(a_heartbeat());
    run_until(world.io, [&] { return world.sink->status().failures == 2; });
    TcpReceiver receiver(world.io, {kLoopback, port});
    run_for(world.io, milliseconds{100});
    CHECK(receiver.accepted() == 0);
    world.sink->heartbeat(a_heartbeat());
    run_until(world.io, [&] { return receiver.accepted() == 1 && !receiver.bytes(0).empty(); });
    const auto all = messages(receiver.bytes(0));
    CHECK(all.size() == 1);
    CHECK(all.at(0).param("code") == "BW-9001");
    CHECK(world.sink->status().sent == 0);
}

TEST_CASE("a heartbeat waits for the alert under way, and is not kept while the receiver is away")
{
    SinkWorld world;
    TcpReceiver receiver(world.io, {kLoopback, 0});
    world.make(to(Way::tcp, receiver.local().port()));
    world.deliver(1);
    world.sink->heartbeat(a_heartbeat());
    run_until(world.io, [&] { return receiver.accepted() == 1 && messages(receiver.bytes(0)).size() == 2; });
    CHECK(messages(receiver.bytes(0))[0].param("code") == "BW-1001");

    const auto port = receiver.local().port();
    receiver.shut();
    run_for(world.io, milliseconds{5});
    world.deliver(2);
    world.sink->heartbeat(a_heartbeat());
    run_until(world.io, [&] { return world.sink->status().failures >= 2; });
    world.sink->heartbeat(a_heartbeat());
    TcpReceiver later(world.io, {kLoopback, port});
    world.run_until_done(2);
    run_for(world.io, milliseconds{20});
    CHECK(messages(later.bytes(0)).size() == 1);
}

TEST_CASE("a cut message is counted once, however often it is tried")
{
    SinkWorld world;
    const auto port = free_port();
    world.make(to(Way::udp, port));
    auto alert = an_alert(1);
    alert.text = std::string(5'000, 't');
    world.deliver(alert);
    run_until(world.io, [&] { return world.sink->status().failures >= 2; });
    UdpReceiver receiver(world.io, {kLoopback, port});
    world.run_until_done(1);
    CHECK(world.sink->status().truncated == 1);
    CHECK(receiver.received.at(0).size() == 2048);
}

TEST_CASE("the next alert may be handed over from the handler of the one before")
{
    SinkWorld world;
    TcpReceiver receiver(world.io, {kLoopback, 0});
    world.make(to(Way::tcp, receiver.local().port()));
    std::function<void(SinkTaken)> go_on = [&](SinkTaken) {
        if (++world.done < 200) world.sink->deliver({an_alert(static_cast<std::uint64_t>(world.done) + 1)}, go_on);
    };
    world.sink->deliver({an_alert(1)}, go_on);
    world.run_until_done(200);
    run_for(world.io, milliseconds{10});
    CHECK(messages(receiver.bytes(0)).size() == 200);
}

TEST_CASE("after stop or destruction, at whatever turn of the loop, nothing is called back")
{
    for (int turns = 0; turns < 40; ++turns) {
        SinkWorld world;
        std::optional<TcpReceiver> receiver;
        auto times = short_times();
        times.first_retry = milliseconds{0};
        auto port = free_port();
        if (turns % 4 < 2) port = receiver.emplace(world.io, tcp::endpoint(kLoopback, 0)).local().port();
        world.make(to(Way::tcp, port), times);
        world.deliver(1);
        for (int i = 0; i < turns; ++i) world.io.restart(), world.io.poll_one();
        const auto before = world.done;
        turns % 2 == 0 ? world.sink->stop() : world.sink.reset();
        if (world.sink) {
            world.sink->heartbeat(a_heartbeat());
            world.sink->deliver({an_alert(2)}, [&](SinkTaken) { ++world.done; });
        }
        run_for(world.io, milliseconds{5});
        CHECK(world.done == before);
    }
}

TEST_CASE("a sink destroyed when its retry is already due is not called")
{
    SinkWorld world;
    world.make(to(Way::tcp, free_port()));
    world.deliver(1);
    run_until(world.io, [&] { return world.sink->status().failures >= 2; });
    boost::asio::steady_timer destroys(world.io, milliseconds{-1'000});
    destroys.async_wait([&](boost::system::error_code) { world.sink.reset(); });
    std::this_thread::sleep_for(milliseconds{100});  // both are due when the loop goes on
    run_for(world.io, milliseconds{5});
    CHECK_FALSE(world.sink);
}

TEST_CASE("a sink destroyed by the handler of its delivery comes to no harm")
{
    SinkWorld world;
    UdpReceiver receiver(world.io, {kLoopback, 0});
    world.make(to(Way::udp, receiver.local().port()));
    world.sink->deliver({an_alert(1)}, [&](SinkTaken) {
        ++world.done;
        world.sink.reset();
    });
    world.run_until_done(1);
    run_for(world.io, milliseconds{5});
    CHECK(receiver.received.size() == 1);
}
