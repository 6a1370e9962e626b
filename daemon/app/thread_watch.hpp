// Whether the daemon still lives: its watchdog is told so only when every thread has moved. Each counts what it
// does, an idle or waiting one its ticks; a full disk and a vanished interface are waited for, and are no hang.
#pragma once

#include <atomic>
#include <cstdint>

namespace breakwatch {

// Counted by one thread, read by any.
class Pulse {
  public:
    void beat() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
    std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> count_{0};
};

struct ThreadCounts {
    std::uint64_t capture = 0;
    std::uint64_t main = 0;
    std::uint64_t store = 0;
};

class ThreadWatch {
  public:
    explicit ThreadWatch(const ThreadCounts& begin) : last_(begin) {}

    // True: each moved since it last said so, or since the beginning.
    bool all_moved(const ThreadCounts& now)
    {
        if (now.capture == last_.capture || now.main == last_.main || now.store == last_.store) return false;
        last_ = now;
        return true;
    }

  private:
    ThreadCounts last_;
};

}  // namespace breakwatch
