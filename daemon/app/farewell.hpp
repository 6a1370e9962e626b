// The last moment of a run: what was just stored is given to the sinks, if they take it at once. What they do not take
// is sent at the next start. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "app/store_thread.hpp"
#include "base/timer.hpp"

namespace breakwatch {

class Farewell {
  public:
    // `done` is called once: when nothing is owed to `sinks` any more, or after `most`.
    Farewell(boost::asio::io_context& io, StoreThread& store, std::vector<std::string> sinks,
             std::chrono::milliseconds most, std::function<void()> done);

  private:
    void ask();
    void take(bool owed);

    boost::asio::io_context& io_;
    StoreThread& store_;
    std::vector<std::string> sinks_;
    std::chrono::steady_clock::time_point until_;
    std::function<void()> done_;
    OnceTimer timer_;
};

}  // namespace breakwatch
