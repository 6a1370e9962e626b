#include "alerts/outbox_pump.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <set>
#include <utility>

namespace breakwatch {

namespace {

constexpr std::size_t kBatch = 64;
// Delivered and not marked: when there are so many, nothing new is sent until marking works again.
constexpr std::size_t kMostUnmarked = 256;

}  // namespace

// A round asks what is owed, delivers it and marks it, until a round finds nothing.
class OutboxPump::Rounds : public std::enable_shared_from_this<OutboxPump::Rounds> {
  public:
    Rounds(boost::asio::io_context& io, Sink& sink, OutboxAccess access, OutboxPumpTimes times)
        : io_(io), sink_(sink), access_(std::move(access)), times_(times), timer_(io)
    {}

    void wake()
    {
        if (stopped_) return;
        again_ = true;
        if (!busy_) ask();
    }
    void stop()
    {
        stopped_ = true;
        timer_.cancel();
    }

  private:
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
    void step();
    void mark(std::uint64_t sequence);
    void end_round();
    void ask_after(std::chrono::milliseconds time);

    boost::asio::io_context& io_;
    Sink& sink_;
    OutboxAccess access_;
    OutboxPumpTimes times_;
    boost::asio::steady_timer timer_;
    std::deque<Alert> owed_;
    // Sent by this process and still owed when last seen: marked again, not sent again.
    std::set<std::uint64_t> unmarked_;
    std::uint64_t round_ = 0;
    bool busy_ = false;      // a round is under way, or marking is paused
    bool again_ = false;     // woken since the store was asked
    bool found_ = false;     // this round found something
    bool progress_ = false;  // this round sent something
    bool stopped_ = false;
};

void OutboxPump::Rounds::ask()
{
    timer_.cancel();
    ++round_;
    busy_ = true;
    again_ = false;
    const auto limit = std::min(kBatch + unmarked_.size(), kMostUnmarked);
    access_.owed(sink_.name(), limit, while_alive([this](std::vector<Alert> alerts) { take(std::move(alerts)); }));
}

void OutboxPump::Rounds::take(std::vector<Alert> alerts)
{
    found_ = !alerts.empty();
    progress_ = false;
    owed_.assign(std::make_move_iterator(alerts.begin()), std::make_move_iterator(alerts.end()));
    // Nothing may also mean that reading failed: what was sent stays known.
    if (found_) {
        std::erase_if(unmarked_, [this](std::uint64_t sequence) {
            return std::none_of(owed_.begin(), owed_.end(),
                                [&](const Alert& alert) { return alert.sequence == sequence; });
        });
    }
    step();
}

void OutboxPump::Rounds::step()
{
    if (owed_.empty()) return end_round();
    const auto sequence = owed_.front().sequence;
    if (unmarked_.contains(sequence)) return mark(sequence);
    sink_.deliver(owed_.front(), while_alive([this, sequence] {
                      unmarked_.insert(sequence);
                      progress_ = true;
                      mark(sequence);
                  }));
}

void OutboxPump::Rounds::mark(std::uint64_t sequence)
{
    access_.delivered(sink_.name(), sequence, while_alive([this] {
                          owed_.pop_front();
                          boost::asio::post(io_, while_alive([this] { step(); }));
                      }));
}

void OutboxPump::Rounds::end_round()
{
    if (found_ && !progress_) return ask_after(times_.pause);
    if (found_ || again_) return ask();
    busy_ = false;
    ask_after(times_.look);
}

void OutboxPump::Rounds::ask_after(std::chrono::milliseconds time)
{
    timer_.expires_after(time);
    timer_.async_wait(while_alive([this, round = round_](boost::system::error_code cancelled) {
        // A wake() may have begun another round just as the time was over.
        if (!cancelled && round == round_) ask();
    }));
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

void OutboxPump::stop()
{
    rounds_->stop();
}

}  // namespace breakwatch
