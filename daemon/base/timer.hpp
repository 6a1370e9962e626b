// Timers of an event loop whose work never outlives them: a call that the loop has queued already when its timer is
// stopped, set anew or destroyed comes to nothing. All on the loop's thread; work may stop or destroy the timer that
// calls it.
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace boost::asio {
class io_context;
}

namespace breakwatch {

class OnceTimer {
  public:
    // `io` outlives it.
    explicit OnceTimer(boost::asio::io_context& io);
    ~OnceTimer();
    OnceTimer(const OnceTimer&) = delete;
    OnceTimer& operator=(const OnceTimer&) = delete;

    // Instead of what was asked for before.
    void after(std::chrono::nanoseconds delay, std::function<void()> work);
    void stop() noexcept;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

class PeriodicTimer {
  public:
    // `work` returns nothing, or true when there is more to be had at once. An interval of 0: until there is no more.
    template <std::invocable Work>
    PeriodicTimer(boost::asio::io_context& io, std::chrono::nanoseconds interval, Work work)
        : PeriodicTimer(io, interval, as_look(std::move(work)), Private())
    {}
    ~PeriodicTimer();
    PeriodicTimer(const PeriodicTimer&) = delete;
    PeriodicTimer& operator=(const PeriodicTimer&) = delete;

    void start();        // the first call is made before this returns
    void start_later();  // the first call comes after an interval
    void stop() noexcept;

  private:
    struct Private {};
    using Look = std::function<bool()>;

    template <typename Work>
    static Look as_look(Work work)
    {
        if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
            return [work = std::move(work)]() mutable { return work(), false; };
        } else {
            return work;
        }
    }

    PeriodicTimer(boost::asio::io_context& io, std::chrono::nanoseconds interval, Look look, Private);

    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace breakwatch
