#include "decode/quic_initial.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "decode/tls_client_hello.hpp"
#include "support/client_hello.hpp"
#include "support/quic_seal.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

// RFC 9001 appendix A.2, which RFC 9369 appendix A.2 uses too.
const auto kRfcFrames = hex("060040f1010000ed0303ebf8fa56f12939b9584a3896472ec40bb863cfd3e868"
                            "04fe3a47f06a2b69484c00000413011302010000c000000010000e00000b6578"
                            "616d706c652e636f6dff01000100000a00080006001d00170018001000070005"
                            "04616c706e000500050100000000003300260024001d00209370b2c9caa47fba"
                            "baf4559fedba753de171fa71f50f1ce15d43e994ec74d748002b000302030400"
                            "0d0010000e0403050306030203080408050806002d00020101001c0002400100"
                            "3900320408ffffffffffffffff05048000ffff07048000ffff08011001048000"
                            "75300901100f088394c8f03e51570806048000ffff") +
                        Octets(917);
const auto kRfcId = hex("8394c8f03e515708");
constexpr std::uint32_t kVersion2 = 0x6b3343cf;

Octets of(Bytes bytes)
{
    return {bytes.begin(), bytes.end()};
}

Octets head(const Octets& octets, std::size_t size)
{
    return of(Bytes(octets).first(size));
}
Octets tail(const Octets& octets, std::size_t size)
{
    return of(Bytes(octets).last(size));
}

std::expected<Octets, DecodeError> opened(QuicInitialOpener& opener, const Octets& datagram)
{
    const auto header = decode_quic_long_header(datagram);
    if (!header) return std::unexpected(header.error());
    const auto frames = opener.open(*header, opener.client_keys(header->version, header->destination_id));
    if (!frames) return std::unexpected(frames.error());
    return of(*frames);
}

DecodeError header_error(const Octets& datagram)
{
    return decode_quic_long_header(datagram).error();
}

// The CRYPTO frames' data one after another, or the error.
std::expected<Octets, DecodeError> crypto_of(const Octets& frames)
{
    ByteReader in(frames);
    Octets all;
    while (true) {
        const auto crypto = next_crypto_frame(in);
        if (!crypto) return std::unexpected(crypto.error());
        if (crypto->bytes.empty()) return all;
        all = all + of(crypto->bytes);
    }
}

}  // namespace

TEST_CASE("client keys are those of RFC 9001 appendix A.1 and RFC 9369 appendix A.1")
{
    const auto opener = std::make_unique<QuicInitialOpener>();
    const auto first = opener->client_keys(1, kRfcId);
    CHECK(of(first.key) == hex("1f369613dd76d5467730efcbe3b1a22d"));
    CHECK(of(first.iv) == hex("fa044b2f42a3fd3b46fb255c"));
    CHECK(of(first.header_protection) == hex("9f50449e04a0e810283a1e9933adedd2"));
    const auto second = opener->client_keys(kVersion2, kRfcId);
    CHECK(of(second.key) == hex("8b1a0bc121284290a29e0971b5cd045d"));
    CHECK(of(second.iv) == hex("91f73e2351d8fa91660e909f"));
    CHECK(of(second.header_protection) == hex("45b95e15235d6f45a6b19cbcb0294ba9"));
    CHECK(of(opener->client_keys(0x1a2a3a4a, kRfcId).key) == Octets(16));  // a version without known keys
}

