#include "decode/gquic.hpp"

#include <array>

namespace breakwatch {

namespace {

constexpr std::uint32_t kChlo = 0x43484c4f;  // "CHLO"
constexpr std::uint32_t kSni = 0x534e4900;   // "SNI\0"
constexpr std::uint32_t kMostTags = 128;

// 24..46 of "Q024" to "Q046", the versions whose first messages stand in the clear; 0: another one.
unsigned clear_version(std::uint32_t tag)
{
    const auto tens = (tag >> 8U & 0xffU) - '0';
    const auto ones = (tag & 0xffU) - '0';
    if (tag >> 16U != 0x5130 || tens > 9 || ones > 9) return 0;
    const auto number = tens * 10 + ones;
    return number >= 24 && number <= 46 ? number : 0;
}

struct Opened {
    unsigned version = 0;
    ByteReader frames;
};

// The header up to the frames. Up to Q043 a public header of its own; Q044 and Q046 have the long form
// with both lengths of connection ids in one octet.
Opened open_header(Bytes datagram)
{
    ByteReader in(datagram);
    unsigned version = 0;
    const auto first = in.u8();
    if ((first & 0x80U) != 0) {
        version = clear_version(in.u32());
        const unsigned lengths = in.u8();
        for (const auto each : {lengths >> 4U, lengths & 0x0fU}) in.skip(each == 0 ? 0 : each + 3U);
        in.skip(4);
    } else {
        constexpr unsigned kVersion = 0x01, kReset = 0x02, kConnectionId = 0x08;
        if ((first & (kVersion | kReset | kConnectionId)) != (kVersion | kConnectionId)) in.fail();
        in.skip(8);
        version = clear_version(in.u32());
        constexpr std::array<std::uint8_t, 4> kNumberLength{1, 2, 4, 6};
        in.skip(kNumberLength.at(first >> 4U & 3U));
    }
    in.skip(12);                   // hash over the message
    if (version < 34) in.skip(1);  // private flags
    if (version == 0) in.fail();
    return {version, in};
}

// STREAM frame 1fdoooss: fin, data length present, offset length, stream id length. Integers were
// little endian before Q039.
Bytes stream_data(Opened& packet)
{
    auto& in = packet.frames;
    const auto type = in.u8();
    if ((type & 0x80U) == 0) in.fail();
    const auto offset_length = type >> 2U & 7U;
    in.skip((type & 3U) + 1U);
    in.skip(offset_length == 0 ? 0 : offset_length + 1U);
    if ((type & 0x20U) == 0) return in.rest();
    const auto length = packet.version < 39 ? in.u16_little() : in.u16();
    return in.take_at_most(length);
}

}  // namespace

ClientHelloScan scan_gquic_hello(Bytes message)
{
    ByteReader in(message);
    if (message.size() < 8) return {StreamMatch::need_more, {}};
    if (in.u32() != kChlo) return {};
    const std::uint32_t tags = in.u16_little();
    in.skip(2);
    if (tags > kMostTags) return {};
    if (in.size() < tags * 8UL) return {StreamMatch::need_more, {}};
    ByteReader index = in.nested(tags * 8UL);
    std::uint32_t begin = 0;
    for (std::uint32_t tag = 0; tag < tags; ++tag) {
        const auto name = index.u32();
        const auto end = index.u32_little();
        if (end < begin) return {};
        if (name == kSni) {
            in.skip(begin);
            const auto value = in.take(end - begin);
            if (in.failed()) return {StreamMatch::need_more, {}};
            ClientHelloScan scan{StreamMatch::yes, {}};
            scan.hello.server_name = as_text(value);
            return scan;
        }
        begin = end;
    }
    return {StreamMatch::yes, {}};
}

std::optional<std::string_view> gquic_server_name(Bytes datagram)
{
    auto packet = open_header(datagram);
    if (packet.frames.failed()) return std::nullopt;
    const auto data = stream_data(packet);
    if (packet.frames.failed()) return std::nullopt;
    const auto scan = scan_gquic_hello(data);
    if (scan.match != StreamMatch::yes) return std::nullopt;
    return scan.hello.server_name;
}

}  // namespace breakwatch
