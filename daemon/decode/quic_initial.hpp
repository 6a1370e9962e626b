// QUIC Initial packets: header, public keys, decryption and CRYPTO frames. RFC 9000, 9001, 9369 and
// the drafts and mvfst versions that use the same forms. Decrypting an Initial reveals nothing
// secret: its keys derive from a connection id that stands in the packet (RFC 9001 section 5.2).
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>

#include "decode/byte_reader.hpp"
#include "decode/decode_error.hpp"

namespace breakwatch {

// RFC 9000 section 17.2. Views into the datagram.
struct QuicLongHeader {
    enum class Type : std::uint8_t { initial, zero_rtt, handshake, retry, version_negotiation };

    Type type = Type::initial;
    std::uint32_t version = 0;
    Bytes destination_id;
    Bytes source_id;
    Bytes packet;                      // this packet alone; the datagram may hold more after it
    std::size_t protected_offset = 0;  // of the packet number, in `packet`
};

bool is_quic_long_header(Bytes datagram);
// The first packet of `datagram`. unsupported: a version whose Initials we cannot open.
std::expected<QuicLongHeader, DecodeError> decode_quic_long_header(Bytes datagram);

// The client's Initial keys of one connection.
struct QuicInitialKeys {
    std::array<std::uint8_t, 16> key{};
    std::array<std::uint8_t, 12> iv{};
    std::array<std::uint8_t, 16> header_protection{};
};

// One CRYPTO frame.
struct QuicCrypto {
    std::uint64_t offset = 0;
    Bytes bytes;
};

// Holds the cipher contexts and one packet's plain text; one per thread, reused for every packet.
class QuicInitialOpener {
  public:
    QuicInitialOpener();
    ~QuicInitialOpener();
    QuicInitialOpener(const QuicInitialOpener&) = delete;
    QuicInitialOpener& operator=(const QuicInitialOpener&) = delete;

    QuicInitialKeys client_keys(std::uint32_t version, Bytes destination_id);
    // The plain frames, valid until the next call. bad_value: these keys do not open it.
    std::expected<Bytes, DecodeError> open(const QuicLongHeader& header, const QuicInitialKeys& keys);

  private:
    struct Contexts;
    std::unique_ptr<Contexts> contexts_;
    std::array<std::uint8_t, 65'536> plain_{};
};

// The next CRYPTO frame of the plain frames, PADDING, PING, ACK and CONNECTION_CLOSE passed over. Empty bytes: no more.
std::expected<QuicCrypto, DecodeError> next_crypto_frame(ByteReader& frames);
// What stands in an Initial's CRYPTO frames, and how those are numbered.
enum class QuicHandshake : std::uint8_t { tls, tls_in_google_frames, google };
QuicHandshake quic_handshake(std::uint32_t version);
// The same in the frame types of Google QUIC (Q050, T050, T051).
std::expected<QuicCrypto, DecodeError> next_google_crypto_frame(ByteReader& frames);
// RFC 9000 section 16.
std::uint64_t read_varint(ByteReader& in);

}  // namespace breakwatch
