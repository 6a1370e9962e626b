#include "feeds/core/https_exchange.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <memory>

#include "policy/types.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using Clock = std::chrono::steady_clock;
using Parser = http::response_parser<http::string_body>;

constexpr std::uint32_t kLargestHeader = 32 * 1024;
constexpr std::size_t kReadSize = 16UL * 1024;
constexpr std::int64_t kLongestRetry = 3600;

std::string text_of(const std::string& host, const HttpsRequest& request)
{
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: " + host +
                       "\r\nUser-Agent: breakwatch/" BREAKWATCH_VERSION
                       "\r\nAccept-Encoding: identity\r\nConnection: close\r\n";
    for (const auto& [name, value] : request.headers) text += name + ": " + value + "\r\n";
    if (request.method == "POST") text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return text + "\r\n" + request.body;
}

// Feeds what came; false: an error, in `wrong`.
bool take(Parser& parser, std::string& waiting, std::string& wrong)
{
    while (!waiting.empty() && !parser.is_done()) {
        boost::system::error_code error;
        const auto used = parser.put(asio::buffer(waiting), error);
        waiting.erase(0, used);
        if (error == http::error::need_more) return true;
        if (error == http::error::body_limit) {
            wrong = "an answer larger than is taken";
        } else if (error) {
            wrong = "an answer that is no HTTP: " + error.message();
        }
        if (error) return false;
        if (used == 0) return true;
    }
    return true;
}

HttpsAnswer answer_of(Parser& parser)
{
    auto message = parser.release();
    HttpsAnswer answer{
        .status = message.result_int(), .body = std::move(message.body()), .retry_after = {}, .link = {}};
    const auto after = message[http::field::retry_after];
    std::int64_t seconds = 0;
    const auto [at, error] = std::from_chars(after.data(), after.data() + after.size(), seconds);
    if (error == std::errc{} && at == after.data() + after.size() && seconds >= 0) {
        answer.retry_after = std::chrono::seconds{std::min(seconds, kLongestRetry)};
    }
    answer.link = std::string(message[http::field::link]);
    return answer;
}

}  // namespace

std::optional<HttpsUrl> parse_https_url(std::string_view url)
{
    constexpr std::string_view kScheme = "https://";
    constexpr std::size_t kLongest = 8192;
    if (!url.starts_with(kScheme) || url.size() > kLongest) return std::nullopt;
    const bool plain = std::ranges::all_of(
        url, [](char c) { return c > 0x20 && c < 0x7f && c != '#' && c != '"' && c != '<' && c != '>' && c != '\\'; });
    if (!plain) return std::nullopt;
    url.remove_prefix(kScheme.size());
    const auto end = std::min(url.find_first_of("/?"), url.size());
    auto authority = url.substr(0, end);
    HttpsUrl read;
    read.target = std::string(url.substr(end));
    if (!read.target.starts_with('/')) read.target.insert(0, "/");
    if (authority.contains('@')) return std::nullopt;
    const auto bracket = authority.find(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
        const auto port = authority.substr(colon + 1);
        const auto [at, error] = std::from_chars(port.data(), port.data() + port.size(), read.port);
        if (error != std::errc{} || at != port.data() + port.size() || read.port == 0) return std::nullopt;
        authority = authority.substr(0, colon);
    }
    if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
    if (authority.empty()) return std::nullopt;
    read.host = std::string(authority);
    std::ranges::transform(read.host, read.host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return read;
}

std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string coded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            coded += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        coded += '%';
        coded += kHex[octet >> 4U];
        coded += kHex[octet & 15U];
    }
    return coded;
}

awaitable<std::expected<HttpsAnswer, std::string>> https_exchange(ClientStream& stream, std::string host,
                                                                  HttpsRequest request, HttpsLimits limits)
{
    const auto deadline = Clock::now() + limits.whole;
    const auto connected = co_await stream.connect(limits.step);
    if (!connected) co_return std::unexpected(connected.error());
    const auto text = text_of(host, request);
    const auto sent = co_await stream.write(text, limits.step);
    if (!sent) co_return std::unexpected(sent.error());

    Parser parser;
    parser.body_limit(limits.largest_body);
    parser.header_limit(kLargestHeader);
    std::string waiting;
    std::string wrong;
    auto room = std::make_unique<std::array<char, kReadSize>>();
    while (!parser.is_done()) {
        // One that drips is no better than one that is silent.
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) co_return std::unexpected("no whole answer within " + to_words(limits.whole));
        const auto got = co_await stream.read_some(*room, std::min(left, limits.step));
        if (!got) {
            boost::system::error_code error;
            const bool closed = got.error() == "closed by the other end";
            // Without a length the end of the connection is the end of the answer.
            if (closed && parser.is_header_done()) parser.put_eof(error);
            if (closed && parser.is_done() && !error) break;
            co_return std::unexpected(closed && parser.is_header_done() ? std::string("half an answer") : got.error());
        }
        waiting.append(room->data(), *got);
        if (!take(parser, waiting, wrong)) co_return std::unexpected(wrong);
    }
    co_return answer_of(parser);
}

}  // namespace breakwatch
