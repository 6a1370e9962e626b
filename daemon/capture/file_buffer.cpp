#include "capture/file_buffer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace breakwatch {

FileBuffer::~FileBuffer()
{
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

void FileBuffer::fill(std::size_t count)
{
    while (!ended_ && end_ - at_ < count) {
        if (at_ + count > halves_[current_].size) {
            turn(count);
        } else if (before_read_) {
            before_read_({});
        }
        auto& half = halves_[current_];
        const auto got = ::read(descriptor_, half.octets.get() + end_, half.size - end_);
        ended_ = got <= 0;
        // A signal that somebody waits for ends the wait for a silent pipe, too.
        if (got < 0) error_ = std::strerror(errno);
        if (got > 0) end_ += static_cast<std::size_t>(got);
    }
}

// Goes on in the other half, with what is left of this one at its beginning.
void FileBuffer::turn(std::size_t count)
{
    auto& next = halves_[1 - current_];
    if (before_read_) before_read_({next.octets.get(), next.size});
    if (next.size < count || next.size == 0) {
        next.size = std::max(count, kHalf);
        next.octets = std::make_unique_for_overwrite<std::uint8_t[]>(next.size);
    }
    const auto left = end_ - at_;
    if (left > 0) std::memcpy(next.octets.get(), halves_[current_].octets.get() + at_, left);
    current_ = 1 - current_;
    at_ = 0;
    end_ = left;
}

}  // namespace breakwatch