TEST_CASE("the Initials of RFC 9001 appendix A.2 and RFC 9369 appendix A.2 are opened")
{
    struct Vector {
        std::uint32_t version;
        Octets begins;
        Octets ends;  // the tag, which vouches for all between
    };
    const Vector vectors[] = {{1, hex("c000000001088394c8f03e5157080000449e7b9aec34d1b1c98dd7689fb8ec11"),
                               hex("e221af44860018ab0856972e194cd934")},
                              {kVersion2, hex("d76b3343cf088394c8f03e5157080000449ea0c95e82ffe67b6abcdb4298b485"),
                               hex("a18b2faa745b6fe189cf772a9f84cbfc")}};
    const auto opener = std::make_unique<QuicInitialOpener>();
    for (const auto& vector : vectors) {
        InitialToSeal initial;
        initial.version = vector.version;
        initial.frames = kRfcFrames;
        const auto datagram = seal_initial(initial);
        CHECK(datagram.size() == 1200);
        CHECK(head(datagram, vector.begins.size()) == vector.begins);
        CHECK(tail(datagram, 16) == vector.ends);

        const auto header = decode_quic_long_header(datagram);
        REQUIRE(header);
        CHECK(header->type == QuicLongHeader::Type::initial);
        CHECK(header->version == vector.version);
        CHECK(of(header->destination_id) == kRfcId);
        CHECK(header->source_id.empty());
        CHECK(header->protected_offset == 18);
        const auto frames = opener->open(*header, opener->client_keys(header->version, header->destination_id));
        REQUIRE(frames);
        CHECK(of(*frames) == kRfcFrames);
        ByteReader in(*frames);
        const auto crypto = next_crypto_frame(in);
        REQUIRE(crypto);
        CHECK(crypto->offset == 0);
        CHECK(scan_handshake(crypto->bytes).hello.server_name == "example.com");
        CHECK(next_crypto_frame(in)->bytes.empty());
    }
}

TEST_CASE("every version with Initials like these is opened, with each length of packet number")
{
    const auto opener = std::make_unique<QuicInitialOpener>();
    for (const std::uint32_t version :
         {1U, kVersion2, 0xff000015U, 0xff000016U, 0xff000017U, 0xff00001cU, 0xff00001dU, 0xff000020U, 0xff000021U,
          0xff000022U, 0x54303530U, 0x54303531U, 0xfaceb000U, 0xfaceb001U, 0xfaceb002U, 0xfaceb003U, 0xfaceb00eU}) {
        for (const unsigned number_length : {1U, 2U, 3U, 4U}) {
            InitialToSeal initial;
            initial.version = version;
            initial.number = 7;
            initial.number_length = number_length;
            initial.source_id = hex("0102");
            initial.token = Octets(70, 0x11);
            initial.frames = crypto_frame(0, client_hello(server_name_extension("upload.example")));
            CHECK(opened(*opener, seal_initial(initial)) == initial.frames);
        }
    }
}

TEST_CASE("an Initial changed in any octet is not opened")
{
    const auto opener = std::make_unique<QuicInitialOpener>();
    InitialToSeal initial;
    initial.frames = crypto_frame(0, octets_of("some crypto data"));
    const auto whole = seal_initial(initial);
    REQUIRE(opened(*opener, whole));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        auto changed = whole;
        changed[i] ^= 0x01;
        CHECK_FALSE(opened(*opener, changed));
    }
    CHECK(opened(*opener, whole + hex("00")) == initial.frames);  // another packet may follow
}

TEST_CASE("an Initial cut anywhere is an error")
{
    const auto opener = std::make_unique<QuicInitialOpener>();
    InitialToSeal initial;
    initial.token = Octets(70, 0x11);
    initial.frames = Octets(40);
    for_each_prefix(seal_initial(initial), [&opener](const Octets& prefix) { CHECK_FALSE(opened(*opener, prefix)); });
}

TEST_CASE("a packet too short for a sample, or with a token of kilobytes, is not opened")
{
    const auto opener = std::make_unique<QuicInitialOpener>();
    CHECK(opened(*opener, hex("c0 00000001 00 00 00 13") + Octets(19)).error() == DecodeError::truncated);
    CHECK(opened(*opener, hex("c0 00000001 00 00 00 14") + Octets(20)).error() == DecodeError::bad_value);
    CHECK(opened(*opener, hex("c0 00000001 00 00 4800") + Octets(2048) + hex("20") + Octets(32)).error() ==
          DecodeError::truncated);
}

