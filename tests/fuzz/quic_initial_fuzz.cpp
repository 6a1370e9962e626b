// First octet: bit 0 clear: the rest is a datagram as it is. Set: the rest is cut into the plain frames
// of one or more Initials, which are then protected as a client does, so that mutation reaches
// what is behind the cipher.
#include <algorithm>
#include <array>

#include "decode/quic_initial.hpp"
#include "flow/quic_name_scanner.hpp"
#include "flow/quic_stream.hpp"
#include "fuzz/target.hpp"
#include "support/quic_seal.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

QuicInitialOpener& opener()
{
    static QuicInitialOpener one;
    return one;
}

void walk_google_frames(Bytes frames)
{
    ByteReader in(frames);
    std::size_t crypto_bytes = 0;
    while (true) {
        const auto crypto = next_google_crypto_frame(in);
        if (!crypto || crypto->bytes.empty()) break;
        touch(crypto->bytes);
        crypto_bytes += crypto->bytes.size();
    }
    promise(crypto_bytes <= frames.size(), "frames hold no more than there is");
}

void walk_frames(Bytes frames)
{
    walk_google_frames(frames);
    ByteReader in(frames);
    std::size_t crypto_bytes = 0;
    while (true) {
        const auto crypto = next_crypto_frame(in);
        if (!crypto || crypto->bytes.empty()) break;
        touch(crypto->bytes);
        crypto_bytes += crypto->bytes.size();
    }
    promise(crypto_bytes <= frames.size(), "frames hold no more than there is");
}

void look_at_raw(Bytes datagram)
{
    (void)quic_application_length(datagram, static_cast<std::uint32_t>(datagram.size()));
    const auto header = decode_quic_long_header(datagram);
    if (!header) return;
    touch(header->destination_id);
    touch(header->source_id);
    promise(inside(header->packet, datagram), "a packet lies in its datagram");
    promise(header->protected_offset <= header->packet.size(), "a header lies in its packet");
    if (header->type != QuicLongHeader::Type::initial) return;
    const auto frames = opener().open(*header, opener().client_keys(header->version, header->destination_id));
    if (frames) walk_frames(*frames);
}

test::Octets take(ByteReader& in, std::size_t count)
{
    const auto bytes = in.take_at_most(count);
    return {bytes.begin(), bytes.end()};
}

test::Octets seal_one(ByteReader& in)
{
    constexpr std::array<std::uint32_t, 8> kVersions{1,          0x6b3343cf, 0xff00001d, 0xff000017,
                                                     0xfaceb002, 0x54303530, 0x54303531, 0x51303530};
    test::InitialToSeal initial;
    const auto shape = in.u8();
    initial.version = kVersions.at((shape >> 2U) % kVersions.size());
    initial.number_length = (shape & 3U) + 1;
    initial.number = in.u8();
    initial.destination_id = take(in, in.u8() % 21U);
    initial.frames = take(in, in.u16() % 2048U);
    initial.frames.resize(std::max<std::size_t>(initial.frames.size(), 4));
    const auto datagram = test::seal_initial(initial);

    const auto header = decode_quic_long_header(datagram);
    promise(header.has_value(), "a sealed Initial has a header");
    const auto frames = opener().open(*header, opener().client_keys(header->version, header->destination_id));
    promise(frames && std::ranges::equal(*frames, initial.frames), "a sealed Initial is opened");
    walk_frames(*frames);
    return datagram;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    QuicNameScanner scanner(4'096);
    DecodeCounters counters;
    const auto mode = in.u8();
    if ((mode & 1U) == 0) {
        look_at_raw(in.rest());
        (void)scanner.take(in.rest(), Direction::from_originator, opener(), counters);
        return 0;
    }
    for (unsigned packets = 0; packets < 8 && !in.empty(); ++packets) {
        const auto datagram = seal_one(in);
        const auto direction =
            (mode & 2U) == 0 || packets % 2 == 0 ? Direction::from_originator : Direction::from_responder;
        const auto scan = scanner.take(datagram, direction, opener(), counters);
        touch(scan.hello.server_name);
        touch(scan.hello.first_alpn);
    }
    return 0;
}
