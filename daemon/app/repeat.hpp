// A timer of the main loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <utility>

namespace breakwatch {

// Calls `work` again and again until it is destroyed, which `work` itself must not do.
class Repeat {
  public:
    Repeat(boost::asio::io_context& io, std::chrono::nanoseconds interval, std::function<void()> work)
        : timer_(io), interval_(interval), work_(std::move(work))
    {
        arm();
    }

  private:
    void arm()
    {
        timer_.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(interval_));
        timer_.async_wait([this](const boost::system::error_code& error) {
            if (error) return;
            work_();
            arm();
        });
    }

    boost::asio::steady_timer timer_;
    std::chrono::nanoseconds interval_;
    std::function<void()> work_;
};

}  // namespace breakwatch
