// Octets of a file or pipe, read in pieces of half a mebibyte and lent where they lie: a record is seen as one span
// and copied only where it crosses from one half of the buffer to the other. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "decode/byte_reader.hpp"

namespace breakwatch {

class FileBuffer {
  public:
    // Two halves are what stays near the processor; one record may make a half longer.
    static constexpr std::size_t kHalf = 512UL * 1024;

    // Takes the descriptor, closed in the end unless it is the standard input.
    explicit FileBuffer(int descriptor) : descriptor_(descriptor) {}
    ~FileBuffer();
    FileBuffer(const FileBuffer&) = delete;
    FileBuffer& operator=(const FileBuffer&) = delete;

    // Before more is read: octets lent from `gone` end with the call (empty: none do), and the reading may block.
    using BeforeRead = std::function<void(Bytes gone)>;
    void before_read(BeforeRead before) { before_read_ = std::move(before); }

    // The next `count` octets, fewer at the end or where reading failed; they are passed over by pass() alone.
    Bytes ahead(std::size_t count)
    {
        if (end_ - at_ < count) fill(count);
        const auto there = end_ - at_;
        return {halves_[current_].octets.get() + at_, there < count ? there : count};
    }
    void pass(std::size_t count)
    {
        at_ += count;
        passed_ += count;
    }
    std::uint64_t position() const { return passed_; }
    // Why reading failed, in the system's words; empty: the end was reached, or not yet.
    const std::string& error() const { return error_; }

  private:
    struct Half {
        std::unique_ptr<std::uint8_t[]> octets;
        std::size_t size = 0;
    };

    void fill(std::size_t count);
    void turn(std::size_t count);

    int descriptor_;
    std::array<Half, 2> halves_;
    std::size_t current_ = 0;
    std::size_t at_ = 0;   // in the current half: the next octet,
    std::size_t end_ = 0;  // and where those that were read end
    std::uint64_t passed_ = 0;
    bool ended_ = false;
    std::string error_;
    BeforeRead before_read_;
};

}  // namespace breakwatch
