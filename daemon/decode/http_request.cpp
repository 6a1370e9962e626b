#include "decode/http_request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace breakwatch {

namespace {

// RFC 9110, WebDAV and its versioning, UPnP, SCCM and the few that real clients send besides.
constexpr std::array kMethods = std::to_array<std::string_view>({"GET",
                                                                 "POST",
                                                                 "HEAD",
                                                                 "PUT",
                                                                 "DELETE",
                                                                 "CONNECT",
                                                                 "OPTIONS",
                                                                 "TRACE",
                                                                 "PATCH",
                                                                 "PROPFIND",
                                                                 "PROPPATCH",
                                                                 "MKCOL",
                                                                 "COPY",
                                                                 "MOVE",
                                                                 "LOCK",
                                                                 "UNLOCK",
                                                                 "REPORT",
                                                                 "SEARCH",
                                                                 "MERGE",
                                                                 "LABEL",
                                                                 "UPDATE",
                                                                 "CHECKOUT",
                                                                 "MKACTIVITY",
                                                                 "MKWORKSPACE",
                                                                 "SUBSCRIBE",
                                                                 "UNSUBSCRIBE",
                                                                 "NOTIFY",
                                                                 "POLL",
                                                                 "BMOVE",
                                                                 "BCOPY",
                                                                 "BDELETE",
                                                                 "RPC_IN_DATA",
                                                                 "RPC_OUT_DATA",
                                                                 "RPC_CONNECT",
                                                                 "CCM_POST",
                                                                 "SOURCE",
                                                                 "DESCRIBE",
                                                                 "VERSION-CONTROL",
                                                                 "BASELINE-CONTROL",
                                                                 "CHECKIN",
                                                                 "UNCHECKOUT",
                                                                 "BPROPFIND",
                                                                 "BPROPPATCH",
                                                                 "PURGE"});
constexpr std::size_t kLongestMethod = 16;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_word(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trim(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

// A line without its end; nothing when there is no end yet.
std::optional<std::string_view> take_line(std::string_view& rest)
{
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    auto line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
}

struct RequestLine {
    bool connect = false;
    bool has_version = false;
    std::string_view target;
};

// RFC 9112 section 3. Damaged clients leave the version or the blank before it out, and are believed when
// fields with a Host follow; nothing: the line is of another protocol (RTSP, SIP, ICAP) with the same methods.
std::optional<RequestLine> read_request_line(std::string_view line)
{
    const auto blank = std::min(line.find(' '), line.size());
    RequestLine request;
    request.connect = line.substr(0, blank) == "CONNECT";
    request.target = trim(line.substr(blank));
    const auto last = request.target.rfind(' ');
    const auto version = last == std::string_view::npos ? std::string_view{} : request.target.substr(last + 1);
    request.has_version = version.starts_with("HTTP/");
    const auto slash = version.find('/');
    const bool other = !request.has_version && slash != std::string_view::npos && slash > 1 &&
                       version.size() == slash + 4 && version[slash + 2] == '.';
    if (other) return std::nullopt;
    if (request.has_version) request.target = trim(request.target.substr(0, last));
    return request;
}

// RFC 9112 section 3.2: origin, absolute, authority or asterisk form.
std::string_view authority_of(std::string_view target, bool connect)
{
    if (connect) return target;
    const auto scheme = target.find("://");
    if (scheme == std::string_view::npos) return {};
    auto authority = target.substr(scheme + 3);
    authority = authority.substr(0, authority.find_first_of("/?#"));
    const auto user = authority.rfind('@');
    return user == std::string_view::npos ? authority : authority.substr(user + 1);
}

void read_field(std::string_view line, HttpRequest& request, bool& named)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const auto name = trim(line.substr(0, colon));
    const auto value = trim(line.substr(colon + 1));
    if (same_word(name, "host")) {
        if (!named && !value.empty()) request.host = host_without_port(value);
        named = named || !value.empty();
    } else if (same_word(name, "content-length")) {
        std::uint64_t length = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
        if (error == std::errc{} && end == value.data() + value.size()) request.content_length = length;
    } else if (same_word(name, "transfer-encoding")) {
        request.chunked = !same_word(value, "identity");
    }
}

}  // namespace

std::string_view host_without_port(std::string_view authority)
{
    if (!authority.empty() && authority.front() == '[') {
        const auto end = authority.find(']');
        return end == std::string_view::npos ? authority : authority.substr(1, end - 1);
    }
    const auto colon = authority.find(':');
    const bool one = colon != std::string_view::npos && authority.find(':', colon + 1) == std::string_view::npos;
    return trim(one ? authority.substr(0, colon) : authority);
}

bool may_be_http_request(Bytes stream)
{
    const auto text = as_text(stream.first(std::min(stream.size(), kLongestMethod + 1)));
    return std::ranges::any_of(kMethods, [text](std::string_view method) {
        if (text.size() <= method.size()) return !text.empty() && method.starts_with(text);
        const auto after = text[method.size()];
        return text.starts_with(method) && (after == ' ' || after == '\r' || after == '\n');
    });
}

HttpRequestScan scan_http_request(Bytes stream)
{
    if (!may_be_http_request(stream)) return {};
    auto rest = as_text(stream);
    const auto line = take_line(rest);
    if (!line) return {StreamMatch::need_more, {}};
    const auto request_line = read_request_line(*line);
    if (!request_line) return {};
    HttpRequestScan scan;
    scan.request.connect = request_line->connect;
    bool named = false;
    while (true) {
        const auto field = take_line(rest);
        if (!field) return {StreamMatch::need_more, {}};
        if (field->empty()) break;
        if (!request_line->has_version && !field->contains(':')) return {};
        read_field(*field, scan.request, named);
    }
    if (!named && !request_line->has_version) return {};
    if (!named) scan.request.host = host_without_port(authority_of(request_line->target, scan.request.connect));
    scan.match = StreamMatch::yes;
    scan.request.head_length = stream.size() - rest.size();
    return scan;
}

std::string_view host_in_cut_head(Bytes stream)
{
    if (!may_be_http_request(stream)) return {};
    auto rest = as_text(stream);
    const auto line = take_line(rest);
    if (!line || !read_request_line(*line)) return {};
    HttpRequest request;
    bool named = false;
    while (!named) {
        const auto field = take_line(rest);
        if (!field || field->empty()) return {};
        read_field(*field, request, named);
    }
    return request.host;
}

}  // namespace breakwatch
