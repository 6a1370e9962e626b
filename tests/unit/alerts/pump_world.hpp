// A sink and an outbox that do as a test of the pump tells them.
#pragma once

#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "alerts/outbox_pump.hpp"

namespace breakwatch::test {

using std::chrono::milliseconds;

using Sequences = std::vector<std::uint64_t>;

// Takes each batch at the next turn of the loop, or when told to.
class RecordingSink final : public Sink {
  public:
    explicit RecordingSink(boost::asio::io_context& io) : io_(io) {}

    const std::string& name() const override { return name_; }
    void listen(Handlers) override {}
    std::size_t window() const override { return most; }
    void deliver(std::vector<Alert> batch, std::function<void(SinkTaken)> done) override
    {
        CHECK(!under_way_);  // one at a time
        CHECK(batch.size() <= most);
        CHECK(!batch.empty());
        under_way_ = std::move(done);
        size_ = batch.size();
        for (const auto& alert : batch) taken.push_back(alert.sequence);
        if (!held) boost::asio::post(io_, [this] { finish(); });
    }
    void heartbeat(const Alert&) override {}
    void stop() override {}
    SinkStatus status() const override { return {}; }
    void finish() { finish(size_); }
    void finish(std::size_t count)
    {
        const auto done = std::exchange(under_way_, nullptr);
        if (done) done({count, acknowledges});
    }

    Sequences taken;
    bool held = false;
    bool acknowledges = true;
    std::size_t most = 64;

  private:
    boost::asio::io_context& io_;
    std::string name_ = "siem";
    std::function<void(SinkTaken)> under_way_;
    std::size_t size_ = 0;
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
                    [this](const std::string& sink, std::uint64_t after, std::size_t limit, auto handler) {
                        CHECK(sink == "siem");
                        ++asked;
                        std::vector<Alert> found;
                        for (const auto row : rows) {
                            if (!reads || found.size() == limit) break;
                            if (row > after) found.emplace_back().sequence = row;
                        }
                        boost::asio::post(io, [handler, found] { handler(found); });
                    },
                .delivered =
                    [this](const std::string& sink, const std::vector<SequenceRange>& ranges, auto handler) {
                        CHECK(sink == "siem");
                        ++mark_attempts;
                        for (const auto& range : ranges) {
                            for (auto each = range.first; marks && each <= range.last; ++each) rows.erase(each);
                        }
                        boost::asio::post(io, [handler, done = marks] { handler(done); });
                    }};
    }
};

struct PumpWorld {
    boost::asio::io_context io;
    RecordingSink sink{io};
    Outbox outbox{io, {}};

    std::unique_ptr<OutboxPump> pump(milliseconds pause = milliseconds{20}, milliseconds look = milliseconds{5'000},
                                     milliseconds confirm_after = milliseconds{50})
    {
        return std::make_unique<OutboxPump>(
            io, sink, outbox.access(), OutboxPumpTimes{.confirm_after = confirm_after, .pause = pause, .look = look});
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

inline Sequences from_to(std::uint64_t first, std::uint64_t last)
{
    Sequences all;
    for (; first <= last; ++first) all.push_back(first);
    return all;
}

}  // namespace breakwatch::test
