#include "decode/tls_client_hello.hpp"

namespace breakwatch {

namespace {

constexpr std::uint8_t kHandshakeRecord = 22;
constexpr std::uint8_t kClientHello = 1;
// RFC 8446 section 5.1: a record's fragment is at most 2^14 octets; older stacks went a little over.
constexpr std::size_t kMostRecord = (1U << 14U) + 2048;
constexpr std::size_t kMostHello = 60'000;

enum Extension : std::uint16_t {
    kServerName = 0,
    kAlpn = 16,
    kEncryptedClientHello = 0xfe0d,
    kEncryptedServerName = 0xffce,
};

// RFC 6066 section 3: the first entry of type host_name.
std::string_view read_server_name(ByteReader in)
{
    ByteReader list = in.nested(in.u16());
    while (list.size() >= 3) {
        const auto type = list.u8();
        const auto name = list.take(list.u16());
        if (type == 0 && !list.failed()) return as_text(name);
    }
    return {};
}

std::string_view read_first_alpn(ByteReader in)
{
    ByteReader list = in.nested(in.u16());
    const auto protocol = list.take(list.u8());
    return list.failed() ? std::string_view{} : as_text(protocol);
}

void read_extension(std::uint16_t type, ByteReader in, ClientHello& hello)
{
    switch (type) {
        case kServerName:
            if (hello.server_name.empty()) hello.server_name = read_server_name(in);
            break;
        case kAlpn: hello.first_alpn = read_first_alpn(in); break;
        case kEncryptedClientHello: hello.encrypted_hello = !in.empty() && in.u8() == 0; break;  // outer
        case kEncryptedServerName: hello.encrypted_name = true; break;
        default: break;
    }
}

// DTLS counts its versions downwards from 0xfeff and has a cookie.
enum class Variant : std::uint8_t { stream, datagram };

ClientHelloScan read_body(ByteReader in, Variant variant = Variant::stream)
{
    ClientHelloScan scan;
    const auto version = in.u16();
    in.skip(32);
    in.skip(in.u8());  // session id
    if (variant == Variant::datagram) in.skip(in.u8());
    in.skip(in.u16());  // cipher suites
    in.skip(in.u8());   // compression methods
    if (in.failed() || (version >> 8U) != (variant == Variant::stream ? 3U : 0xfeU)) return scan;
    scan.match = StreamMatch::yes;
    if (in.size() < 2) return scan;  // no extensions, as before TLS 1.0 with RFC 3546
    const auto extensions_length = in.u16();
    ByteReader extensions(in.take_at_most(extensions_length));
    while (extensions.size() >= 4) {
        const auto type = extensions.u16();
        const auto value = extensions.take(extensions.u16());
        if (extensions.failed()) break;
        read_extension(type, ByteReader(value), scan.hello);
    }
    return scan;
}

// SSL 2.0 draft, section 2.5: a two-octet record length with the high bit set, then CLIENT-HELLO.
bool is_sslv2_hello(Bytes stream)
{
    ByteReader in(stream);
    const auto length = in.u16();
    const auto type = in.u8();
    const auto version = in.u16();
    const auto ciphers = in.u16();
    const auto session = in.u16();
    const auto challenge = in.u16();
    if (in.failed() || (length & 0x8000U) == 0 || type != 1) return false;
    if (version != 0x0002 && (version >> 8U) != 3) return false;
    const std::size_t body = length & 0x7fffU;
    return ciphers % 3 == 0 && ciphers > 0 && challenge >= 16 && challenge <= 32 &&
           body == 9U + ciphers + session + challenge;
}

}  // namespace

bool may_be_client_hello(Bytes stream)
{
    if (stream.size() >= 11 && is_sslv2_hello(stream)) return true;
    ByteReader in(stream);
    const auto type = in.u8();
    if (stream.empty() || type != kHandshakeRecord) return false;
    if (stream.size() < 6) return in.peek() == 3 || stream.size() == 1;
    const auto major = in.u8();
    const auto minor = in.u8();
    const auto length = in.u16();
    return major == 3 && minor <= 4 && length > 0 && length <= kMostRecord && in.u8() == kClientHello;
}

ClientHelloScan scan_handshake(Bytes handshake)
{
    ByteReader in(handshake);
    if (handshake.size() < 4) {
        return {!handshake.empty() && handshake[0] != kClientHello ? StreamMatch::no : StreamMatch::need_more, {}};
    }
    const auto type = in.u8();
    const std::size_t length = in.u24();
    if (type != kClientHello || length > kMostHello) return {};
    if (in.size() < length) return {StreamMatch::need_more, {}};
    return read_body(in.nested(length));
}

ClientHelloScan scan_client_hello(Bytes stream, std::vector<std::uint8_t>& joined)
{
    if (!may_be_client_hello(stream)) return {};
    if (stream.size() >= 11 && is_sslv2_hello(stream)) return {StreamMatch::yes, {}};
    ByteReader in(stream);
    joined.clear();
    bool several = false;
    while (true) {
        if (in.size() < 5) return {StreamMatch::need_more, {}};
        const auto type = in.u8();
        const auto major = in.u8();
        in.skip(1);
        const std::size_t length = in.u16();
        if (type != kHandshakeRecord || major != 3 || length == 0 || length > kMostRecord) return {};
        if (in.size() < length) return {StreamMatch::need_more, {}};
        const auto fragment = in.take(length);
        if (!several) {
            const auto scan = scan_handshake(fragment);
            if (scan.match != StreamMatch::need_more) return scan;
            several = true;
        }
        joined.insert(joined.end(), fragment.begin(), fragment.end());
        const auto scan = scan_handshake(joined);
        if (scan.match != StreamMatch::need_more) return scan;
    }
}

std::string_view name_in_cut_hello(Bytes stream, std::vector<std::uint8_t>& joined)
{
    if (!may_be_client_hello(stream) || stream[0] != kHandshakeRecord) return {};
    ByteReader in(stream);
    joined.clear();
    while (in.size() > 5) {
        if (in.u8() != kHandshakeRecord) break;
        in.skip(2);
        const auto fragment = in.take_at_most(in.u16());
        joined.insert(joined.end(), fragment.begin(), fragment.end());
    }
    ByteReader message(joined);
    message.skip(4);
    return read_body(message).hello.server_name;
}

// False: this is no hello.
bool ClientHelloPieces::take_records()
{
    ByteReader in(record_);
    while (in.size() >= 5) {
        ByteReader ahead = in;
        const auto type = ahead.u8();
        const auto major = ahead.u8();
        const auto minor = ahead.u8();
        const std::size_t length = ahead.u16();
        const bool bad_version = major != 3 || (message_.empty() && minor > 4);
        if (type != kHandshakeRecord || bad_version || length == 0 || length > kMostRecord) return false;
        if (ahead.size() < length) break;
        const auto fragment = ahead.take(length);
        message_.insert(message_.end(), fragment.begin(), fragment.end());
        in = ahead;
    }
    record_.erase(record_.begin(), record_.end() - static_cast<std::ptrdiff_t>(in.size()));
    return true;
}

ClientHelloScan ClientHelloPieces::take(Bytes bytes)
{
    record_.insert(record_.end(), bytes.begin(), bytes.end());
    if (!take_records()) return {};
    if (message_.empty()) return {StreamMatch::need_more, {}};
    return scan_handshake(message_);
}

std::string_view ClientHelloPieces::name_so_far()
{
    if (record_.size() > 5 && record_[0] == kHandshakeRecord)
        message_.insert(message_.end(), record_.begin() + 5, record_.end());
    ByteReader message(message_);
    message.skip(4);
    return read_body(message).hello.server_name;
}

// RFC 9147 section 5.2 and RFC 6347 section 4.3.1: record and handshake headers with their numbers.
ClientHelloScan scan_dtls_hello(Bytes datagram)
{
    ByteReader in(datagram);
    const auto type = in.u8();
    const auto version = in.u16();
    in.skip(8);
    ByteReader record(in.take_at_most(in.u16()));
    if (in.failed() || type != kHandshakeRecord || (version >> 8U) != 0xfe) return {};
    const auto message = record.u8();
    const std::size_t length = record.u24();
    record.skip(2);
    const auto offset = record.u24();
    const std::size_t part = record.u24();
    if (record.failed() || message != kClientHello || length > kMostHello) return {};
    if (offset != 0 || part != length || record.size() < part) return {StreamMatch::need_more, {}};
    return read_body(record.nested(length), Variant::datagram);
}

}  // namespace breakwatch
