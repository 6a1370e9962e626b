#include "flow/stream_order.hpp"

namespace breakwatch {

void StreamOrder::begin(std::uint32_t initial_sequence)
{
    if (begun_) return;
    begun_ = true;
    next_ = initial_sequence + 1;
}

Bytes StreamOrder::push(std::uint32_t sequence, Bytes payload)
{
    if (payload.empty()) return {};
    if (!begun_) begin(sequence - 1);
    // RFC 9293 section 3.4: the difference, taken modulo 2^32, is signed.
    const auto ahead = static_cast<std::int32_t>(sequence - next_);
    if (ahead < 0) {
        const auto old = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
        if (old >= payload.size()) return {};
        payload = payload.subspan(old);
    }
    const auto offset = ahead > 0 ? static_cast<std::size_t>(ahead) : 0;
    if (offset == 0 && early_.empty()) {
        next_ += static_cast<std::uint32_t>(payload.size());
        return payload;
    }
    if (early_.put(offset, payload) == IntervalBuffer::Put::refused) {
        overflow_ = true;
        return {};
    }
    const auto ready = early_.prefix();
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
    const auto ready = early_.prefix();
    joined_.assign(ready.begin(), ready.end());
    early_.drop_front(joined_.size());
    next_ += static_cast<std::uint32_t>(joined_.size());
    return joined_;
}

}  // namespace breakwatch
