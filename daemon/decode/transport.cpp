#include "decode/transport.hpp"

namespace breakwatch {

namespace {

std::uint64_t sum_of(Bytes bytes)
{
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += static_cast<std::uint64_t>(bytes[i]) << 8U | bytes[i + 1];
    if (bytes.size() % 2 != 0) sum += static_cast<std::uint64_t>(bytes.back()) << 8U;
    return sum;
}

}  // namespace

std::optional<bool> tcp_checksum_holds(const IpPacket& packet)
{
    if (packet.payload.size() < packet.payload_length) return std::nullopt;
    const auto segment = packet.payload.first(packet.payload_length);
    auto sum = sum_of(packet.source.bytes()) + sum_of(packet.destination.bytes()) + packet.protocol +
               packet.payload_length + sum_of(segment);
    while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
    return sum == 0xffffU;
}

std::expected<TcpSegment, DecodeError> decode_tcp(Bytes bytes)
{
    ByteReader in(bytes);
    TcpSegment segment;
    segment.source = in.u16();
    segment.destination = in.u16();
    segment.sequence = in.u32();
    segment.acknowledgement = in.u32();
    segment.header_length = (in.u8() >> 4U) * 4U;
    segment.flags = in.u8();
    in.skip(6);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    if (segment.header_length < 20) return std::unexpected(DecodeError::bad_length);
    in.skip(segment.header_length - 20);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    segment.payload = in.rest();
    return segment;
}

std::expected<UdpDatagram, DecodeError> decode_udp(Bytes bytes)
{
    ByteReader in(bytes);
    UdpDatagram datagram;
    datagram.source = in.u16();
    datagram.destination = in.u16();
    const auto length = in.u16();
    in.skip(2);
    if (in.failed()) return std::unexpected(DecodeError::truncated);
    // Zero stands for a jumbogram (RFC 2675) or for a length the network card fills in.
    if (length != 0 && length < 8) return std::unexpected(DecodeError::bad_length);
    datagram.payload_length = static_cast<std::uint32_t>(length == 0 ? in.size() : length - 8U);
    datagram.payload = in.take_at_most(datagram.payload_length);
    return datagram;
}

}  // namespace breakwatch
