// The Store on a thread of its own, so that the main thread never waits for a disk.
// Every function is the main thread's; handlers are called there. Effects are stored in the order
// given; one that cannot be stored (disk full, I/O error) is kept in memory and tried again until
// it is, and those after it wait: incidents are never dropped.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "policy/effect.hpp"
#include "store/store.hpp"

namespace breakwatch {

class StoreThread {
  public:
    struct Handlers {
        std::function<void()> recorded;                   // there is something new to deliver
        std::function<void(const std::string&)> failing;  // storing began to fail; retried
        std::function<void()> recovered;
    };

    StoreThread(boost::asio::io_context& main, std::unique_ptr<Store> store, Handlers handlers);
    // Tries once more to store what waits, then ends the thread.
    ~StoreThread();
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;

    void record(Effect effect);
    void owed(std::string sink, std::size_t limit, std::function<void(std::vector<Alert>)> handler);
    // `handler` runs once the delivery is on disk.
    void delivered(std::string sink, std::uint64_t sequence, std::function<void()> handler);
    // Runs `work` with the store on its thread, for what is asked rarely.
    void with_store(std::function<void(Store&)> work);

    std::uint64_t last_sequence() const { return last_sequence_; }
    std::size_t waiting() const { return waiting_count_; }

  private:
    void store_waiting();
    void retry_later();

    boost::asio::io_context& main_;
    boost::asio::io_context work_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_alive_;
    boost::asio::steady_timer retry_;
    std::unique_ptr<Store> store_;  // store thread only, once it runs
    std::deque<Effect> waiting_;    // store thread only
    bool failing_ = false;          // store thread only
    Handlers handlers_;
    std::atomic<std::uint64_t> last_sequence_;
    std::atomic<std::size_t> waiting_count_{0};
    std::jthread thread_;
};

}  // namespace breakwatch