TEST_CASE("the four kinds of long header are told apart, in version 2 as well")
{
    using Type = QuicLongHeader::Type;
    const auto type = [](std::uint8_t first, const char* version) {
        const auto bytes = Octets{first} + hex(version) + hex("00 00 00 04 00000000");
        return decode_quic_long_header(bytes)->type;
    };
    CHECK(type(0xc0, "00000001") == Type::initial);
    CHECK(type(0xe0, "00000001") == Type::handshake);
    CHECK(type(0xf0, "00000001") == Type::retry);
    CHECK(type(0xd0, "6b3343cf") == Type::initial);
    CHECK(type(0xf0, "6b3343cf") == Type::handshake);
    CHECK(type(0xc0, "6b3343cf") == Type::retry);
    CHECK(type(0xc0, "00000000") == Type::version_negotiation);
    const auto zero_rtt = hex("d0 00000001 00 00 04 00000000");
    CHECK(decode_quic_long_header(zero_rtt)->type == Type::zero_rtt);
    const auto zero_rtt_2 = hex("e0 6b3343cf 00 00 04 00000000");
    CHECK(decode_quic_long_header(zero_rtt_2)->type == Type::zero_rtt);
}

TEST_CASE("long headers that cannot be are refused by reason")
{
    CHECK(header_error(hex("40 00000001 00 00 00 04 00000000")) == DecodeError::bad_value);
    CHECK(header_error(hex("c0 1a2a3a4a 00 00 00 04 00000000")) == DecodeError::unsupported);
    CHECK(header_error(hex("c0 00000001 15") + Octets(21) + hex("00 00 01 00")) == DecodeError::bad_length);
    CHECK(header_error(hex("c0 00000001 00 15") + Octets(21) + hex("00 01 00")) == DecodeError::bad_length);
    CHECK(header_error(hex("c0 00000001 00 00 ffffffffffffffff 00")) == DecodeError::truncated);
    CHECK(header_error(hex("c0 00000001 00 00 00 ffffffffffffffff 00")) == DecodeError::truncated);
    CHECK(is_quic_long_header(hex("c0 00000001 00 00")));
    CHECK_FALSE(is_quic_long_header(hex("40 00000001 00 00")));
    CHECK_FALSE(is_quic_long_header(hex("c0 00000001 00")));
}

TEST_CASE("variable-length integers are those of RFC 9000 appendix A.1")
{
    const auto read = [](const char* text) {
        const auto bytes = hex(text);
        ByteReader in(bytes);
        return read_varint(in);
    };
    CHECK(read("c2197c5eff14e88c") == 151'288'809'941'952'652);
    CHECK(read("9d7f3e7d") == 494'878'333);
    CHECK(read("7bbd") == 15'293);
    CHECK(read("25") == 37);
    CHECK(read("4025") == 37);
    const auto cut = hex("9d7f");
    ByteReader in(cut);
    read_varint(in);
    CHECK(in.failed());
}

TEST_CASE("frames that an Initial may hold are passed over on the way to CRYPTO")
{
    const auto acknowledgement = hex("02 05 00 01 00 01 01"), with_ecn = hex("03 05 00 00 00 01 02 03");
    const auto close = hex("1c 0a 00 03") + octets_of("bye");
    const auto frames = hex("0000 01") + acknowledgement + crypto_frame(0, octets_of("ab")) + with_ecn +
                        crypto_frame(2, {}) + crypto_frame(2, octets_of("cd")) + close + Octets(20);
    CHECK(crypto_of(frames) == octets_of("abcd"));
    CHECK(crypto_of({}) == Octets{});
}

TEST_CASE("frames that overrun or do not belong in an Initial are refused")
{
    CHECK(crypto_of(hex("08 00 00")).error() == DecodeError::bad_value);  // STREAM
    CHECK(crypto_of(hex("06 00 04 61")).error() == DecodeError::truncated);
    CHECK(crypto_of(hex("06 00")).error() == DecodeError::truncated);
    CHECK(crypto_of(hex("02 05 00 ffffffffffffffff 00")).error() == DecodeError::truncated);
    CHECK(crypto_of(hex("1c 0a 00 ffffffffffffffff")).error() == DecodeError::truncated);
    for_each_prefix(hex("03 05 00 01 00 01 01 01 02 03 1c 0a 00 03 627965 06 00 02 6162"), [](const Octets& prefix) {
        const auto crypto = crypto_of(prefix);
        CHECK((!crypto || crypto->empty()));
    });
}
