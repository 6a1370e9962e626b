// Why a thread cannot go on: left by that thread, looked for by the main thread, which then ends the process in
// order. Noting it needs no memory, since that may be what is missing.
#pragma once

#include <array>
#include <atomic>
#include <cstring>
#include <exception>
#include <optional>
#include <string>

namespace breakwatch {

class ThreadFault {
  public:
    // The first counts. One thread only.
    void note(const char* what) noexcept
    {
        if (noted_) return;
        std::strncpy(words_.data(), what, words_.size() - 1);
        noted_ = true;
    }
    // Any thread.
    std::optional<std::string> found() const
    {
        if (!noted_) return std::nullopt;
        return std::string(words_.data());
    }

  private:
    std::array<char, 256> words_{};
    std::atomic<bool> noted_{false};  // published after the words
};

// Runs `work`; an exception of it goes to `failed` in words and no further. False: there was one.
template <typename Work, typename Failed>
bool guarded(Work&& work, Failed&& failed)
{
    try {
        work();
        return true;
    } catch (const std::exception& error) {
        failed(error.what());
    } catch (...) {
        failed("an unknown exception");
    }
    return false;
}

}  // namespace breakwatch
