// Octets of a file or pipe, read in pieces of half a mebibyte and lent where they lie: a record is seen as one span
// and copied only where it crosses from one block of the buffer to the next. One thread; so is letting go of a block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "decode/byte_reader.hpp"

namespace breakwatch {

class FileBuffer {
  public:
    // Two blocks are what stays near the processor; one record may make a block longer.
    static constexpr std::size_t kBlock = 512UL * 1024;

    // Takes the descriptor, closed in the end unless it is the standard input.
    explicit FileBuffer(int descriptor) : descriptor_(descriptor) {}
    ~FileBuffer();
    FileBuffer(const FileBuffer&) = delete;
    FileBuffer& operator=(const FileBuffer&) = delete;

    // Before more is read: octets lent from `gone` end with the call (empty: none do), and the reading may block.
    using BeforeRead = std::function<void(Bytes gone)>;
    void before_read(BeforeRead before) { before_read_ = std::move(before); }
    // Before reading waits for what is not there yet, as that of a pipe may.
    void before_wait(std::function<void()> before) { before_wait_ = std::move(before); }

    // The next `count` octets, fewer at the end or where reading failed; they are passed over by pass() alone.
    Bytes ahead(std::size_t count)
    {
        if (end_ - at_ < count) fill(count);
        const auto there = end_ - at_;
        return {current_->octets.get() + at_, there < count ? there : count};
    }
    void pass(std::size_t count)
    {
        at_ += count;
        passed_ += count;
    }
    std::uint64_t position() const { return passed_; }
    // For as long as somebody has the block with these octets, they stay; null: they are of no block.
    struct Holder {
        std::shared_ptr<const void> block;
        Bytes all;
    };
    Holder holder_of(Bytes bytes) const;
    // Why reading failed, in the system's words; empty: the end was reached, or not yet.
    const std::string& error() const { return error_; }

  private:
    struct Block {
        std::unique_ptr<std::uint8_t[]> octets;
        std::size_t size = 0;
        Bytes all() const { return {octets.get(), size}; }
    };

    void fill(std::size_t count);
    void turn(std::size_t count);

    int descriptor_;
    // Used longest ago first. Another is made where all are still had by somebody.
    std::vector<std::shared_ptr<Block>> blocks_{std::make_shared<Block>(), std::make_shared<Block>()};
    std::shared_ptr<Block> current_ = blocks_.back();
    std::size_t at_ = 0;   // in the current block: the next octet,
    std::size_t end_ = 0;  // and where those that were read end
    std::uint64_t passed_ = 0;
    bool ended_ = false;
    std::string error_;
    BeforeRead before_read_;
    std::function<void()> before_wait_;
};

}  // namespace breakwatch
