#include "decode/ip.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

using IpResult = std::expected<IpPacket, DecodeError>;

constexpr unsigned kMostExtensionHeaders = 16;

IpResult decode_ipv4(Bytes bytes)
{
    ByteReader in(bytes);
    const std::size_t header_length = (in.u8() & 0x0fU) * 4U;
    in.skip(1);
    const std::size_t total_length = in.u16();
    IpPacket packet;
    packet.identification = in.u16();
    const auto fragment = in.u16();
    packet.hop_limit = in.u8();
    packet.protocol = in.u8();
    in.skip(2);
    const auto source = in.take(4);
    const auto destination = in.take(4);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (header_length < 20) return std::unexpected(DecodeError::bad_length);
    in.skip(header_length - 20);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    packet.source = IpAddress::v4(source.first<4>());
    packet.destination = IpAddress::v4(destination.first<4>());
    packet.more_fragments = (fragment & 0x2000U) != 0;
    packet.fragment_offset = (fragment & 0x1fffU) * 8U;
    packet.fragment = packet.more_fragments || packet.fragment_offset != 0;
    // Zero: segmentation was left to the network card, and the frame's length is all there is.
    const std::size_t payload_length =
        total_length == 0 ? in.size() : total_length - std::min(total_length, header_length);
    if (total_length != 0 && total_length < header_length) return std::unexpected(DecodeError::bad_length);
    packet.payload_length = static_cast<std::uint32_t>(payload_length);
    packet.payload = in.take_at_most(payload_length);
    return packet;
}

// RFC 8200 section 4: hop-by-hop, routing, destination options, mobility, HIP, shim6 in one shape;
// AH in another. A fragment's header ends it: what follows is the fragmentable part, whose headers
// count in the offsets and can be read when it is whole.
IpResult skip_extensions(IpPacket packet, std::uint8_t next, Bytes bytes)
{
    ByteReader in(bytes);
    for (unsigned headers = 0; headers < kMostExtensionHeaders; ++headers) {
        const auto before = in.size();
        switch (next) {
            case 0:
            case 43:
            case 60:
            case 135:
            case 139:
            case 140: {
                next = in.u8();
                const std::size_t length = in.u8() * 8U + 8U;
                in.skip(length - 2);
                break;
            }
            case 51: {  // AH, RFC 4302
                next = in.u8();
                const std::size_t length = (in.u8() + 2U) * 4U;
                in.skip(length - 2);
                break;
            }
            case 44: {
                next = in.u8();
                in.skip(1);
                const auto offset = in.u16();
                packet.identification = in.u32();
                packet.more_fragments = (offset & 1U) != 0;
                packet.fragment_offset = offset & 0xfff8U;
                packet.fragment = packet.more_fragments || packet.fragment_offset != 0;
                break;
            }
            default: {
                packet.protocol = next;
                packet.payload = in.rest();
                return packet;
            }
        }
        if (in.failed()) return std::unexpected(DecodeError::truncated);
        const auto used = static_cast<std::uint32_t>(before - in.size());
        packet.payload_length -= std::min(packet.payload_length, used);
        if (packet.fragment) {
            packet.protocol = next;
            packet.payload = in.rest();
            return packet;
        }
    }
    return std::unexpected(DecodeError::unsupported);
}

IpResult decode_ipv6(Bytes bytes)
{
    ByteReader in(bytes);
    in.skip(4);
    const std::size_t payload_length = in.u16();
    const auto next = in.u8();
    const auto hop_limit = in.u8();
    const auto source = in.take(16);
    const auto destination = in.take(16);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    IpPacket packet;
    packet.hop_limit = hop_limit;
    packet.source = IpAddress::v6(source.first<16>());
    packet.destination = IpAddress::v6(destination.first<16>());
    // Zero: a jumbogram or segmentation by the network card.
    packet.payload_length = static_cast<std::uint32_t>(payload_length == 0 ? in.size() : payload_length);
    return skip_extensions(packet, next, in.take_at_most(packet.payload_length));
}

}  // namespace

std::expected<IpPacket, DecodeError> decode_reassembled(IpPacket whole)
{
    if (whole.source.family != IpAddress::Family::v6) return whole;
    auto packet = skip_extensions(whole, whole.protocol, whole.payload);
    if (packet && packet->fragment) return std::unexpected(DecodeError::bad_value);
    return packet;
}

std::expected<IpPacket, DecodeError> decode_ip(Bytes bytes)
{
    if (bytes.empty()) return std::unexpected(DecodeError::truncated);
    switch (bytes[0] >> 4U) {
        case 4: return decode_ipv4(bytes);
        case 6: return decode_ipv6(bytes);
        default: return std::unexpected(DecodeError::bad_value);
    }
}

}  // namespace breakwatch
