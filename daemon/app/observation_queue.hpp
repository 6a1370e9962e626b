// Bounded queue from one producer thread to one consumer thread, with a descriptor to wait on.
// The producer writes the eventfd only when the consumer may be asleep; the consumer clears the
// flag before it drains, so that no wake-up is lost. Full: push says so and the producer decides.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <system_error>

namespace breakwatch {

template <typename T>
class ObservationQueue {
  public:
    explicit ObservationQueue(std::size_t capacity)
        : queue_(capacity), descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
    {
        if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "observation queue: eventfd");
    }
    ~ObservationQueue() { ::close(descriptor_); }
    ObservationQueue(const ObservationQueue&) = delete;
    ObservationQueue& operator=(const ObservationQueue&) = delete;

    // Producer thread. False: full, nothing was taken.
    bool push(const T& item)
    {
        if (!queue_.push(item)) return false;
        if (!wake_pending_.exchange(true)) wake();
        return true;
    }

    // Consumer thread: everything that is there, in order. Call when the descriptor is readable. What throws is
    // gone, what comes after it stays for the next drain.
    template <typename Consumer>
    std::size_t drain(Consumer&& consume)
    {
        return drain(consume, [](const T&) { return true; });
    }

    // The same up to the first item that is not to come yet: that one stays, with all after it.
    template <typename Consumer, typename MayCome>
    std::size_t drain(Consumer&& consume, MayCome&& may_come)
    {
        std::uint64_t ignored = 0;
        // Nothing to read means a drain without a wake-up, which is harmless.
        [[maybe_unused]] const auto got = ::read(descriptor_, &ignored, sizeof ignored);
        wake_pending_.exchange(false);
        std::exception_ptr thrown;
        const auto one = [&](const T& item) {
            try {
                consume(item);
            } catch (...) {
                thrown = std::current_exception();
            }
        };
        std::size_t consumed = 0;
        for (auto left = queue_.read_available(); left > 0 && !thrown && may_come(queue_.front()); --left) {
            queue_.consume_one(one);
            ++consumed;
        }
        if (thrown) std::rethrow_exception(thrown);
        return consumed;
    }

    // Consumer thread.
    std::size_t size() const { return queue_.read_available(); }
    // Consumer thread: what comes next, if anything is there.
    const T* next() { return queue_.read_available() > 0 ? &queue_.front() : nullptr; }

    // Readable when there may be something to drain. Owned by the queue.
    int descriptor() const { return descriptor_; }

  private:
    void wake()
    {
        const std::uint64_t one = 1;
        // The counter cannot overflow with one writer that writes once per drain.
        [[maybe_unused]] const auto put = ::write(descriptor_, &one, sizeof one);
    }

    boost::lockfree::spsc_queue<T> queue_;
    std::atomic<bool> wake_pending_{false};
    int descriptor_;
};

}  // namespace breakwatch
