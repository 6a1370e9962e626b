#include "decode/wlan_frame.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

namespace {

MacAddress mac_at(Bytes bytes)
{
    MacAddress mac;
    if (bytes.size() == 6) std::ranges::copy(bytes, mac.octets.begin());
    return mac;
}

constexpr unsigned kDataType = 0x08, kTypeMask = 0x0c, kVersionMask = 0x03;

bool is_data(std::uint8_t control)
{
    return (control & (kTypeMask | kVersionMask)) == kDataType;
}

// What the way the frame came does to its header.
struct HeaderForm {
    bool padded = false;          // filled up to a multiple of four octets
    bool may_be_swapped = false;  // frame control with its two octets exchanged
};

// IEEE 802.11 section 9.2. The addresses' meaning depends on the two DS bits.
std::expected<LinkFrame, DecodeError> decode_data_frame(Bytes bytes, HeaderForm form)
{
    ByteReader in(bytes);
    auto control = in.u8();
    auto flags = in.u8();
    if (form.may_be_swapped && !is_data(control) && is_data(flags)) std::swap(control, flags);
    in.skip(2);
    const auto first = in.take(6);
    const auto second = in.take(6);
    const auto third = in.take(6);
    in.skip(2);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    constexpr unsigned kNoData = 0x40, kQos = 0x80;
    const bool to_ds = (flags & 0x01U) != 0;
    const bool from_ds = (flags & 0x02U) != 0;
    const bool is_protected = (flags & 0x40U) != 0;
    if (!is_data(control) || (control & kNoData) != 0 || is_protected) {
        return std::unexpected(DecodeError::unsupported);
    }
    LinkFrame frame;
    frame.destination = mac_at(to_ds ? third : first);
    frame.source = mac_at(from_ds ? third : second);
    if (to_ds && from_ds) frame.source = mac_at(in.take(6));
    bool aggregated = false;
    if ((control & kQos) != 0) {
        aggregated = (in.u8() & 0x80U) != 0;
        in.skip(1);
        if ((flags & 0x80U) != 0) in.skip(4);  // HT control
    }
    if (form.padded) in.skip((4 - (bytes.size() - in.size()) % 4) % 4);
    // A-MSDU: destination, source, length before each frame; the first is read.
    if (aggregated) {
        frame.destination = mac_at(in.take(6));
        frame.source = mac_at(in.take(6));
        in.skip(2);
    }
    const auto dsap = in.u8();
    const auto ssap = in.u8();
    in.skip(4);
    frame.ether_type = in.u16();
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (dsap != 0xaa || ssap != 0xaa) return std::unexpected(DecodeError::unsupported);
    frame.payload = in.rest();
    return decode_tags(frame);
}

}  // namespace

std::expected<LinkFrame, DecodeError> decode_wlan(Bytes frame)
{
    return decode_data_frame(frame, {});
}

std::expected<LinkFrame, DecodeError> decode_tunnelled_wlan(Bytes frame)
{
    return decode_data_frame(frame, {.may_be_swapped = true});
}

// radiotap.org: version, pad, length (little endian), presence words and fields in order. Only the
// flags field is wanted: whether 802.11 padding or a frame check sequence is there.
std::expected<LinkFrame, DecodeError> decode_radiotap(Bytes bytes)
{
    ByteReader in(bytes);
    const auto version = in.u8();
    in.skip(1);
    const auto length = in.u16_little();
    auto present = in.u32_little();
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (version != 0 || length < 8) return std::unexpected(DecodeError::bad_value);
    ByteReader fields = in.nested(length - 8U);
    const auto presence = present;
    while ((present & 0x80000000U) != 0 && !fields.failed()) present = fields.u32_little();
    if ((presence & 1U) != 0) {  // TSFT, aligned to 8 from the header's start
        const auto used = length - fields.size();
        fields.skip((8 - used % 8) % 8 + 8);
    }
    const std::uint8_t flags = (presence & 2U) != 0 ? fields.u8() : std::uint8_t{0};
    if (in.failed() || fields.failed()) return std::unexpected(DecodeError::truncated);
    Bytes frame = in.rest();
    constexpr unsigned kFcsAtEnd = 0x10, kPadded = 0x20;
    if ((flags & kFcsAtEnd) != 0 && frame.size() > 4) frame = frame.first(frame.size() - 4);
    return decode_data_frame(frame, {.padded = (flags & kPadded) != 0});
}

}  // namespace breakwatch
