#include "decode/transport.hpp"

namespace breakwatch {

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
