// What was taken over from a sender who will not send it again: on disk before he is told so, and read
// again at the next start. Sealed with AES-256-GCM under a key of its own beside it (mode 0600), since it
// names staff. Two files take turns, so that nothing older than twice the horizon stays.
// append() blocks until the disk has it: a worker thread's work. One owner, one call at a time.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

class CallJournal {
  public:
    static constexpr Duration kTurn = std::chrono::hours{26};     // the engine's horizon of calls
    static constexpr std::size_t kLargest = 256UL * 1024 * 1024;  // octets of a file; full: refused

    explicit CallJournal(std::filesystem::path file) : file_(std::move(file)) {}
    ~CallJournal();
    CallJournal(const CallJournal&) = delete;
    CallJournal& operator=(const CallJournal&) = delete;

    // Reads what is there, oldest first, and opens it for more. Half a record at the end (a crash) is cut off.
    // The number of records; the error is in words.
    std::expected<std::size_t, std::string> open(const std::function<void(const CallStatements&)>& take);
    // On disk when it returns without an error.
    [[nodiscard]] std::expected<void, std::string> append(const CallStatements& statements, Timestamp now);
    std::uint64_t cut() const { return cut_; }  // octets of half records

  private:
    using Key = std::array<unsigned char, 32>;

    [[nodiscard]] std::expected<void, std::string> open_key();
    [[nodiscard]] std::expected<void, std::string> open_file();
    std::size_t read(const std::filesystem::path& file, const std::function<void(const CallStatements&)>& take,
                     std::size_t& whole);
    [[nodiscard]] std::expected<void, std::string> take_turns(Timestamp now);

    std::filesystem::path file_;
    Key key_{};
    int descriptor_ = -1;
    std::size_t size_ = 0;
    Timestamp begun_;  // of the file that is written; none: nothing in it yet
    std::uint64_t cut_ = 0;
};

}  // namespace breakwatch
