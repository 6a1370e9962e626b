#include "flow/interval_buffer.hpp"

#include <algorithm>

#include "flow/heap_octets.hpp"

namespace breakwatch {

IntervalBuffer::Put IntervalBuffer::put(std::size_t offset, Bytes bytes)
{
    if (bytes.empty()) return Put::taken;
    if (offset > cap_ || bytes.size() > cap_ - offset || pieces_.size() >= most_) return Put::refused;
    const auto end = offset + bytes.size();
    auto result = Put::taken;
    auto at = offset;
    // Only the holes are filled; `next` is found anew after each, since filling moves the pieces.
    while (at < end) {
        const auto next = std::ranges::find_if(pieces_, [at](const Piece& piece) { return piece.to() > at; });
        const auto hole_end = next == pieces_.end() ? end : std::min(end, next->from);
        if (hole_end > at) {
            fill(at, bytes.subspan(at - offset, hole_end - at));
            at = hole_end;
            continue;
        }
        const auto both = std::min(end, next->to()) - at;
        const bool same =
            std::ranges::equal(bytes.subspan(at - offset, both), Bytes(next->bytes).subspan(at - next->from, both));
        if (result != Put::differing) result = same ? Put::overlapped : Put::differing;
        at += both;
    }
    join_front();
    weigh();
    return result;
}

void IntervalBuffer::weigh()
{
    footprint_ = pieces_.capacity() * sizeof(Piece);
    for (const auto& piece : pieces_) footprint_ += heap_octets(piece.bytes.capacity());
}

// A hole's octets: appended to the piece that ends where they begin, else a piece of their own.
void IntervalBuffer::fill(std::size_t offset, Bytes bytes)
{
    size_ += bytes.size();
    const auto after = std::ranges::find_if(pieces_, [offset](const Piece& piece) { return piece.from > offset; });
    if (after != pieces_.begin() && std::prev(after)->to() == offset) {
        auto& before = std::prev(after)->bytes;
        before.insert(before.end(), bytes.begin(), bytes.end());
        return;
    }
    // Before a short one: segments in reverse order come to one piece, without a long one being copied each time.
    constexpr std::size_t kShort = 2'048;
    if (after != pieces_.end() && after->from == offset + bytes.size() && after->bytes.size() <= kShort) {
        after->bytes.insert(after->bytes.begin(), bytes.begin(), bytes.end());
        after->from = offset;
        return;
    }
    pieces_.insert(after, Piece{offset, {bytes.begin(), bytes.end()}});
}

// Only the front is read, so only it is kept in one piece: each octet is copied once for that.
void IntervalBuffer::join_front()
{
    auto joined = pieces_.begin();
    if (joined == pieces_.end() || joined->from != 0) return;
    auto next = std::next(joined);
    for (; next != pieces_.end() && next->from == joined->to(); ++next) {
        joined->bytes.insert(joined->bytes.end(), next->bytes.begin(), next->bytes.end());
    }
    pieces_.erase(std::next(joined), next);
}

Bytes IntervalBuffer::prefix() const
{
    if (pieces_.empty() || pieces_.front().from != 0) return {};
    return pieces_.front().bytes;
}

void IntervalBuffer::drop_front(std::size_t count)
{
    for (auto& piece : pieces_) {
        const auto gone = std::min(piece.bytes.size(), count - std::min(piece.from, count));
        piece.bytes.erase(piece.bytes.begin(), piece.bytes.begin() + static_cast<std::ptrdiff_t>(gone));
        piece.from -= std::min(piece.from, count);
        size_ -= gone;
    }
    std::erase_if(pieces_, [](const Piece& piece) { return piece.bytes.empty(); });
    join_front();
    weigh();
}

std::size_t IntervalBuffer::after_first_hole() const
{
    if (pieces_.empty()) return 0;
    if (pieces_.front().from > 0) return pieces_.front().from;
    return pieces_.size() > 1 ? pieces_[1].from : 0;
}

}  // namespace breakwatch
