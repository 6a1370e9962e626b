// Looks for server names in one direction of a TCP stream, handed over in order: a ClientHello or HTTP
// requests, on any port, also behind a PROXY line, SOCKS, CONNECT or STARTTLS, where the inner
// protocol begins at a segment's start. Buffers only a hello or head that spans segments.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "decode/byte_reader.hpp"
#include "decode/counters.hpp"
#include "decode/tls_client_hello.hpp"
#include "flow/heap_octets.hpp"

namespace breakwatch {

class ServerNameScanner {
  public:
    struct Found {
        bool tls = false;            // else HTTP
        std::string_view name = {};  // as sent; may be empty
        std::string_view first_alpn = {};
        bool encrypted_hello = false;
        bool encrypted_name = false;
    };
    using Tell = std::function<void(const Found&)>;

    // In-order bytes; `tell` is called for each name found in them.
    void take(Bytes bytes, std::size_t cap, DecodeCounters& counters, const Tell& tell);
    // Bytes are missing: what was begun cannot be completed. The name in what there is of a hello is told.
    void gap(const Tell& tell);
    // The same where a head's Host is believed too: the snap length cut it off, or its sender had no more.
    void cut(const Tell& tell);
    // Not in the middle of a hello, a head or a body.
    bool idle() const { return state_ == State::seeking; }
    std::size_t held() const { return heap_octets(partial_.capacity()) + heap_octets(hello_.capacity()); }
    // Nothing more is to be expected: a hello was read, or too much was none.
    bool over() const { return state_ == State::over; }
    bool followed_http() const { return http_; }
    // The first bytes were neither a hello nor a request.
    bool found_nothing_yet() const
    {
        return !http_ && state_ != State::over && looked_ > 0 && partial_.empty() && hello_.size() == 0;
    }

  private:
    enum class State : std::uint8_t { seeking, hello, head, body, over };
    static constexpr unsigned kMostLooks = 32;

    Bytes seek(Bytes bytes, DecodeCounters& counters, const Tell& tell);
    Bytes read_hello(Bytes bytes, DecodeCounters& counters, const Tell& tell);
    Bytes read_head(Bytes bytes, DecodeCounters& counters, const Tell& tell);
    void begin(Bytes bytes, DecodeCounters& counters, const Tell& tell);
    void go_on(Bytes bytes, DecodeCounters& counters, const Tell& tell);
    void conclude(const ClientHelloScan& scan, DecodeCounters& counters, const Tell& tell);

    State state_ = State::seeking;
    bool http_ = false;
    unsigned looked_ = 0;  // chunks in which nothing was found
    std::uint64_t body_left_ = 0;
    ClientHelloPieces hello_;
    std::vector<std::uint8_t> partial_;  // of a head
};

}  // namespace breakwatch
