#include "flow/quic_hunt.hpp"

namespace breakwatch {

ClientHelloScan QuicHunt::take(Bytes datagram, QuicInitialOpener& opener, DecodeCounters& counters)
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
            auto scan = take_initial(*header, opener, counters);
            if (scan.match == StreamMatch::yes) return scan;
        }
        datagram = datagram.subspan(header->packet.size());
    }
    return {};
}

// RFC 9001 section 5.2: the keys come from the first destination id the client chose, which its later
// packets no longer carry; after a Retry, or for a new connection, they come from the packet's own.
bool QuicHunt::open(const QuicLongHeader& header, QuicInitialOpener& opener, Bytes& frames)
{
    if (has_keys_) {
        if (const auto plain = opener.open(header, keys_)) {
            frames = *plain;
            return true;
        }
    }
    const auto keys = opener.client_keys(header.version, header.destination_id);
    const auto plain = opener.open(header, keys);
    if (!plain) return false;
    keys_ = keys;
    has_keys_ = true;
    told_ = false;
    crypto_ = IntervalBuffer(cap_);
    frames = *plain;
    return true;
}

ClientHelloScan QuicHunt::take_initial(const QuicLongHeader& header, QuicInitialOpener& opener, DecodeCounters& counters)
{
    Bytes frames;
    if (!open(header, opener, frames)) {
        // The server's own Initials are among these: counted, and only a long row of them ends the hunt.
        counters.count(Loss::quic_undecryptable);
        ++failures_;
        return {};
    }
    if (told_) return {};
    ByteReader in(frames);
    while (true) {
        const auto crypto = next_crypto_frame(in);
        if (!crypto) {
            counters.count(Layer::quic, crypto.error());
            break;
        }
        if (crypto->bytes.empty()) break;
        if (crypto->offset > cap_ ||
            crypto_.put(static_cast<std::size_t>(crypto->offset), crypto->bytes) == IntervalBuffer::Put::refused) {
            counters.count(Loss::hello_too_long);
        }
    }
    const auto scan = scan_handshake(crypto_.prefix());
    told_ = scan.match == StreamMatch::yes;
    return told_ ? scan : ClientHelloScan{};
}

}  // namespace breakwatch
