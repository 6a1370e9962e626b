// The Store on a thread of its own, so that the main thread never waits for a disk.
// Every function is the main thread's; handlers are called there. Effects are stored in the order
// given; one that cannot be stored (disk full, I/O error) is kept in memory and tried again until
// it is, and those after it wait: incidents are never dropped. An exception of the store is such a failure
// too; one of a piece of work ends that work alone, and is told.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "app/thread_fault.hpp"
#include "app/thread_watch.hpp"
#include "base/timer.hpp"
#include "policy/effect.hpp"
#include "store/store.hpp"

namespace breakwatch {

class StoreThread {
  public:
    struct Handlers {
        std::function<void()> recorded;                   // there is something new to deliver
        std::function<void(const std::string&)> failing;  // storing began to fail; retried
        std::function<void()> recovered;
        std::function<void(const std::string&)> threw = {};  // a piece of work was given up
        std::function<void(std::size_t)> no_room = {};       // so many pieces of what a restart needs were not kept
    };

    StoreThread(boost::asio::io_context& main, std::unique_ptr<Store> store, Handlers handlers);
    // Tries once more to store what waits, then ends the thread.
    ~StoreThread();
    StoreThread(const StoreThread&) = delete;
    StoreThread& operator=(const StoreThread&) = delete;

    void record(Effect effect);
    // Stored in order with the effects: what a restart needs of the facts behind them.
    void keep(MemoryUpdate update);
    void owed(std::string sink, std::uint64_t after, std::size_t limit,
              std::function<void(std::vector<Alert>)> handler);
    // Whether the delivery is on disk.
    void delivered(std::string sink, std::vector<SequenceRange> ranges, std::function<void(bool)> handler);
    // Runs `work` with the store on its thread, for what is asked rarely. An exception of it is told, and `given_up`
    // then runs in its place, for whoever waits for an answer: on the store's thread, and must not throw.
    void with_store(std::function<void(Store&)> work, std::function<void()> given_up = {});

    std::uint64_t last_sequence() const { return last_sequence_; }
    std::size_t waiting() const { return waiting_count_; }
    // By event code and, of incidents, rule: how many were given to be stored.
    using Recorded = std::map<std::pair<std::string, std::string>, std::uint64_t>;
    const Recorded& recorded() const { return recorded_; }
    // Of transactions with the disk, until each was safe.
    struct Writes {
        std::uint64_t count = 0;
        std::chrono::nanoseconds took{0};  // all of them
        std::chrono::nanoseconds longest{0};
    };
    Writes writes() const;
    // Beats while the thread moves, idle or failing included.
    const Pulse& pulse() const { return pulse_; }
    // Why the thread's own work cannot go on. What waits is still stored by the destructor, if it can be.
    std::optional<std::string> fault() const { return fault_.found(); }

  private:
    void run() noexcept;
    using Work = std::variant<RecordIncident, ReportHealth, RecordMention, MemoryUpdate>;
    void wait_with(Work work);
    void take(std::list<Work>&& work);
    [[nodiscard]] std::expected<void, std::string> store(const Work& work);
    [[nodiscard]] std::expected<void, std::string> put(const Work& work);
    void store_waiting();
    void begin_to_fail(const std::string& why);
    void retry_later();
    void last_try() noexcept;
    void tell_threw(const char* what);

    boost::asio::io_context& main_;
    boost::asio::io_context work_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_alive_;
    OnceTimer retry_;
    PeriodicTimer tick_;
    std::unique_ptr<Store> store_;  // store thread only, once it runs
    // Store thread only: of events about ourselves that found no room, by code, how many and since when.
    std::map<std::string, std::pair<std::size_t, Timestamp>> untold_;
    std::size_t unkept_ = 0;   // store thread only: pieces of memory that found no room
    std::list<Work> waiting_;  // store thread only; what was made on the main thread needs no memory here
    bool failing_ = false;     // store thread only
    Handlers handlers_;
    std::atomic<std::uint64_t> last_sequence_;
    std::atomic<std::size_t> waiting_count_{0};
    Recorded recorded_;  // main thread only
    mutable std::mutex writes_mutex_;
    Writes writes_;  // guarded by it
    Pulse pulse_;
    ThreadFault fault_;
    std::jthread thread_;
};

}  // namespace breakwatch
