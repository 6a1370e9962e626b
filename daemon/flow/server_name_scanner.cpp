#include "flow/server_name_scanner.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "decode/http_request.hpp"

namespace breakwatch {

namespace {

// The PROXY protocol, versions 1 and 2: who really connected, before the stream itself.
std::size_t proxy_preamble(Bytes bytes)
{
    constexpr std::array<std::uint8_t, 12> kSignature{0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                                      0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
    constexpr std::size_t kLongestLine = 107;
    const auto text = as_text(bytes.first(std::min(bytes.size(), kLongestLine)));
    if (text.starts_with("PROXY ")) {
        const auto end = text.find("\r\n");
        return end == std::string_view::npos ? 0 : end + 2;
    }
    if (bytes.size() < 16 || !std::ranges::equal(bytes.first(12), kSignature)) return 0;
    ByteReader in(bytes.subspan(14));
    return std::min<std::size_t>(16U + in.u16(), bytes.size());
}

// SOCKS 5 (RFC 1928) and 4a: greeting, user and password (RFC 1929), request, as far as they stand at the
// start; a client in a hurry sends the inner stream's first bytes along with them.
std::size_t socks_preamble(Bytes bytes)
{
    constexpr std::uint8_t kConnect = 1, kIpv4 = 1, kDomain = 3, kIpv6 = 4;
    ByteReader in(bytes);
    const auto version = in.u8();
    const auto second = in.u8();
    if (version == 5 && second == kConnect && in.peek(0) == 0 &&
        (in.peek(1) == kIpv4 || in.peek(1) == kDomain || in.peek(1) == kIpv6)) {
        in.skip(1);
        const auto type = in.u8();
        in.skip(type == kIpv4 ? 4 : type == kIpv6 ? 16 : in.u8());
        in.skip(2);
    } else if (version == 5) {
        in.skip(second);
    } else if (version == 1 && second != 0) {
        in.skip(second);
        in.skip(in.u8());
    } else if (version == 4 && second == kConnect) {
        in.skip(2);
        const bool has_domain = in.u24() == 0 && in.u8() != 0;
        while (!in.failed() && in.u8() != 0) {
        }
        while (has_domain && !in.failed() && in.u8() != 0) {
        }
    } else {
        return 0;
    }
    return in.failed() ? 0 : bytes.size() - in.size();
}

// Whether the blank line that ends a head may have come with the last octets, from `fresh` on.
bool blank_line_may_be_there(Bytes head, std::size_t fresh)
{
    const auto text = as_text(head.subspan(fresh - std::min<std::size_t>(fresh, 2)));
    return text.contains("\n\r\n") || text.contains("\n\n");
}

}  // namespace

void ServerNameScanner::gap(const Tell& tell)
{
    partial_ = std::vector<std::uint8_t>();  // {} would keep its room
    auto begun = std::exchange(hello_, {});
    const auto state = state_;
    body_left_ = 0;
    if (state_ != State::over) state_ = State::seeking;
    if (state != State::hello) return;
    if (const auto name = begun.name_so_far(); !name.empty()) tell({.tls = true, .name = name});
}

void ServerNameScanner::cut(const Tell& tell)
{
    if (state_ != State::head) return gap(tell);
    const auto begun = std::exchange(partial_, {});
    state_ = State::seeking;
    if (const auto host = host_in_cut_head(begun); !host.empty()) tell({.name = host});
}

void ServerNameScanner::take(Bytes bytes, std::size_t cap, DecodeCounters& counters, const Tell& tell)
{
    while (!bytes.empty() && state_ != State::over) {
        switch (state_) {
            case State::seeking: bytes = seek(bytes, counters, tell); break;
            case State::body: {
                const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, bytes.size()));
                body_left_ -= skipped;
                bytes = bytes.subspan(skipped);
                if (body_left_ == 0) state_ = State::seeking;
                break;
            }
            case State::hello:
                if (hello_.size() + bytes.size() <= cap) return go_on(bytes, counters, tell);
                counters.count(Loss::hello_too_long);
                return gap(tell);
            case State::head: {
                const auto before = partial_.size();
                partial_.insert(partial_.end(), bytes.begin(), bytes.end());
                if (partial_.size() > cap) {
                    counters.count(Loss::hello_too_long);
                    return gap(tell);
                }
                if (!blank_line_may_be_there(partial_, before)) return;
                const auto whole = std::exchange(partial_, {});
                state_ = State::seeking;
                const auto rest = read_head(whole, counters, tell);
                // Only what `whole` did not use up can be left, and it ends where `bytes` ends.
                bytes = bytes.last(std::min(rest.size(), bytes.size()));
                break;
            }
            case State::over: return;
        }
    }
}

