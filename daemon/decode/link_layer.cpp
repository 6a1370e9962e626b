#include "decode/link_layer.hpp"

#include <algorithm>

#include "decode/wlan_frame.hpp"

namespace breakwatch {

namespace {

using FrameResult = std::expected<LinkFrame, DecodeError>;

// libpcap's numbers; several systems used several for the same link.
enum LinkNumber : int {
    kNull = 0,
    kEthernet = 1,
    kPpp = 9,
    kFddi = 10,
    kRawLinux = 12,
    kRawOpenBsd = 14,
    kPppHdlc = 50,
    kPppEther = 51,
    kRaw = 101,
    kCHdlc = 104,
    kWlan = 105,
    kLoop = 108,
    kLinuxSll = 113,
    kWlanRadiotap = 127,
    kIpv4 = 228,
    kIpv6 = 229,
    kNflog = 239,
    kLinuxSll2 = 276,
};

constexpr unsigned kMostHeaders = 16;
constexpr unsigned kMostLabels = 8;

MacAddress take_mac(ByteReader& in)
{
    MacAddress mac;
    const auto bytes = in.take(6);
    if (bytes.size() == 6) std::ranges::copy(bytes, mac.octets.begin());
    return mac;
}

FrameResult with_type(LinkFrame frame, std::uint16_t type, Bytes payload)
{
    frame.ether_type = type;
    frame.payload = payload;
    return decode_tags(frame);
}

// IEEE 802.2: only SNAP and the IP protocol number 0x06 carry what we read.
FrameResult decode_llc(LinkFrame frame, Bytes bytes)
{
    ByteReader in(bytes);
    const auto dsap = in.u8();
    const auto ssap = in.u8();
    in.skip(1);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (dsap == 0x06 && ssap == 0x06) return with_type(frame, ether_type::ipv4, in.rest());
    if (dsap != 0xaa || ssap != 0xaa) return std::unexpected(DecodeError::unsupported);
    in.skip(3);
    const auto type = in.u16();
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    return with_type(frame, type, in.rest());
}

// RFC 1661 section 2: the protocol field is two octets, or one when it is odd and compressed.
FrameResult decode_ppp(LinkFrame frame, Bytes bytes)
{
    ByteReader in(bytes);
    if (in.peek(0) == 0xff && in.peek(1) == 0x03) in.skip(2);  // RFC 1662 address and control
    std::uint16_t protocol = in.u8();
    if ((protocol & 1U) == 0) protocol = static_cast<std::uint16_t>(protocol << 8U | in.u8());
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    switch (protocol) {
        case 0x0021: return with_type(frame, ether_type::ipv4, in.rest());
        case 0x0057: return with_type(frame, ether_type::ipv6, in.rest());
        case 0x0281: return with_type(frame, 0x8847, in.rest());
        default: return std::unexpected(DecodeError::unsupported);
    }
}

FrameResult decode_ip_version(LinkFrame frame, Bytes bytes)
{
    if (bytes.empty()) return std::unexpected(DecodeError::truncated);
    switch (bytes[0] >> 4U) {
        case 4: return with_type(frame, ether_type::ipv4, bytes);
        case 6: return with_type(frame, ether_type::ipv6, bytes);
        default: return std::unexpected(DecodeError::bad_value);
    }
}

// BSD loopback: the address family in the byte order of the machine that captured.
FrameResult decode_null(Bytes bytes)
{
    ByteReader in(bytes);
    const auto family = in.u32();
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    const auto low = (family & 0xffffU) != 0 ? family & 0xffffU : family >> 24U;
    if (low == 2) return with_type({}, ether_type::ipv4, in.rest());
    // AF_INET6 differs between the systems.
    if (low == 10 || low == 23 || low == 24 || low == 28 || low == 30)
        return with_type({}, ether_type::ipv6, in.rest());
    return decode_ip_version({}, in.rest());
}

FrameResult decode_linux_cooked(Bytes bytes)
{
    ByteReader in(bytes);
    LinkFrame frame;
    in.skip(4);
    const auto address_length = in.u16();
    const auto address = in.take(8);
    const auto type = in.u16();
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (address_length == 6) std::ranges::copy(address.first(6), frame.source.octets.begin());
    if (type == 0x0004) return decode_llc(frame, in.rest());
    return with_type(frame, type, in.rest());
}

FrameResult decode_linux_cooked_v2(Bytes bytes)
{
    ByteReader in(bytes);
    LinkFrame frame;
    const auto type = in.u16();
    in.skip(9);
    const auto address_length = in.u8();
    const auto address = in.take(8);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (address_length == 6) std::ranges::copy(address.first(6), frame.source.octets.begin());
    if (type == 0x0004) return decode_llc(frame, in.rest());
    return with_type(frame, type, in.rest());
}

FrameResult decode_fddi(Bytes bytes)
{
    ByteReader in(bytes);
    LinkFrame frame;
    in.skip(1);
    frame.destination = take_mac(in);
    frame.source = take_mac(in);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    return decode_llc(frame, in.rest());
}

FrameResult decode_cisco_hdlc(Bytes bytes)
{
    ByteReader in(bytes);
    in.skip(2);
    const auto type = in.u16();
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    return with_type({}, type, in.rest());
}

// Linux netfilter log: a header, then type-length-values in host order; 9 is the packet.
FrameResult decode_nflog(Bytes bytes)
{
    constexpr std::uint16_t kPayload = 9;
    ByteReader in(bytes);
    const auto family = in.u8();
    in.skip(3);
    while (!in.failed() && in.size() >= 4) {
        const auto length = in.u16_little();
        const auto type = static_cast<std::uint16_t>(in.u16_little() & 0x7fffU);
        if (length < 4) return std::unexpected(DecodeError::bad_length);
        const auto value = in.take_at_most(length - 4U);
        if (type == kPayload) {
            if (family == 2) return with_type({}, ether_type::ipv4, value);
            if (family == 10) return with_type({}, ether_type::ipv6, value);
            return decode_ip_version({}, value);
        }
        in.take_at_most((4U - length % 4U) % 4U);
    }
    return std::unexpected(DecodeError::truncated);
}

// RFC 2516: version and type, code 0 (session), session, length, then PPP.
FrameResult decode_pppoe(LinkFrame frame)
{
    ByteReader in(frame.payload);
    const auto version_type = in.u8();
    const auto code = in.u8();
    in.skip(4);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (version_type != 0x11 || code != 0) return std::unexpected(DecodeError::unsupported);
    return decode_ppp(frame, in.rest());
}

// A frame inside another: the addresses and tags are its own, the count of headers goes on.
FrameResult decode_inner_ethernet(const LinkFrame& outer, Bytes bytes);

// RFC 3032: labels up to the bottom of the stack; what follows is told by its first four bits.
FrameResult decode_mpls(LinkFrame frame)
{
    ByteReader in(frame.payload);
    bool bottom = false;
    for (unsigned label = 0; label < kMostLabels && !bottom && !in.failed(); ++label) {
        bottom = (in.u32() & 0x100U) != 0;
    }
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (!bottom) return std::unexpected(DecodeError::unsupported);
    const auto version = in.peek() >> 4U;
    if (version == 4 || version == 6) return decode_ip_version(frame, in.rest());
    // RFC 4385: a pseudowire's control word starts with 0000; an Ethernet frame follows it.
    if (version == 0) in.skip(4);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    return decode_inner_ethernet(frame, in.rest());
}

FrameResult decode_inner_ethernet(const LinkFrame& outer, Bytes bytes)
{
    ByteReader in(bytes);
    LinkFrame frame;
    frame.headers = outer.headers;
    frame.framed_inside = outer.headers > 0;
    frame.destination = take_mac(in);
    frame.source = take_mac(in);
    const auto type = in.u16();
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (type < 0x0600) return decode_llc(frame, in.rest());
    return with_type(frame, type, in.rest());
}

}  // namespace

std::expected<LinkFrame, DecodeError> decode_ethernet(Bytes frame)
{
    return decode_inner_ethernet({}, frame);
}

// Every header passes here, so that neither loop nor recursion outlives the limit.
std::expected<LinkFrame, DecodeError> decode_tags(LinkFrame frame)
{
    while (frame.headers++ < kMostHeaders) {
        ByteReader in(frame.payload);
        switch (frame.ether_type) {
            case 0x8100:
            case 0x88a8:
            case 0x9100: {
                frame.vlan = static_cast<std::uint16_t>(in.u16() & 0x0fffU);
                frame.ether_type = in.u16();
                break;
            }
            case 0x8847:
            case 0x8848: return decode_mpls(frame);
            case 0x8864: return decode_pppoe(frame);
            case 0x880b: return decode_ppp(frame, frame.payload);
            case 0x8909: {  // Cisco metadata: version, length, then options; one of 4 octets
                in.skip(6);
                frame.ether_type = in.u16();
                break;
            }
            case 0x8926: {  // VN-tag
                in.skip(4);
                frame.ether_type = in.u16();
                break;
            }
            case 0x893f: {  // IEEE 802.1BR E-tag
                in.skip(6);
                frame.ether_type = in.u16();
                break;
            }
            case 0x88e7: {  // IEEE 802.1ah: a service tag, then a whole frame
                in.skip(4);
                if (in.failed()) return std::unexpected(DecodeError::truncated);
                return decode_inner_ethernet(frame, in.rest());
            }
            case 0x8903: {  // Cisco FabricPath hides the frame behind its tag
                in.skip(2);
                if (in.failed()) return std::unexpected(DecodeError::truncated);
                return decode_inner_ethernet(frame, in.rest());
            }
            default: {
                if (frame.ether_type >= 0x0600) return frame;
                return decode_llc(frame, frame.payload);
            }
        }
        if (in.failed()) return std::unexpected(DecodeError::truncated);
        frame.payload = in.rest();
    }
    return std::unexpected(DecodeError::unsupported);
}

std::expected<LinkFrame, DecodeError> decode_link(int link_type, Bytes frame)
{
    switch (link_type) {
        case kEthernet: return decode_ethernet(frame);
        case kNull:
        case kLoop: return decode_null(frame);
        case kPpp:
        case kPppHdlc: return decode_ppp({}, frame);
        case kPppEther: return with_type({}, 0x8864, frame);
        case kRawLinux:
        case kRawOpenBsd:
        case kRaw:
        case kIpv4:
        case kIpv6: return decode_ip_version({}, frame);
        case kCHdlc: return decode_cisco_hdlc(frame);
        case kFddi: return decode_fddi(frame);
        case kLinuxSll: return decode_linux_cooked(frame);
        case kLinuxSll2: return decode_linux_cooked_v2(frame);
        case kNflog: return decode_nflog(frame);
        case kWlan: return decode_wlan(frame);
        case kWlanRadiotap: return decode_radiotap(frame);
        default: return std::unexpected(DecodeError::unsupported);
    }
}

}  // namespace breakwatch
