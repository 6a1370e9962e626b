// The head of an HTTP/1 request (RFC 9112): only what names the server and where the message ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "decode/byte_reader.hpp"
#include "decode/tls_client_hello.hpp"

namespace breakwatch {

struct HttpRequest {
    std::string_view host;  // Host, else the authority of the target; without port and blanks
    bool connect = false;   // CONNECT: what follows is another protocol's stream
    bool chunked = false;
    std::optional<std::uint64_t> content_length;
    std::size_t head_length = 0;  // octets up to and with the empty line
};

struct HttpRequestScan {
    StreamMatch match = StreamMatch::no;
    HttpRequest request;  // views into the stream
};

// A cheap look: a method token and a blank, or the beginning of one.
bool may_be_http_request(Bytes stream);
HttpRequestScan scan_http_request(Bytes stream);
// Of a head whose end never came: its Host, when that line is whole; else empty.
std::string_view host_in_cut_head(Bytes stream);
// "example.com:8080" -> "example.com", "[::1]:80" -> "::1".
std::string_view host_without_port(std::string_view authority);

}  // namespace breakwatch
