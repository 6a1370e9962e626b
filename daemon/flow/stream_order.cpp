#include "flow/stream_order.hpp"

namespace breakwatch {

namespace {

// RFC 9293 section 3.4: the difference, taken modulo 2^32, is signed.
std::int64_t ahead_of(std::uint32_t sequence, std::uint32_t next)
{
    return static_cast<std::int32_t>(sequence - next);
}

}  // namespace

void StreamOrder::begin(std::uint32_t initial_sequence)
{
    if (begun_) return;
    begun_ = true;
    next_ = initial_sequence + 1;
}

Bytes StreamOrder::push(std::uint32_t sequence, Bytes payload, Timestamp at)
{
    if (payload.empty()) return {};
    if (!begun_) begin(sequence - 1);
    const auto ahead = ahead_of(sequence, next_);
    if (ahead < 0) {
        const auto old = static_cast<std::size_t>(-ahead);
        if (old >= payload.size()) return {};
        payload = payload.subspan(old);
    }
    const auto offset = ahead > 0 ? static_cast<std::size_t>(ahead) : 0;
    if (offset == 0 && early_.empty()) {
        next_ += static_cast<std::uint32_t>(payload.size());
        return payload;
    }
    if (early_.empty()) hole_since_ = at;
    const auto put = early_.put(offset, payload);
    if (put == IntervalBuffer::Put::differing) differs_ = true;
    if (put == IntervalBuffer::Put::refused) {
        overflow_ = true;
        return {};
    }
    return take_ready();
}

Bytes StreamOrder::take_ready()
{
    const auto ready = early_.prefix();
    if (ready.empty()) {
        joined_ = std::vector<std::uint8_t>();  // {} would keep its room
        return {};
    }
    joined_.assign(ready.begin(), ready.end());
    early_.drop_front(joined_.size());
    next_ += static_cast<std::uint32_t>(joined_.size());
    return joined_;
}

Bytes StreamOrder::skip_hole()
{
    overflow_ = false;
    const auto hole = early_.after_first_hole();
    early_.drop_front(hole);
    next_ += static_cast<std::uint32_t>(hole);
    return take_ready();
}

void StreamOrder::skip_cut(std::uint32_t sequence, std::uint32_t count)
{
    if (sequence != next_) return;
    early_.drop_front(count);
    next_ += count;
}

bool StreamOrder::overlaps(std::uint32_t sequence, std::size_t length) const
{
    const auto ahead = ahead_of(sequence, next_);
    return begun_ && ahead < 0 && ahead + static_cast<std::int64_t>(length) > 0;
}

void StreamOrder::restart(std::uint32_t sequence)
{
    early_ = IntervalBuffer(kMostWaiting, kMostPieces);
    overflow_ = false;
    begun_ = true;
    next_ = sequence;
}

bool StreamOrder::hole_is_lost(std::uint32_t sequence, Timestamp at) const
{
    if (early_.empty()) return false;
    const auto hole = static_cast<std::int64_t>(early_.after_first_hole());
    const auto ahead = ahead_of(sequence, next_);
    if (ahead >= 0 && ahead < hole) return false;
    if (acknowledged_ && ahead_of(*acknowledged_, next_) >= hole) return true;
    return at - hole_since_ > kPatience;
}

}  // namespace breakwatch
