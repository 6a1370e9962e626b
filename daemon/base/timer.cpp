#include "base/timer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>

namespace breakwatch {

namespace {

auto of_the_clock(std::chrono::nanoseconds delay)
{
    return std::chrono::ceil<std::chrono::steady_clock::duration>(delay);
}

}  // namespace

struct OnceTimer::State {
    explicit State(boost::asio::io_context& io) : timer(io) {}
    boost::asio::steady_timer timer;
    std::uint64_t asked = 0;  // how often; a call of an earlier time is not wanted any more
};

OnceTimer::OnceTimer(boost::asio::io_context& io) : state_(std::make_shared<State>(io)) {}

OnceTimer::~OnceTimer()
{
    stop();
}

void OnceTimer::after(std::chrono::nanoseconds delay, std::function<void()> work)
{
    const auto number = ++state_->asked;
    state_->timer.expires_after(of_the_clock(delay));
    state_->timer.async_wait(
        [weak = std::weak_ptr(state_), number, work = std::move(work)](const boost::system::error_code& error) {
            const auto state = weak.lock();
            if (error || !state || state->asked != number) return;
            work();
        });
}

void OnceTimer::stop() noexcept
{
    ++state_->asked;
    boost::system::error_code ignored;  // its call comes to nothing all the same
    state_->timer.cancel(ignored);
}

struct PeriodicTimer::State {
    State(boost::asio::io_context& io, std::chrono::nanoseconds every, Look what)
        : timer(io), interval(every), look(std::move(what))
    {}

    static void step(const std::shared_ptr<State>& state)
    {
        const bool more = state->look();
        if (!state->running || (!more && state->interval.count() == 0)) return;
        wait(state, more ? std::chrono::nanoseconds{0} : state->interval);
    }
    static void wait(const std::shared_ptr<State>& state, std::chrono::nanoseconds delay)
    {
        state->timer.after(delay, [weak = std::weak_ptr(state)] {
            if (const auto held = weak.lock()) step(held);
        });
    }

    OnceTimer timer;
    std::chrono::nanoseconds interval;
    Look look;
    bool running = false;
};

PeriodicTimer::PeriodicTimer(boost::asio::io_context& io, std::chrono::nanoseconds interval, Look look, Private)
    : state_(std::make_shared<State>(io, interval, std::move(look)))
{}

PeriodicTimer::~PeriodicTimer()
{
    stop();
}

void PeriodicTimer::start()
{
    const auto held = state_;  // the first call may destroy the timer
    held->running = true;
    State::step(held);
}

void PeriodicTimer::start_later()
{
    state_->running = true;
    State::wait(state_, state_->interval);
}

void PeriodicTimer::stop() noexcept
{
    state_->running = false;
    state_->timer.stop();
}

}  // namespace breakwatch
