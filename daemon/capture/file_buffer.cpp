#include "capture/file_buffer.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <utility>

namespace breakwatch {

namespace {

bool would_wait(int descriptor)
{
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) == 0;
}

}  // namespace

FileBuffer::~FileBuffer()
{
    if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

void FileBuffer::fill(std::size_t count)
{
    while (!ended_ && end_ - at_ < count) {
        if (at_ + count > current_->size) {
            turn(count);
        } else if (before_read_) {
            before_read_({});
        }
        if (before_wait_ && would_wait(descriptor_)) before_wait_();
        const auto got = ::read(descriptor_, current_->octets.get() + end_, current_->size - end_);
        ended_ = got <= 0;
        // A signal that somebody waits for ends the wait for a silent pipe, too.
        if (got < 0) error_ = std::strerror(errno);
        if (got > 0) end_ += static_cast<std::size_t>(got);
    }
}

// Goes on in another block, with what is left of this one at its beginning.
void FileBuffer::turn(std::size_t count)
{
    // Its two: this one, and what is in `blocks_`.
    const auto had_by_nobody = [&](const auto& block) { return block != current_ && block.use_count() == 1; };
    auto found = std::ranges::find_if(blocks_, had_by_nobody);
    if (found == blocks_.end()) found = blocks_.insert(blocks_.begin(), std::make_shared<Block>());
    auto next = *found;
    std::rotate(found, found + 1, blocks_.end());
    if (before_read_) before_read_(next->all());
    if (next->size < count || next->size == 0) {
        next->size = std::max(count, kBlock);
        next->octets = std::make_unique_for_overwrite<std::uint8_t[]>(next->size);
    }
    const auto left = end_ - at_;
    if (left > 0) std::memcpy(next->octets.get(), current_->octets.get() + at_, left);
    current_ = std::move(next);
    at_ = 0;
    end_ = left;
}

FileBuffer::Holder FileBuffer::holder_of(Bytes bytes) const
{
    const std::less_equal<> not_after;  // of pointers into unlike memory
    for (const auto& block : blocks_) {
        const auto all = block->all();
        if (not_after(all.data(), bytes.data()) && not_after(bytes.data() + bytes.size(), all.data() + all.size()))
            return {block, all};
    }
    return {};
}

}  // namespace breakwatch
