#include "decode/tunnel.hpp"

#include "decode/ip.hpp"
#include "decode/link_layer.hpp"

namespace breakwatch {

namespace {

using InnerResult = std::optional<TunnelPayload>;

InnerResult give(const ByteReader& in, std::uint16_t type)
{
    if (in.failed() || in.empty()) return std::nullopt;
    return TunnelPayload{.ether_type = type, .bytes = in.rest()};
}

InnerResult as(Encapsulation encapsulation, InnerResult inner)
{
    if (inner) inner->encapsulation = encapsulation;
    return inner;
}

bool looks_like_ip(Bytes bytes)
{
    return bytes.size() >= 20 && (bytes[0] >> 4U == 4 || bytes[0] >> 4U == 6);
}

InnerResult give_ip(const ByteReader& in)
{
    if (in.failed() || !looks_like_ip(in.rest())) return std::nullopt;
    return TunnelPayload{.ether_type = 0, .bytes = in.rest()};
}

// RFC 2784 and 2890; version 1 is PPTP's (RFC 2637). ERSPAN: draft-foschiano-erspan.
InnerResult open_gre(Bytes bytes)
{
    ByteReader in(bytes);
    const auto flags = in.u16();
    const auto type = in.u16();
    const unsigned version = flags & 7U;
    const bool has_key = (flags & 0x2000U) != 0;
    const bool has_sequence = (flags & 0x1000U) != 0;
    if (version == 1) {
        in.skip(4);
        if (has_sequence) in.skip(4);
        if ((flags & 0x0080U) != 0) in.skip(4);  // acknowledgement
        return as(Encapsulation::gre, give(in, 0x880b));
    }
    if (version != 0) return std::nullopt;
    if ((flags & 0xc000U) != 0) in.skip(4);  // checksum or routing: both fields are there
    if (has_key) in.skip(4);
    if (has_sequence) in.skip(4);
    constexpr std::uint16_t kErspan = 0x88be, kErspan3 = 0x22eb, kAruba = 0x8200;
    if (type == kErspan) {
        if (has_sequence) in.skip(8);  // type II; type I has no header of its own
        return as(Encapsulation::erspan, give(in, ether_type::ethernet));
    }
    if (type == kErspan3) {
        in.skip(11);
        const bool platform_header = (in.u8() & 1U) != 0;
        if (platform_header) in.skip(8);
        return as(Encapsulation::erspan, give(in, ether_type::ethernet));
    }
    if (type == 0x883e) {  // WCCP; its second version puts a redirect header before the packet
        if (in.peek() >> 4U != 4) in.skip(4);
        return as(Encapsulation::gre, give(in, ether_type::ipv4));
    }
    if ((type & 0xff00U) == kAruba || type == 0x0000) {
        auto inner = as(Encapsulation::gre, give(in, 0));
        if (inner && (type & 0xff00U) == kAruba) inner->wlan = true;
        return inner;
    }
    return as(Encapsulation::gre, give(in, type));
}

// RFC 7348: flags with the I bit, VNI.
InnerResult open_vxlan(Bytes bytes)
{
    ByteReader in(bytes);
    const auto flags = in.u8();
    in.skip(7);
    if ((flags & 0x08U) == 0) return std::nullopt;
    return give(in, ether_type::ethernet);
}

// draft-ietf-nvo3-vxlan-gpe: the fourth octet names what is inside when the P bit is set.
InnerResult open_vxlan_gpe(Bytes bytes)
{
    ByteReader in(bytes);
    const auto flags = in.u8();
    in.skip(2);
    const auto next = in.u8();
    in.skip(4);
    if ((flags & 0x04U) == 0) return give(in, ether_type::ethernet);
    switch (next) {
        case 1: return give(in, ether_type::ipv4);
        case 2: return give(in, ether_type::ipv6);
        case 3: return give(in, ether_type::ethernet);
        case 4: return in.failed() ? std::nullopt : open_nsh(in.rest());
        default: return std::nullopt;
    }
}

// RFC 8926.
InnerResult open_geneve(Bytes bytes)
{
    ByteReader in(bytes);
    const auto first = in.u8();
    in.skip(1);
    const auto type = in.u16();
    in.skip(4);
    in.skip((first & 0x3fU) * 4U);
    if (first >> 6U != 0) return std::nullopt;
    return give(in, type);
}

// 3GPP TS 29.281: G-PDU (255) with optional fields and extension headers.
InnerResult open_gtp(Bytes bytes)
{
    ByteReader in(bytes);
    const auto flags = in.u8();
    const auto type = in.u8();
    in.skip(6);
    if (flags >> 5U != 1 || (flags & 0x10U) == 0 || type != 255) return std::nullopt;
    if ((flags & 0x07U) != 0) {
        in.skip(3);
        auto next = in.u8();
        for (unsigned extensions = 0; next != 0 && (flags & 0x04U) != 0 && extensions < 8; ++extensions) {
            const std::size_t length = in.u8() * 4U;
            if (length < 4) return std::nullopt;
            in.skip(length - 2);
            next = in.u8();
        }
    }
    return give_ip(in);
}

// RFC 4380 section 5.1.1: authentication and origin indications may stand before the packet.
InnerResult open_teredo(Bytes bytes)
{
    ByteReader in(bytes);
    if (in.peek(0) == 0 && in.peek(1) == 1) {
        in.skip(2);
        const std::size_t id = in.u8();
        const std::size_t value = in.u8();
        in.skip(id + value + 9);
    }
    if (in.peek(0) == 0 && in.peek(1) == 0) in.skip(8);
    if (in.failed() || in.size() < 40 || in.peek() >> 4U != 6) return std::nullopt;
    return give(in, ether_type::ipv6);
}

// draft-massar-v6ops-ayiya: identity and signature lengths are powers and words.
InnerResult open_ayiya(Bytes bytes)
{
    ByteReader in(bytes);
    const auto identity = static_cast<std::size_t>(1U << (in.u8() >> 4U));
    const std::size_t signature = (in.u8() >> 4U) * 4U;
    in.skip(1);
    const auto next = in.u8();
    in.skip(4 + identity + signature);
    if (next != ip_protocol::ipv6 && next != ip_protocol::ipv4) return std::nullopt;
    return give_ip(in);
}

// RFC 2661 section 3.1: data messages carry PPP.
InnerResult open_l2tp(Bytes bytes)
{
    ByteReader in(bytes);
    const auto flags = in.u16();
    if ((flags & 0x8000U) != 0 || (flags & 0x000fU) != 2) return std::nullopt;
    if ((flags & 0x4000U) != 0) in.skip(2);
    in.skip(4);
    if ((flags & 0x0800U) != 0) in.skip(4);
    if ((flags & 0x0200U) != 0) in.skip(in.u16());
    return give(in, 0x880b);
}

// RFC 5415 section 4.3: header length in words; the T bit says 802.11 instead of 802.3. Only whole frames.
InnerResult open_capwap(Bytes bytes)
{
    ByteReader in(bytes);
    const auto word = in.u32();
    const auto preamble = word >> 24U;
    const std::size_t header = (word >> 19U & 0x1fU) * 4U;
    const bool native = (word & 0x100U) != 0;
    const bool fragment = (word & 0x80U) != 0;
    const bool keep_alive = (word & 0x08U) != 0;
    if (preamble != 0 || header < 8 || fragment || keep_alive) return std::nullopt;
    in.skip(header - 4);
    if (in.failed() || in.size() < 14) return std::nullopt;
    return TunnelPayload{.ether_type = ether_type::ethernet, .bytes = in.rest(), .wlan = native};
}

// TZSP, as MikroTik's sniffer mirrors packets: version, type (0: received), what is inside, then tagged
// fields up to the end tag.
InnerResult open_tzsp(Bytes bytes)
{
    constexpr std::uint16_t kEthernet = 1, kWlan = 18;
    constexpr std::uint8_t kPadding = 0, kEnd = 1;
    ByteReader in(bytes);
    const auto version = in.u8();
    const auto type = in.u8();
    const auto inside = in.u16();
    if (version != 1 || type != 0 || (inside != kEthernet && inside != kWlan)) return std::nullopt;
    for (auto tag = in.u8(); tag != kEnd && !in.failed(); tag = in.u8()) {
        if (tag != kPadding) in.skip(in.u8());
    }
    if (in.failed() || in.empty()) return std::nullopt;
    return TunnelPayload{.ether_type = ether_type::ethernet, .bytes = in.rest(), .wlan = inside == kWlan};
}

}  // namespace

std::optional<TunnelPayload> open_nsh(Bytes bytes)
{
    ByteReader in(bytes);
    const auto word = in.u32();
    const std::size_t length = (word >> 16U & 0x3fU) * 4U;
    const auto next = word & 0xffU;
    if (length < 8) return std::nullopt;
    in.skip(length - 4);
    switch (next) {
        case 1: return as(Encapsulation::nsh, give(in, ether_type::ipv4));
        case 2: return as(Encapsulation::nsh, give(in, ether_type::ipv6));
        case 3: return as(Encapsulation::nsh, give(in, ether_type::ethernet));
        default: return std::nullopt;
    }
}

std::optional<TunnelPayload> open_ip_tunnel(std::uint8_t protocol, Bytes payload)
{
    ByteReader in(payload);
    switch (protocol) {
        case ip_protocol::ipv4:
        case ip_protocol::ipv6: return give_ip(in);
        case ip_protocol::gre: return open_gre(payload);
        case ip_protocol::etherip:  // RFC 3378
            in.skip(2);
            return as(Encapsulation::etherip, give(in, ether_type::ethernet));
        default: return std::nullopt;
    }
}

std::optional<TunnelPayload> open_udp_tunnel(std::uint16_t source, std::uint16_t destination, Bytes payload)
{
    const auto either = [source, destination](std::uint16_t port) { return source == port || destination == port; };
    using enum Encapsulation;
    if (destination == 4789 || destination == 8472) return as(vxlan, open_vxlan(payload));
    if (destination == 4790) return as(vxlan_gpe, open_vxlan_gpe(payload));
    if (destination == 6081) return as(geneve, open_geneve(payload));
    if (either(2152)) return as(gtp_u, open_gtp(payload));
    if (either(3544)) return as(teredo, open_teredo(payload));
    if (either(5072)) return as(ayiya, open_ayiya(payload));
    if (either(1701)) return as(l2tp, open_l2tp(payload));
    if (either(5247)) return as(capwap, open_capwap(payload));
    if (destination == 37008) return as(tzsp, open_tzsp(payload));
    if (destination == 6635) {  // RFC 7510
        return payload.size() > 4 ? as(mpls_over_udp, TunnelPayload{.ether_type = 0x8847, .bytes = payload})
                                  : std::nullopt;
    }
    if (destination == 4754) return open_gre(payload);  // RFC 8086
    if (destination == 4341) {                          // LISP, RFC 9300
        ByteReader in(payload);
        in.skip(8);
        return as(lisp, give_ip(in));
    }
    return std::nullopt;
}

}  // namespace breakwatch
