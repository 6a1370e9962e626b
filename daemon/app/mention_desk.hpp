// Brings what people enter with `breakwatch mention` from the store to the engine: all of it once at the start, then
// what is new, entered again or taken back. Main thread only.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/store_thread.hpp"

namespace breakwatch {

class MentionDesk {
  public:
    using Handler = std::function<void(const Mention&)>;

    // Both outlive it. One that comes a second time is not the desk's to know: a restart tells all again.
    MentionDesk(boost::asio::io_context& main, StoreThread& store, Handler handler);

    // Asks the store, unless it has not answered yet.
    void look();

  private:
    void take(const std::vector<EnteredMention>& entered);

    boost::asio::io_context& main_;
    StoreThread& store_;
    Handler handler_;
    std::uint64_t seen_ = 0;          // the last entry handed on
    std::string spoilt_;              // store thread only: what was logged last
    std::atomic<bool> asked_{false};  // a store that hangs gets no second question
};

}  // namespace breakwatch