Bytes ServerNameScanner::seek(Bytes bytes, DecodeCounters& counters, const Tell& tell)
{
    if (may_be_client_hello(bytes) && bytes.size() > 2) return read_hello(bytes, counters, tell);
    if (may_be_http_request(bytes)) return read_head(bytes, counters, tell);
    if (const auto preamble = proxy_preamble(bytes); preamble != 0) return bytes.subspan(preamble);
    if (const auto preamble = socks_preamble(bytes); preamble != 0) return bytes.subspan(preamble);
    // RFC 9113 section 3.3: HTTP/2 in clear packs its names (RFC 7541), which is not undone here.
    if (as_text(bytes).starts_with("PRI * HTTP/2.0\r\n")) {
        counters.count(Layer::http, DecodeError::unsupported);
        state_ = State::over;
        return {};
    }
    if (bytes.size() <= 2 && bytes[0] == 22) {
        begin(bytes, counters, tell);
        return {};
    }
    if (!http_ && ++looked_ >= kMostLooks) state_ = State::over;
    return {};
}

Bytes ServerNameScanner::read_hello(Bytes bytes, DecodeCounters& counters, const Tell& tell)
{
    std::vector<std::uint8_t> joined;
    const auto scan = scan_client_hello(bytes, joined);
    if (scan.match == StreamMatch::need_more) {
        begin(bytes, counters, tell);
    } else {
        conclude(scan, counters, tell);
    }
    return {};
}

void ServerNameScanner::begin(Bytes bytes, DecodeCounters& counters, const Tell& tell)
{
    hello_ = {};
    state_ = State::hello;
    go_on(bytes, counters, tell);
}

void ServerNameScanner::go_on(Bytes bytes, DecodeCounters& counters, const Tell& tell)
{
    const auto scan = hello_.take(bytes);
    if (scan.match == StreamMatch::need_more) return;
    state_ = State::seeking;
    conclude(scan, counters, tell);
    hello_ = {};
}

void ServerNameScanner::conclude(const ClientHelloScan& scan, DecodeCounters& counters, const Tell& tell)
{
    if (scan.match == StreamMatch::yes) {
        tell({true, scan.hello.server_name, scan.hello.first_alpn, scan.hello.encrypted_hello,
              scan.hello.encrypted_name});
        state_ = State::over;
        return;
    }
    counters.count(Layer::tls, DecodeError::bad_value);
    if (++looked_ >= kMostLooks) state_ = State::over;
}

Bytes ServerNameScanner::read_head(Bytes bytes, DecodeCounters& counters, const Tell& tell)
{
    const auto scan = scan_http_request(bytes);
    switch (scan.match) {
        case StreamMatch::need_more:
            partial_.assign(bytes.begin(), bytes.end());
            state_ = State::head;
            return {};
        case StreamMatch::no:
            counters.count(Layer::http, DecodeError::bad_value);
            if (!http_ && ++looked_ >= kMostLooks) state_ = State::over;
            return {};
        case StreamMatch::yes: break;
    }
    tell({.name = scan.request.host});
    // After CONNECT comes another protocol, looked for as in a fresh stream.
    http_ = !scan.request.connect;
    if (scan.request.connect) looked_ = 0;
    const auto rest = bytes.subspan(scan.request.head_length);
    if (scan.request.chunked) return {};  // the next request begins with a segment
    if (scan.request.content_length.value_or(0) == 0) return rest;
    body_left_ = *scan.request.content_length;
    state_ = State::body;
    return rest;
}

}  // namespace breakwatch
