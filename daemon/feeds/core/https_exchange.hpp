// One request to an HTTPS server and its answer: a deadline for all of it, a limit on the answer, the certificate
// checked. One connection each; redirects are answers like others. Main thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feeds/core/client_stream.hpp"

namespace breakwatch {

struct HttpsUrl {
    std::string host;
    std::uint16_t port = 443;
    std::string target = "/";  // path and query

    std::string origin() const { return host + ":" + std::to_string(port); }
};
// "https://host[:port][/path][?query]"; none for anything else, user names and fragments included.
std::optional<HttpsUrl> parse_https_url(std::string_view url);
// RFC 3986: all but letters, digits and "-._~" as %XX.
std::string percent_encoded(std::string_view text);

struct HttpsRequest {
    std::string method = "GET";
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

struct HttpsAnswer {
    unsigned status = 0;
    std::string body;
    std::optional<std::chrono::seconds> retry_after;
    std::string link;  // RFC 8288
};

struct HttpsLimits {
    std::chrono::milliseconds step{10'000};   // connecting, and each silence
    std::chrono::milliseconds whole{60'000};  // from the connection to the last octet
    std::size_t largest_body = 4UL * 1024 * 1024;
};

// The error is in words and holds nothing of request or answer.
boost::asio::awaitable<std::expected<HttpsAnswer, std::string>> https_exchange(ClientStream& stream, std::string host,
                                                                               HttpsRequest request,
                                                                               HttpsLimits limits);

}  // namespace breakwatch
