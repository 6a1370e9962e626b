// What a receiver has not acknowledged: owed for a while, and sent again when its connection breaks.
#include <doctest/doctest.h>

#include <set>

#include "alerts/confirm_window.hpp"
#include "unit/alerts/pump_world.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("what was written and not acknowledged is owed until its connection has stayed up for a while")
{
    PumpWorld world;
    world.outbox.record(1, 100);
    world.sink.acknowledges = false;
    const auto pump = world.pump(milliseconds{20}, milliseconds{5'000}, milliseconds{400});
    pump->wake();
    world.run_until([&] { return world.sink.taken == from_to(1, 100); });
    world.run();
    CHECK(world.outbox.rows.size() == 100);
    CHECK(pump->unconfirmed() == 100);
    CHECK(world.outbox.mark_attempts == 0);
    world.run_until([&] { return pump->unconfirmed() == 0; });
    CHECK(world.outbox.rows.empty());
    CHECK(world.sink.taken == from_to(1, 100));
    CHECK(world.outbox.mark_attempts <= 2);
}

TEST_CASE("when the connection breaks, all that was written on it and not confirmed is sent again, and nothing else")
{
    PumpWorld world;
    world.outbox.record(1, 10);
    world.sink.acknowledges = false;
    const auto pump = world.pump(milliseconds{20}, milliseconds{5'000}, milliseconds{60});
    pump->wake();
    world.run_until([&] { return world.outbox.rows.empty(); });  // confirmed
    world.outbox.record(11, 20);
    pump->wake();
    world.run_until([&] { return world.sink.taken == from_to(1, 20); });
    world.sink.taken.clear();
    pump->broke();
    CHECK(pump->unconfirmed() == 0);
    world.run_until([&] { return world.sink.taken == from_to(11, 20); });
    world.run_until([&] { return world.outbox.rows.empty(); });
    CHECK(world.sink.taken == from_to(11, 20));
}

TEST_CASE("of a batch that was taken in part the rest is given again, and what the receiver has is not")
{
    PumpWorld world;
    world.outbox.record(1, 6);
    world.sink.held = true;
    const auto pump = world.pump();
    pump->wake();
    world.run();
    CHECK(world.sink.taken == from_to(1, 6));
    world.outbox.marks = false;  // the marks of what it has are late
    pump->broke();
    world.sink.finish(2);
    world.sink.held = false;
    world.run();
    CHECK(world.sink.taken == Sequences{1, 2, 3, 4, 5, 6, 3, 4, 5, 6});
    world.outbox.marks = true;
    world.run_until([&] { return world.outbox.rows.empty(); });
    CHECK(world.sink.taken.size() == 10);
}

TEST_CASE("a break while the store answers makes what it said of no use")
{
    for (int turns = 0; turns < 20; ++turns) {
        PumpWorld world;
        world.outbox.record(1, 200);
        world.sink.acknowledges = false;
        world.sink.most = 16;
        const auto pump = world.pump(milliseconds{20}, milliseconds{5'000}, milliseconds{100});
        pump->wake();
        for (int i = 0; i < turns; ++i) world.io.restart(), world.io.poll_one();
        pump->broke();
        world.run_until([&] { return world.outbox.rows.empty(); });
        const std::set<std::uint64_t> seen(world.sink.taken.begin(), world.sink.taken.end());
        CHECK(seen.size() == 200);
    }
}

TEST_CASE("what is owed anew below what was sent is found without a wake, and what is under way is passed over")
{
    PumpWorld world;
    world.outbox.record(10, 300);
    world.sink.acknowledges = false;
    const auto pump = world.pump(milliseconds{20}, milliseconds{60}, milliseconds{5'000});
    pump->wake();
    world.run_until([&] { return world.sink.taken == from_to(10, 300); });
    world.outbox.record(1, 9);  // as a replay does
    world.run_until([&] { return world.sink.taken.size() == 300; });
    CHECK(Sequences(world.sink.taken.begin() + 291, world.sink.taken.end()) == from_to(1, 9));
    world.run(milliseconds{150});
    CHECK(world.sink.taken.size() == 300);
}

TEST_CASE("of what is under way only numbers are kept: a gap costs an entry, a million in a row costs few")
{
    ConfirmWindow window(std::chrono::seconds{60});
    ConfirmWindow::Clock::time_point now{};
    for (std::uint64_t first = 1; first < 1'000'000; first += 100) {
        window.written({first, first + 99}, now);
        now += std::chrono::milliseconds{2};
    }
    CHECK(window.count() == 1'000'000);
    CHECK(window.entries() <= 25);
    CHECK(window.confirmed(now).empty());
    REQUIRE(window.holding(999'999) != nullptr);
    CHECK(window.holding(1'000'001) == nullptr);
    const auto some = window.confirmed(ConfirmWindow::Clock::time_point{} + std::chrono::seconds{65});
    REQUIRE_FALSE(some.empty());
    CHECK(some.front().first == 1);
    CHECK(some.back().last < 300'000);
    CHECK(window.broke(ConfirmWindow::Clock::time_point{} + std::chrono::seconds{65}).empty());
    CHECK(window.count() == 0);
    CHECK_FALSE(window.next());
}

TEST_CASE("what many short connections carried is believed to be there once they have stayed up for the wait together")
{
    ConfirmWindow window(std::chrono::seconds{60});
    ConfirmWindow::Clock::time_point now{};
    std::vector<SequenceRange> there;
    int connections = 0;
    for (std::uint64_t next = 11; there.empty() && connections < 100; ++connections) {
        window.written({1, 10}, now);
        window.written({next, next}, now);  // and one more each time, which has waited for less
        CHECK(window.in_doubt_until(5) == std::nullopt);
        now += std::chrono::seconds{3};
        there = window.broke(now);
        ++next;
        now += std::chrono::minutes{10};  // nobody there: that is no time of a connection
    }
    CHECK(connections == 20);
    CHECK(there == std::vector<SequenceRange>{{1, 10}});
    CHECK(window.in_doubt_until(5) == std::nullopt);
    CHECK(window.in_doubt_until(30) == 30U);
    window.written({25, 40}, now);
    CHECK(window.in_doubt_until(24) == 24U);
    CHECK(window.in_doubt_until(30) == std::nullopt);
    CHECK(window.count() == 16);
}

TEST_CASE("a receiver that breaks again and again has repeats ever more rarely, and what is new at once")
{
    PumpWorld world;
    world.outbox.record(1, 50);
    world.sink.acknowledges = false;
    const auto pump = world.pump(milliseconds{20}, milliseconds{5'000}, milliseconds{5'000});
    pump->wake();
    world.run_until([&] { return world.sink.taken.size() == 50; });
    pump->broke();
    world.run_until([&] { return world.sink.taken.size() == 100; });  // the first time at once
    pump->broke();
    world.outbox.record(51, 51);
    pump->wake();
    world.run(milliseconds{200});
    CHECK(world.sink.taken.size() == 101);
    CHECK(world.sink.taken.back() == 51);
    pump->broke();
    world.run_until([&] { return world.sink.taken.size() == 152; });
    CHECK(Sequences(world.sink.taken.begin() + 101, world.sink.taken.end()) == from_to(1, 51));
}
