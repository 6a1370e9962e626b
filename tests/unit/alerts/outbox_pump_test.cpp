#include "alerts/outbox_pump.hpp"

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <thread>

#include "unit/alerts/pump_world.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("what is owed is delivered in order, once, and marked")
{
    PumpWorld world;
    world.outbox.record(1, 300);
    const auto pump = world.pump();
    pump->wake();
    world.run_until([&] { return world.outbox.rows.empty(); });
    world.run();
    CHECK(world.sink.taken == from_to(1, 300));
    CHECK(world.outbox.mark_attempts == 5);  // one for each batch
}

TEST_CASE("nothing is marked before it is delivered")
{
    PumpWorld world;
    world.outbox.record(1, 2);
    world.sink.held = true;
    world.sink.most = 1;
    const auto pump = world.pump();
    pump->wake();
    world.run();
    CHECK(world.sink.taken == from_to(1, 1));
    CHECK(world.outbox.rows == std::set<std::uint64_t>{1, 2});
    world.sink.finish();
    world.run();
    CHECK(world.outbox.rows == std::set<std::uint64_t>{2});
    CHECK(world.sink.taken == from_to(1, 2));
}

TEST_CASE("a wake at any moment is not lost, and wakes do not send twice")
{
    PumpWorld world;
    const auto pump = world.pump();
    pump->wake();
    world.run();
    world.outbox.record(1, 1);
    for (int i = 0; i < 3; ++i) pump->wake();
    // Recorded while the store is already answering that there is nothing more.
    for (std::uint64_t next = 2; next <= 40; ++next) {
        for (std::uint64_t turns = 0; turns < next % 7; ++turns) world.io.restart(), world.io.poll_one();
        world.outbox.record(next, next);
        pump->wake();
    }
    world.run_until([&] { return world.outbox.rows.empty(); });
    world.run();
    CHECK(world.sink.taken == from_to(1, 40));
}

TEST_CASE("a wake while the store answers that there is nothing is heeded")
{
    PumpWorld world;
    const auto pump = world.pump();
    pump->wake();
    world.outbox.record(1, 1);
    pump->wake();
    world.run();
    CHECK(world.sink.taken == from_to(1, 1));
}

TEST_CASE("a wake at the very moment of a look of its own does not begin two rounds")
{
    PumpWorld world;
    const auto pump = world.pump(milliseconds{20}, milliseconds{20});
    pump->wake();
    world.run(milliseconds{5});
    world.outbox.record(1, 3);
    boost::asio::steady_timer wakes(world.io, milliseconds{0});
    wakes.async_wait([&](boost::system::error_code) { pump->wake(); });
    std::this_thread::sleep_for(milliseconds{25});  // both are due when the loop goes on
    world.run(milliseconds{10});
    CHECK(world.sink.taken == from_to(1, 3));
    CHECK(world.outbox.mark_attempts == 1);
}

TEST_CASE("an empty outbox is not asked again and again")
{
    PumpWorld world;
    const auto pump = world.pump();
    pump->wake();
    world.run(milliseconds{60});
    CHECK(world.outbox.asked == 1);
}

TEST_CASE("an outbox that could not be read is looked into later without a wake")
{
    PumpWorld world;
    world.outbox.record(1, 3);
    world.outbox.reads = false;
    const auto pump = world.pump(milliseconds{20}, milliseconds{30});
    pump->wake();
    world.run(milliseconds{100});
    CHECK(world.outbox.asked >= 2);
    CHECK(world.outbox.asked <= 5);
    CHECK(world.sink.taken.empty());
    world.outbox.reads = true;
    world.run_until([&] { return world.outbox.rows.empty(); });
    CHECK(world.sink.taken == from_to(1, 3));
}

TEST_CASE("an alert whose mark failed is marked again after a pause, and not sent again by this process")
{
    PumpWorld world;
    world.outbox.record(1, 2);
    world.outbox.marks = false;
    const auto pump = world.pump(milliseconds{20});
    pump->wake();
    world.run(milliseconds{110});
    CHECK(world.sink.taken == from_to(1, 2));
    CHECK(world.outbox.mark_attempts >= 3);
    CHECK(world.outbox.mark_attempts <= 8);  // a pause between

    // What comes meanwhile is delivered all the same.
    world.outbox.record(3, 3);
    pump->wake();
    world.run_until([&] { return world.sink.taken == from_to(1, 3); });

    world.outbox.reads = false;
    world.run(milliseconds{60});
    world.outbox.reads = true;
    world.outbox.marks = true;
    pump->wake();
    world.run_until([&] { return world.outbox.rows.empty(); });
    CHECK(world.sink.taken == from_to(1, 3));
}

TEST_CASE("while nothing can be marked, only so much is sent that a restart would repeat")
{
    PumpWorld world;
    world.outbox.record(1, 2000);
    world.outbox.marks = false;
    const auto pump = world.pump(milliseconds{1});
    pump->wake();
    world.run(milliseconds{300});
    CHECK(world.sink.taken == from_to(1, 1024));
    world.outbox.marks = true;
    world.run_until([&] { return world.outbox.rows.empty(); });
    CHECK(world.sink.taken == from_to(1, 2000));
}

TEST_CASE("after a restart what was not marked is sent again, and what was is not")
{
    PumpWorld world;
    world.outbox.record(1, 3);
    world.sink.held = true;
    world.sink.most = 1;
    {
        const auto pump = world.pump();
        pump->wake();
        world.run();
        world.sink.finish();
        world.run();
        world.outbox.marks = false;  // the process ends between the delivery of 2 and its mark
        world.sink.finish();
    }
    CHECK(world.outbox.rows == std::set<std::uint64_t>{2, 3});
    world.outbox.marks = true;
    world.sink.held = false;
    world.sink.taken.clear();
    const auto pump = world.pump();
    pump->wake();
    world.run_until([&] { return world.outbox.rows.empty(); });
    CHECK(world.sink.taken == from_to(2, 3));
}

TEST_CASE("after stop, and after the pump is gone, nothing moves and nothing that calls back harms")
{
    PumpWorld world;
    world.outbox.record(1, 3);
    world.sink.held = true;
    world.sink.most = 1;
    auto pump = world.pump(milliseconds{1}, milliseconds{1});
    pump->wake();
    world.run();
    SUBCASE("stopped while the sink delivers")
    {
        pump->stop();
        world.sink.finish();
        pump->wake();
    }
    SUBCASE("destroyed while the sink delivers")
    {
        pump.reset();
        world.sink.finish();
    }
    SUBCASE("destroyed while the store marks")
    {
        world.sink.finish();
        pump.reset();
    }
    world.run();
    CHECK(world.sink.taken == from_to(1, 1));
}

TEST_CASE("a pump destroyed at any turn of the loop is not called any more")
{
    for (int turns = 0; turns < 60; ++turns) {
        PumpWorld world;
        world.outbox.record(1, 5);
        auto pump = world.pump(milliseconds{0}, milliseconds{0});
        pump->wake();
        for (int i = 0; i < turns; ++i) world.io.restart(), world.io.poll_one();
        pump.reset();
        const auto taken = world.sink.taken.size();
        world.run(milliseconds{1});
        CHECK(world.sink.taken.size() == taken);
    }
}
