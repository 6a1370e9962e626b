// Calls a function again and again on the main thread: how file feeds look at their files. Polling,
// because it works on every file system, network mounts included.
#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace breakwatch {

class PollTimer {
  public:
    // `look` says whether there is more to be had at once. An interval of 0: until it says no.
    PollTimer(boost::asio::io_context& io, std::chrono::milliseconds interval,
              std::function<bool()> look)
        : timer_(io), interval_(interval), look_(std::move(look))
    {}

    // The first look is taken at once, before start() returns.
    void start()
    {
        running_ = true;
        step();
    }
    void stop()
    {
        running_ = false;
        timer_.cancel();
    }

  private:
    void step()
    {
        const bool more = look_();
        if (!more && interval_.count() == 0) return;
        timer_.expires_after(more ? std::chrono::milliseconds{0} : interval_);
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error && running_) step();
        });
    }

    boost::asio::steady_timer timer_;
    std::chrono::milliseconds interval_;
    std::function<bool()> look_;
    bool running_ = false;
};

}  // namespace breakwatch
