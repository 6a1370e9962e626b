// Batches, breaks, and what a sink tells of a receiver that behaves oddly.
#include <doctest/doctest.h>

#include <optional>

#include "unit/alerts/sink_world.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using Way = SyslogConfig::Transport;

TEST_CASE("a batch arrives in order, and more is not taken at once than the transport bears")
{
    SinkWorld world;
    TcpReceiver receiver(world.io, {kLoopback, 0});
    world.make(to(Way::tcp, receiver.local().port()));
    std::vector<Alert> batch;
    for (std::uint64_t sequence = 1; sequence <= world.sink->window(); ++sequence) batch.push_back(an_alert(sequence));
    SinkTaken taken;
    world.sink->deliver(batch, [&](SinkTaken now) { taken = now; });
    run_until(world.io, [&] { return taken.count == batch.size(); });
    CHECK_FALSE(taken.confirmed);
    run_until(world.io, [&] { return messages(receiver.bytes(0)).size() == batch.size(); });
    const auto all = messages(receiver.bytes(0));
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i].param("seq") == std::to_string(i + 1));
    world.make(to(Way::udp, receiver.local().port()));
    CHECK(world.sink->window() == 16);
}

TEST_CASE("a connection that ends between alerts is told to whoever has to send again, once")
{
    SinkWorld world;
    TcpReceiver receiver(world.io, {kLoopback, 0});
    world.make(to(Way::tcp, receiver.local().port()));
    Told told;
    told.listen(*world.sink);
    world.deliver(1);
    world.run_until_done(1);
    CHECK(told.broke == 0);
    receiver.close_connections();
    run_until(world.io, [&] { return told.broke == 1; });
    world.deliver(2);
    world.run_until_done(2);
    CHECK(told.broke == 1);
    CHECK(told.notices.empty());
}

TEST_CASE(
    "a receiver that closes after each message is told once, gets one each time, and says by closing that it has it")
{
    SinkWorld world;
    tcp::acceptor acceptor(world.io, {kLoopback, 0});
    std::vector<std::string> received;
    std::array<char, 4096> buffer{};
    std::optional<tcp::socket> guest;
    std::function<void()> accept = [&] {
        acceptor.async_accept([&](boost::system::error_code error, tcp::socket socket) {
            if (error) return;
            guest.emplace(std::move(socket));
            guest->async_read_some(boost::asio::buffer(buffer),
                                   [&](boost::system::error_code failed, std::size_t size) {
                                       if (!failed)
                                           received.push_back(messages({buffer.data(), size}).at(0).param("seq"));
                                       guest.reset();
                                       accept();
                                   });
        });
    };
    accept();
    world.make(to(Way::tcp, acceptor.local_endpoint().port()));
    Told told;
    told.listen(*world.sink);
    const auto begun = std::chrono::steady_clock::now();
    int confirmed = 0;
    for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
        int over = 0;
        world.sink->deliver({an_alert(sequence)}, [&](SinkTaken taken) {
            over += 1 + static_cast<int>(taken.count);
            confirmed += taken.confirmed ? 1 : 0;
        });
        run_until(world.io, [&] { return over > 0; });
        run_for(world.io, milliseconds{5});
    }
    CHECK(world.sink->window() == 1);
    CHECK(confirmed >= 16);
    CHECK(received.size() == 20);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{10});
    REQUIRE(told.notices.size() == 1);
    CHECK(told.notices[0].find("closes the connection after each message") != std::string::npos);
}

TEST_CASE("a receiver that reads nothing is told once, however often it is tried, and its end when all is well")
{
    SinkWorld world;
    auto mute = std::make_unique<TcpReceiver>(world.io, tcp::endpoint(kLoopback, 0), false);
    const auto port = mute->local().port();
    auto times = short_times();
    times.write = milliseconds{100};
    times.quiet = milliseconds{50};
    world.make(to(Way::tcp, port), times);
    Told told;
    told.listen(*world.sink);
    auto alert = an_alert(1);
    alert.text = std::string(7'000, 's');
    world.sink->deliver(std::vector<Alert>(200, alert), [&](SinkTaken) {});
    run_until(world.io, [&] { return world.sink->status().failures == 1; });
    world.sink->deliver(std::vector<Alert>(200, alert), [&](SinkTaken) {});
    run_until(world.io, [&] { return world.sink->status().failures == 2; });
    REQUIRE(told.notices.size() == 1);
    CHECK(told.notices[0].find("takes connections and nothing that is sent") != std::string::npos);
    mute->shut();
    TcpReceiver well(world.io, {kLoopback, port});
    world.deliver(2);
    world.run_until_done(1);
    run_until(world.io, [&] { return told.notices.size() == 2; });
    CHECK(told.notices[1] == "takes alerts again");
}

TEST_CASE("what the receiver acknowledges is confirmed by it")
{
    SinkWorld world;
    TcpReceiver receiver(world.io, {kLoopback, 0});  // speaks no RELP
    auto times = short_times();
    times.connect = milliseconds{100};
    world.make(to(Way::relp, receiver.local().port()), times);
    SinkTaken taken{7, false};
    world.sink->deliver({an_alert(1)}, [&](SinkTaken now) { taken = now; });
    run_until(world.io, [&] { return taken.count == 0; });
    CHECK(taken.confirmed);
    CHECK(receiver.bytes(0).find("post-like") == std::string::npos);
}
