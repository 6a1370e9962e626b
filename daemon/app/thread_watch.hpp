// Whether the daemon still lives: its watchdog is told so only when every thread has moved. Each counts what it
// does, an idle or waiting one its ticks; a full disk and a vanished interface are waited for, and are no hang.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace breakwatch {

// Counted by one thread, read by any.
class Pulse {
  public:
    void beat() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
    std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> count_{0};
};

// Of each thread, in an order that stays.
using ThreadCounts = std::vector<std::uint64_t>;

class ThreadWatch {
  public:
    explicit ThreadWatch(ThreadCounts begin) : last_(std::move(begin)) {}

    // True: each moved since it last said so, or since the beginning.
    bool all_moved(const ThreadCounts& now)
    {
        for (std::size_t i = 0; i < now.size(); ++i) {
            if (now[i] == last_[i]) return false;
        }
        last_ = now;
        return true;
    }

  private:
    ThreadCounts last_;
};

}  // namespace breakwatch
