// The ClientHello at the start of a TLS connection (RFC 8446 section 4.1.2 and its forerunners).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "decode/byte_reader.hpp"

namespace breakwatch {

struct ClientHello {
    std::string_view server_name = {};  // as sent; empty: no server_name extension, or no host name in it
    std::string_view first_alpn = {};   // "h2", "http/1.1", "h3"; empty: no ALPN
    bool encrypted_hello = false;       // an encrypted_client_hello extension of the outer kind (GREASE or real)
    bool encrypted_name = false;        // the older ESNI extension
};

// Reading a prefix of a byte stream has three outcomes.
enum class StreamMatch : std::uint8_t { no, need_more, yes };

struct ClientHelloScan {
    StreamMatch match = StreamMatch::no;
    ClientHello hello;  // with `yes`; views into the stream or `joined`
};

// A cheap look: can this be the first bytes of a TLS or SSLv2 ClientHello?
bool may_be_client_hello(Bytes stream);
// TLS records, coalesced or split as they come; `joined` holds the handshake message when it spans
// several records and must outlive the result.
ClientHelloScan scan_client_hello(Bytes stream, std::vector<std::uint8_t>& joined);
// Of a hello whose end never came: its name, when that extension is whole; else empty. A view into `joined`.
std::string_view name_in_cut_hello(Bytes stream, std::vector<std::uint8_t>& joined);
// One in records that come in pieces, in order: each octet is looked at once, however small the pieces are.
class ClientHelloPieces {
  public:
    // The views of a hello that is complete live until the next call.
    ClientHelloScan take(Bytes bytes);
    // Of a hello whose rest never comes: its name, when that extension is whole; else empty.
    std::string_view name_so_far();
    std::size_t size() const { return message_.size() + record_.size(); }
    std::size_t capacity() const { return message_.capacity() + record_.capacity(); }

  private:
    bool take_records();

    std::vector<std::uint8_t> message_;  // without records
    std::vector<std::uint8_t> record_;   // begun, with its header
};

// A DTLS ClientHello in one datagram; need_more: it is in fragments, which are not put together.
ClientHelloScan scan_dtls_hello(Bytes datagram);
// A handshake message without records, as in QUIC CRYPTO frames.
ClientHelloScan scan_handshake(Bytes handshake);

}  // namespace breakwatch
