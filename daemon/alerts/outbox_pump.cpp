#include "alerts/outbox_pump.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <utility>

#include "alerts/confirm_window.hpp"
#include "base/timer.hpp"

namespace breakwatch {

namespace {

// Of a batch, in memory at one time: about so many octets, and an alert more.
constexpr std::size_t kMostOctets = 256UL * 1024;
// Done and not marked: when there are so many, nothing new is sent until marking works again.
constexpr std::size_t kMostUnmarked = 1024;

std::size_t octets_of(const Alert& alert)
{
    auto octets = alert.text.size() + 128;
    for (const auto& [name, value] : alert.fields) octets += name.size() + value.size() + 4;
    return octets;
}

// Runs of numbers that follow each other.
std::vector<SequenceRange> runs_of(const std::vector<std::uint64_t>& sequences, std::size_t count)
{
    std::vector<SequenceRange> runs;
    for (std::size_t i = 0; i < count; ++i) {
        if (!runs.empty() && runs.back().last + 1 == sequences[i]) {
            runs.back().last = sequences[i];
        } else {
            runs.push_back({sequences[i], sequences[i]});
        }
    }
    return runs;
}

}  // namespace

// Asks what is owed after the last that was given, gives it, and asks again, until there is nothing.
class OutboxPump::Rounds : public std::enable_shared_from_this<OutboxPump::Rounds> {
  public:
    Rounds(boost::asio::io_context& io, Sink& sink, OutboxAccess access, OutboxPumpTimes times)
        : io_(io),
          sink_(sink),
          access_(std::move(access)),
          times_(times),
          window_(times.confirm_after),
          look_(io),
          confirm_(io),
          pause_(io),
          repeat_(io)
    {}

    void wake();
    void broke();
    void stop();
    std::size_t unconfirmed() const { return window_.count() + unmarked_count_; }

  private:
    using Clock = ConfirmWindow::Clock;

    // Store and sink may call back after the pump is gone.
    template <typename Work>
    auto while_alive(Work work)
    {
        return [weak = weak_from_this(), work = std::move(work)](auto&&... results) {
            const auto self = weak.lock();
            if (self && !self->stopped_) work(std::forward<decltype(results)>(results)...);
        };
    }

    void ask();
    void take(std::vector<Alert> alerts);
    std::optional<std::uint64_t> passed_over_until(std::uint64_t sequence) const;
    void repeat_later();
    void given(const std::vector<std::uint64_t>& sequences, SinkTaken taken);
    void confirm();
    void mark(const std::vector<SequenceRange>& ranges);
    void marked(const std::vector<SequenceRange>& ranges, bool done);
    void look_later();

