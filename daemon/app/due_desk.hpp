// Keeps an eye on the incidents' clocks: reminders to the SIEM, each once, over restarts. Main thread only.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <string>
#include <utility>

#include "app/store_thread.hpp"

namespace breakwatch {

class DueDesk {
  public:
    // All outlive it. `told`: there is something new to deliver.
    DueDesk(boost::asio::io_context& main, StoreThread& store, std::function<void()> told)
        : main_(main), store_(store), told_(std::move(told))
    {}

    // Asks the store, unless it has not answered yet, to tell what is to be told by `now`.
    void look(const DueClock& clock, Timestamp now);

  private:
    boost::asio::io_context& main_;
    StoreThread& store_;
    std::function<void()> told_;
    std::string failed_;              // store thread only: what was logged last
    std::atomic<bool> asked_{false};  // a store that hangs gets no second question
};

}  // namespace breakwatch
