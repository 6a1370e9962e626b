// The last moment of a run: what was just stored is given to the sinks, if they take it at once. What they do not take
// is sent at the next start. Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "app/store_thread.hpp"
#include "base/timer.hpp"

namespace breakwatch {

class Farewell {
  public:
    // `done` is called once: when everything was written to the sinks, or after `most`.
    // `unconfirmed`: by sink, what of it was written: no more can be done for that now.
    using Unconfirmed = std::function<std::map<std::string, std::size_t>()>;
    Farewell(boost::asio::io_context& io, StoreThread& store, Unconfirmed unconfirmed, std::chrono::milliseconds most,
             std::function<void()> done);

  private:
    void ask();
    void take(bool owed);

    boost::asio::io_context& io_;
    StoreThread& store_;
    Unconfirmed unconfirmed_;
    std::chrono::steady_clock::time_point until_;
    std::function<void()> done_;
    OnceTimer timer_;
};

}  // namespace breakwatch
