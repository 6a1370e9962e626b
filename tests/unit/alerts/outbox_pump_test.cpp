#include "alerts/outbox_pump.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <set>
#include <string>
#include <thread>

using namespace breakwatch;
using std::chrono::milliseconds;

namespace {

using Sequences = std::vector<std::uint64_t>;

// Takes each alert at the next turn of the loop, or when told to.
class RecordingSink final : public Sink {
  public:
    explicit RecordingSink(boost::asio::io_context& io) : io_(io) {}

    const std::string& name() const override { return name_; }
    void deliver(const Alert& alert, std::function<void()> done) override
    {
        CHECK(!under_way_);  // one at a time
        under_way_ = std::move(done);
        taken.push_back(alert.sequence);
        if (!held) boost::asio::post(io_, [this] { finish(); });
    }
    void heartbeat(const Alert&) override {}
    void stop() override {}
    SinkStatus status() const override { return {}; }
    void finish()
    {
        const auto done = std::exchange(under_way_, nullptr);
        if (done) done();
    }

    Sequences taken;
    bool held = false;

  private:
    boost::asio::io_context& io_;
    std::string name_ = "siem";
    std::function<void()> under_way_;
};

// The outbox of one sink, answering at the next turn as the store's thread does.
struct Outbox {
    boost::asio::io_context& io;
    std::set<std::uint64_t> rows;
    bool reads = true;
    bool marks = true;
    int asked = 0;
    int mark_attempts = 0;

    void record(std::uint64_t first, std::uint64_t last)
    {
        for (; first <= last; ++first) rows.insert(first);
    }
    OutboxAccess access()
    {
        return {.owed =
                    [this](const std::string& sink, std::size_t limit, auto handler) {
                        CHECK(sink == "siem");
                        ++asked;
                        std::vector<Alert> found;
                        for (const auto row : rows) {
                            if (!reads || found.size() == limit) break;
                            found.emplace_back().sequence = row;
                        }
                        boost::asio::post(io, [handler, found] { handler(found); });
                    },
                .delivered =
                    [this](const std::string& sink, std::uint64_t sequence, auto handler) {
                        CHECK(sink == "siem");
                        ++mark_attempts;
                        if (marks) rows.erase(sequence);
                        boost::asio::post(io, handler);
                    }};
    }
};

struct World {
    boost::asio::io_context io;
    RecordingSink sink{io};
    Outbox outbox{io, {}};

    std::unique_ptr<OutboxPump> pump(milliseconds pause = milliseconds{20}, milliseconds look = milliseconds{5'000})
    {
        return std::make_unique<OutboxPump>(io, sink, outbox.access(), OutboxPumpTimes{pause, look});
    }
    void run(milliseconds time = milliseconds{15})
    {
        io.restart();
        io.run_for(time);
    }
    void run_until(const std::function<bool()>& reached)
    {
        for (int i = 0; i < 400 && !reached(); ++i) run(milliseconds{5});
        CHECK(reached());
    }
};

Sequences from_to(std::uint64_t first, std::uint64_t last)
{
    Sequences all;
    for (; first <= last; ++first) all.push_back(first);
    return all;
}

}  // namespace

TEST_CASE("what is owed is delivered in order, once, and marked")
{
    World world;
    world.outbox.record(1, 300);
    const auto pump = world.pump();
    pump->wake();
    world.run_until([&] { return world.outbox.rows.empty(); });
    world.run();
    CHECK(world.sink.taken == from_to(1, 300));
    CHECK(world.outbox.mark_attempts == 300);
}

TEST_CASE("nothing is marked before it is delivered")
{
    World world;
    world.outbox.record(1, 2);
    world.sink.held = true;
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
    World world;
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
    World world;
    const auto pump = world.pump();
    pump->wake();
    world.outbox.record(1, 1);
    pump->wake();
    world.run();
    CHECK(world.sink.taken == from_to(1, 1));
}

TEST_CASE("a wake at the very moment of a look of its own does not begin two rounds")
{
    World world;
    const auto pump = world.pump(milliseconds{20}, milliseconds{20});
    pump->wake();
    world.run(milliseconds{5});
    world.outbox.record(1, 3);
    boost::asio::steady_timer wakes(world.io, milliseconds{0});
    wakes.async_wait([&](boost::system::error_code) { pump->wake(); });
    std::this_thread::sleep_for(milliseconds{25});  // both are due when the loop goes on
    world.run(milliseconds{10});
    CHECK(world.sink.taken == from_to(1, 3));
    CHECK(world.outbox.mark_attempts == 3);
}

TEST_CASE("an empty outbox is not asked again and again")
{
    World world;
    const auto pump = world.pump();
    pump->wake();
    world.run(milliseconds{60});
    CHECK(world.outbox.asked == 1);
}

TEST_CASE("an outbox that could not be read is looked into later without a wake")
{
    World world;
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
    World world;
    world.outbox.record(1, 2);
    world.outbox.marks = false;
    const auto pump = world.pump(milliseconds{20});
    pump->wake();
    world.run(milliseconds{110});
    CHECK(world.sink.taken == from_to(1, 2));
    CHECK(world.outbox.mark_attempts >= 4);
    CHECK(world.outbox.mark_attempts <= 2 * 8);  // a pause between the rounds

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
    World world;
    world.outbox.record(1, 2000);
    world.outbox.marks = false;
    const auto pump = world.pump(milliseconds{1});
    pump->wake();
    world.run(milliseconds{300});
    CHECK(world.sink.taken == from_to(1, 256));
    world.outbox.marks = true;
    world.run_until([&] { return world.outbox.rows.empty(); });
    CHECK(world.sink.taken == from_to(1, 2000));
}

TEST_CASE("after a restart what was not marked is sent again, and what was is not")
{
    World world;
    world.outbox.record(1, 3);
    world.sink.held = true;
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
    World world;
    world.outbox.record(1, 3);
    world.sink.held = true;
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
        World world;
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
