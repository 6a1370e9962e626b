// A timer of the main loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

namespace breakwatch {

// Calls `work` again and again until it is destroyed, also by `work` itself. A call that is already queued then comes to
// nothing: the loop may hold one after the timer is gone.
class Repeat {
  public:
    Repeat(boost::asio::io_context& io, std::chrono::nanoseconds interval, std::function<void()> work)
        : state_(std::make_shared<State>(io, interval, std::move(work)))
    {
        arm(state_);
    }

  private:
    struct State {
        State(boost::asio::io_context& io, std::chrono::nanoseconds every, std::function<void()> what)
            : timer(io), interval(std::chrono::duration_cast<std::chrono::steady_clock::duration>(every)), work(std::move(what))
        {}
        boost::asio::steady_timer timer;
        std::chrono::steady_clock::duration interval;
        std::function<void()> work;
    };

    static void arm(const std::shared_ptr<State>& state)
    {
        state->timer.expires_after(state->interval);
        state->timer.async_wait([weak = std::weak_ptr<State>(state)](const boost::system::error_code& error) {
            const auto held = weak.lock();
            if (error || !held) return;
            held->work();
            if (held.use_count() > 1) arm(held);
        });
    }

    std::shared_ptr<State> state_;
};

}  // namespace breakwatch
