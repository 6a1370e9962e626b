#include "flow/quic_name_scanner.hpp"

#include "decode/gquic.hpp"
#include "policy/types.hpp"

namespace breakwatch {

ClientHelloScan QuicNameScanner::take(Bytes datagram, Direction direction, QuicInitialOpener& opener,
                                      DecodeCounters& counters)
{
    // RFC 9000 section 12.2: coalesced packets, each with its own length.
    while (is_quic_long_header(datagram)) {
        const auto header = decode_quic_long_header(datagram);
        if (!header) {
            counters.count(Layer::quic, header.error());
            ++failures_;
            return {};
        }
        if (header->type == QuicLongHeader::Type::initial) {
            auto scan = take_initial(*header, direction, opener, counters);
            if (scan.match == StreamMatch::yes) return scan;
        }
        datagram = datagram.subspan(header->packet.size());
    }
    return {};
}

// RFC 9001 section 5.2: the keys come from the first destination id the client chose, which its later
// packets no longer carry; after a Retry, or for a new connection, they come from the packet's own.
std::optional<Bytes> QuicNameScanner::open(const QuicLongHeader& header, QuicInitialOpener& opener)
{
    if (client_) {
        if (const auto plain = opener.open(header, keys_)) return *plain;
    }
    const auto keys = opener.client_keys(header.version, header.destination_id);
    const auto plain = opener.open(header, keys);
    if (!plain) return std::nullopt;
    constexpr std::size_t kLeastOwn = 8;
    keys_ = keys;
    told_ = false;
    crypto_ = IntervalBuffer(cap_, kMostPieces);
    connection_ = header.destination_id.size() < kLeastOwn ? 0 : hash_bytes(header.destination_id, header.version) | 1U;
    return *plain;
}

ClientHelloScan QuicNameScanner::take_initial(const QuicLongHeader& header, Direction direction,
                                              QuicInitialOpener& opener, DecodeCounters& counters)
{
    if (client_ && direction != *client_) return {};  // the server's, under keys of its own
    const auto frames = open(header, opener);
    if (!frames) {
        counters.count(Loss::quic_undecryptable);
        ++failures_;
        return {};
    }
    client_ = direction;
    if (told_) return {};
    const auto handshake = quic_handshake(header.version);
    if (crypto_.empty() && handshake == QuicHandshake::tls) {
        if (auto scan = scan_whole(*frames); scan.match == StreamMatch::yes) {
            told_ = true;
            return scan;
        }
    }
    collect(*frames, handshake, counters);
    const auto message = crypto_.prefix();
    auto scan = handshake == QuicHandshake::google ? scan_gquic_hello(message) : scan_handshake(message);
    told_ = scan.match == StreamMatch::yes;
    return told_ ? scan : ClientHelloScan{};
}

// The usual hello is whole in the one CRYPTO frame of its packet: nothing is copied then.
ClientHelloScan QuicNameScanner::scan_whole(Bytes frames)
{
    ByteReader in(frames);
    const auto first = next_crypto_frame(in);
    if (!first || first->bytes.empty() || first->offset != 0) return {};
    const auto second = next_crypto_frame(in);
    if (!second || !second->bytes.empty()) return {};
    return scan_handshake(first->bytes);
}

void QuicNameScanner::collect(Bytes frames, QuicHandshake handshake, DecodeCounters& counters)
{
    ByteReader in(frames);
    while (true) {
        const auto crypto = handshake == QuicHandshake::tls ? next_crypto_frame(in) : next_google_crypto_frame(in);
        if (!crypto) return counters.count(Layer::quic, crypto.error());
        if (crypto->bytes.empty()) return;
        if (crypto->offset > cap_ ||
            crypto_.put(static_cast<std::size_t>(crypto->offset), crypto->bytes) == IntervalBuffer::Put::refused) {
            counters.count(Loss::hello_too_long);
        }
    }
}

}  // namespace breakwatch
