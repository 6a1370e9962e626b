// How far a replay has got, for whoever waits at a terminal.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

#include "capture/capture_file.hpp"

namespace breakwatch {

// A line on the terminal that is written over as the captures are read.
class ProgressLine {
  public:
    void show(const CaptureFiles& files, std::uint64_t packets)
    {
        const auto now = std::chrono::steady_clock::now();
        if (!terminal_ || now < next_) return;
        next_ = now + std::chrono::milliseconds{200};
        const auto share = files.progress();
        if (share >= 0) {
            std::fprintf(stderr, "\r%3.0f %%  %llu packets ", share * 100, static_cast<unsigned long long>(packets));
        } else {
            std::fprintf(stderr, "\r%llu packets ", static_cast<unsigned long long>(packets));
        }
        shown_ = true;
    }
    void clear()
    {
        if (shown_) std::fputs("\r\033[K", stderr);
        shown_ = false;
    }

  private:
    bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    bool shown_ = false;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace breakwatch
