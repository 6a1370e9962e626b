// Keeps an eye on what people found: the figures for the status, and once a day what changed, to the SIEM. Main thread
// only.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "app/store_thread.hpp"

namespace breakwatch {

class VerdictDesk {
  public:
    // Both outlive it.
    VerdictDesk(boost::asio::io_context& main, StoreThread& store) : main_(main), store_(store) {}

    // Asks the store, unless it has not answered yet; tells what is to be told by `now`.
    void look(Timestamp now);
    // As the store answered last.
    const std::vector<RuleVerdicts>& figures() const { return figures_; }

  private:
    boost::asio::io_context& main_;
    StoreThread& store_;
    std::vector<RuleVerdicts> figures_;
    std::string failed_;              // store thread only: what was logged last
    std::atomic<bool> asked_{false};  // a store that hangs gets no second question
};

}  // namespace breakwatch
