#include "flow/quic_stream.hpp"

#include <algorithm>

#include "policy/types.hpp"

namespace breakwatch {
namespace {

// ACK, MAX_DATA, MAX_STREAM_DATA, PING and connection id frames fit below this.
constexpr std::uint32_t kControlDatagram = 90;
constexpr std::size_t kHashed = 64;
constexpr int kMaxCoalesced = 4;

constexpr std::uint8_t kLongHeader = 0x80;
// RFC 9000 table 5; RFC 9369 section 3.2 numbers them differently for version 2.
enum class LongType : std::uint8_t { initial, zero_rtt, handshake, retry };

LongType long_type(std::uint8_t first, std::uint32_t version)
{
    constexpr std::uint32_t kVersion2 = 0x6b3343cf;
    const auto bits = static_cast<std::uint8_t>((first >> 4U) & 0x03U);
    return static_cast<LongType>(version == kVersion2 ? (bits + 3U) % 4U : bits);
}

// RFC 9000 section 16.
std::uint64_t variable_length_integer(ByteReader& in)
{
    const auto first = in.u8();
    std::uint64_t value = first & 0x3fU;
    for (auto more = (1U << (first >> 6U)) - 1U; more > 0; --more) value = value << 8U | in.u8();
    return value;
}

struct LongPacket {
    LongType type = LongType::initial;
    std::uint64_t total = 0;  // header and payload; 0: not readable
};

LongPacket read_long_packet(Bytes bytes)
{
    ByteReader in(bytes);
    const auto first = in.u8();
    const auto version = in.u32();
    LongPacket packet{long_type(first, version)};
    in.skip(in.u8());  // destination connection id
    in.skip(in.u8());  // source connection id
    if (version == 0 || packet.type == LongType::retry) return packet;
    if (packet.type == LongType::initial) in.skip(variable_length_integer(in));  // token
    const auto length = variable_length_integer(in);
    if (in.failed()) return packet;
    packet.total = bytes.size() - in.size() + length;
    return packet;
}

}  // namespace

std::uint32_t quic_application_length(Bytes captured, std::uint32_t length)
{
    std::uint32_t counted = 0;
    for (int i = 0; i < kMaxCoalesced && !captured.empty(); ++i) {
        if ((captured[0] & kLongHeader) == 0) {
            // Zero padding after the last packet is not a short header packet (its fixed bit is
            // set).
            return captured[0] == 0 ? counted : counted + length;
        }
        const auto packet = read_long_packet(captured);
        if (packet.total == 0 || packet.total > length) return counted;
        const auto size = static_cast<std::uint32_t>(packet.total);
        if (packet.type == LongType::zero_rtt) counted += size;
        length -= size;
        captured = captured.subspan(std::min<std::size_t>(size, captured.size()));
    }
    return counted;
}

ApplicationBytes QuicStream::take(Bytes captured, std::uint32_t length)
{
    const auto counted = quic_application_length(captured, length);
    if (counted <= kControlDatagram || seen_before(captured, length)) return {};
    return {.bytes = counted, .records = 1, .largest = counted, .first = counted};
}

bool QuicStream::seen_before(Bytes captured, std::uint32_t length)
{
    const auto hashed = hash_bytes(captured.first(std::min(captured.size(), kHashed)), length);
    const auto hash = static_cast<std::uint32_t>(hashed ^ hashed >> 32U) | 1U;  // 0 marks a free place
    if (std::ranges::find(recent_, hash) != recent_.end()) return true;
    recent_[next_recent_] = hash;
    next_recent_ = static_cast<std::uint8_t>((next_recent_ + 1U) % recent_.size());
    return false;
}

}  // namespace breakwatch