    boost::asio::io_context& io_;
    Sink& sink_;
    OutboxAccess access_;
    OutboxPumpTimes times_;
    ConfirmWindow window_;
    std::vector<SequenceRange> unmarked_;  // the receiver has them; they are owed still when last seen
    std::size_t unmarked_count_ = 0;
    OnceTimer look_;
    OnceTimer confirm_;
    OnceTimer pause_;
    OnceTimer repeat_;
    std::chrono::milliseconds repeat_pause_{0};  // after the next break, before what is in doubt is sent again
    bool repeats_wait_ = false;
    std::uint64_t cursor_ = 0;  // everything up to it was given, or is under way
    std::uint64_t pass_ = 0;    // another each time that the cursor goes back: what was asked before is of no use
    bool begun_ = false;
    bool asking_ = false;
    bool giving_ = false;
    bool again_ = false;    // woken since the store was asked
    bool failing_ = false;  // marking does
    bool stopped_ = false;
};

void OutboxPump::Rounds::wake()
{
    if (stopped_) return;
    if (!std::exchange(begun_, true)) look_later();
    again_ = true;
    ask();
}

void OutboxPump::Rounds::broke()
{
    if (stopped_) return;
    if (window_.count() > 0) repeat_later();
    const auto there = window_.broke(Clock::now());
    if (!there.empty()) mark(there);
    confirm_.stop();
    cursor_ = 0;
    ++pass_;
    again_ = true;
    // Not from within: the sink is in the middle of something.
    if (begun_) boost::asio::post(io_, while_alive([this] { ask(); }));
}

// A receiver whose connections break again and again has all that is in doubt sent again each time: at once, and then
// ever more rarely, until one has stayed up. What is new does not wait.
void OutboxPump::Rounds::repeat_later()
{
    if (repeats_wait_) return;
    const auto pause =
        std::exchange(repeat_pause_, std::min(std::max(repeat_pause_ * 2, times_.repeat), times_.confirm_after));
    if (pause.count() == 0) return;
    repeats_wait_ = true;
    repeat_.after(pause, while_alive([this] {
                      repeats_wait_ = false;
                      cursor_ = 0;
                      ++pass_;
                      ask();
                  }));
}

void OutboxPump::Rounds::stop()
{
    stopped_ = true;
    repeat_.stop();
    look_.stop();
    confirm_.stop();
    pause_.stop();
}

void OutboxPump::Rounds::look_later()
{
    look_.after(times_.look, while_alive([this] {
                    cursor_ = 0;
                    ++pass_;
                    look_later();
                    ask();
                }));
}

void OutboxPump::Rounds::ask()
{
    if (stopped_ || asking_ || giving_ || unmarked_count_ >= kMostUnmarked) return;
    asking_ = true;
    again_ = false;
    access_.owed(sink_.name(), cursor_, sink_.window(), while_alive([this, pass = pass_](std::vector<Alert> alerts) {
                     asking_ = false;
                     pass == pass_ ? take(std::move(alerts)) : ask();
                 }));
}

// Under way already, or to be sent again later.
std::optional<std::uint64_t> OutboxPump::Rounds::passed_over_until(std::uint64_t sequence) const
{
    const auto holds = [&](const SequenceRange& range) { return range.first <= sequence && sequence <= range.last; };
    const auto found = std::ranges::find_if(unmarked_, holds);
    if (found != unmarked_.end()) return found->last;
    if (const auto* range = window_.holding(sequence)) return range->last;
    return repeats_wait_ ? window_.in_doubt_until(sequence) : std::nullopt;
}

void OutboxPump::Rounds::take(std::vector<Alert> alerts)
{
    if (alerts.empty()) {
        if (again_) ask();
        return;
    }
    std::vector<Alert> batch;
    std::vector<std::uint64_t> sequences;
    std::size_t octets = 0;
    for (auto& alert : alerts) {
        if (alert.sequence <= cursor_) continue;
        if (octets > kMostOctets) break;
        cursor_ = alert.sequence;
        if (const auto last = passed_over_until(alert.sequence)) {
            cursor_ = *last;
            continue;
        }
        octets += octets_of(alert);
        sequences.push_back(alert.sequence);
        batch.push_back(std::move(alert));
    }
    if (batch.empty()) return ask();
    giving_ = true;
    sink_.deliver(std::move(batch),
                  while_alive([this, sequences = std::move(sequences)](SinkTaken taken) { given(sequences, taken); }));
}

void OutboxPump::Rounds::given(const std::vector<std::uint64_t>& sequences, SinkTaken taken)
{
    giving_ = false;
    const auto runs = runs_of(sequences, taken.count);
    if (taken.confirmed || times_.confirm_after.count() == 0) {
        if (!runs.empty()) mark(runs);
    } else {
        const auto now = Clock::now();
        for (const auto& run : runs) window_.written(run, now);
        confirm();
    }
    if (taken.count < sequences.size()) {
        cursor_ = 0;
        ++pass_;
    }
    boost::asio::post(io_, while_alive([this] { ask(); }));
}

void OutboxPump::Rounds::confirm()
{
    const auto now = Clock::now();
    const auto ranges = window_.confirmed(now);
    if (!ranges.empty()) {
        repeat_pause_ = {};
        mark(ranges);
    }
    if (const auto next = window_.next()) confirm_.after(*next - now, while_alive([this] { confirm(); }));
}

void OutboxPump::Rounds::mark(const std::vector<SequenceRange>& ranges)
{
    for (const auto& range : ranges) unmarked_count_ += range.count();
    unmarked_.insert(unmarked_.end(), ranges.begin(), ranges.end());
    if (failing_) return;  // with the others, after the pause
    access_.delivered(sink_.name(), ranges, while_alive([this, ranges](bool done) { marked(ranges, done); }));
}

void OutboxPump::Rounds::marked(const std::vector<SequenceRange>& ranges, bool done)
{
    if (!done) {
        failing_ = true;
        pause_.after(times_.pause, while_alive([this] {
                         failing_ = false;
                         access_.delivered(sink_.name(), unmarked_,
                                           while_alive([this, all = unmarked_](bool again) { marked(all, again); }));
                     }));
        return;
    }
    for (const auto& range : ranges) {
        const auto found = std::ranges::find(unmarked_, range);
        if (found == unmarked_.end()) continue;  // marked with all the others meanwhile
        unmarked_count_ -= range.count();
        unmarked_.erase(found);
    }
    ask();
}

OutboxPump::OutboxPump(boost::asio::io_context& io, Sink& sink, OutboxAccess access, OutboxPumpTimes times)
    : rounds_(std::make_shared<Rounds>(io, sink, std::move(access), times))
{}

OutboxPump::~OutboxPump()
{
    stop();
}

void OutboxPump::wake()
{
    rounds_->wake();
}

void OutboxPump::broke()
{
    rounds_->broke();
}

void OutboxPump::stop()
{
    rounds_->stop();
}

std::size_t OutboxPump::unconfirmed() const
{
    return rounds_->unconfirmed();
}

}  // namespace breakwatch
