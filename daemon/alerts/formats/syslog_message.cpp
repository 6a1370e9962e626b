#include "alerts/formats/syslog_message.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace breakwatch {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";  // U+2026, where something was cut
// RFC 5424 section 6: the header's fields, and a PARAM-NAME.
constexpr std::size_t kHostname = 255;
constexpr std::size_t kAppName = 48;
constexpr std::size_t kProcid = 128;
constexpr std::size_t kMsgid = 32;
constexpr std::size_t kParamName = 32;
// seq and prev are what a receiver sees gaps by: never cut.
constexpr std::size_t kNeverCut = 2;

struct CodePoint {
    char32_t code;
    std::size_t length;
};

// The first of `bytes`, which are not empty. What is not well-formed (Unicode table 3-7: overlong,
// surrogates, cut short) is U+FFFD of the length of its longest well-formed beginning.
CodePoint first_code_point(std::string_view bytes)
{
    constexpr char32_t invalid = 0xFFFD;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const auto lead = at(0);
    if (lead < 0x80) return {lead, 1};
    if (lead < 0xC2 || lead > 0xF4) return {invalid, 1};
    const std::size_t more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    char32_t code = lead & (0x3FU >> more);
    for (std::size_t i = 1; i <= more; ++i) {
        if (i >= bytes.size() || at(i) < low || at(i) > high) return {invalid, i};
        code = (code << 6U) | (at(i) & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    return {code, more + 1};
}

bool is_blank_control(char32_t code)
{
    return code >= 0x09 && code <= 0x0D;
}

// C0, DEL, C1, the line separators, and the marks that turn the direction of what follows: they
// would split a line, move a terminal's cursor or show a reader something else than what is there.
bool is_harmful(char32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x2028 || code == 0x2029 ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

// Well-formed UTF-8 on one line.
std::string clean(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto [code, length] = first_code_point(text);
        if (is_blank_control(code)) {
            out += ' ';
        } else if (is_harmful(code) || code == 0xFFFD) {
            out += kReplacement;
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return out;
}

// RFC 5424 section 6.3.3.
std::string escape(std::string_view value)
{
    std::string out;
    out.reserve(value.size());
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == ']') out += '\\';
        out += c;
    }
    return out;
}

// Cleaned text to at most `most` octets, between two characters; with `escaped`, a backslash and
// what it escapes are one.
void cut(std::string& text, std::size_t most, bool escaped)
{
    if (text.size() <= most) return;
    const auto mark = most >= kEllipsis.size() ? kEllipsis : std::string_view{};
    std::size_t end = 0;
    while (true) {
        const auto rest = std::string_view(text).substr(end);
        const auto length = escaped && rest.front() == '\\' ? 2 : first_code_point(rest).length;
        if (end + length + mark.size() > most) break;
        end += length;
    }
    text.resize(end);
    text += mark;
}

// PRINTUSASCII of at most `most`, "-" when there is nothing.
std::string header_field(std::string_view value, std::size_t most)
{
    std::string out(value.substr(0, most));
    for (char& c : out) {
        if (c < 33 || c > 126) c = '_';
    }
    return out.empty() ? "-" : out;
}

std::string param_name(std::string_view name)
{
    auto out = name.empty() ? "_" : header_field(name, kParamName);
    for (char& c : out) {
        if (c == '=' || c == ']' || c == '"') c = '_';
    }
    return out;
}

struct Param {
    std::string name;
    std::string value;  // cleaned and escaped
};

struct Parts {
    std::string head;  // up to and with the SD-ID
    std::vector<Param> params;
    std::string text;
    bool bom = false;
};

std::string head_of(const Alert& alert, const SyslogIdentity& identity)
{
    const auto priority = std::clamp(identity.facility, 0, 23) * 8 +
                          std::clamp(static_cast<int>(alert.severity), 0, 7);
    std::string head = "<" + std::to_string(priority) + ">1 " + to_rfc3339(alert.at);
    head += ' ' + header_field(identity.hostname, kHostname);
    head += ' ' + header_field(identity.app_name, kAppName);
    head += ' ' + header_field(identity.procid, kProcid);
    head += ' ' + header_field(alert.message_id, kMsgid);
    head += " [breakwatch@" + std::to_string(identity.enterprise);
    return head;
}

Parts parts_of(const Alert& alert, const SyslogIdentity& identity)
{
    Parts parts{head_of(alert, identity), {}, clean(alert.text), identity.bom};
    parts.params.reserve(alert.fields.size() + 3);
    parts.params.push_back({"seq", std::to_string(alert.sequence)});
    parts.params.push_back({"prev", std::to_string(alert.previous)});
    parts.params.push_back({"code", escape(clean(alert.code))});
    for (const auto& [name, value] : alert.fields) {
        parts.params.push_back({param_name(name), escape(clean(value))});
    }
    return parts;
}

// Head and structured data when no value is longer than `level`.
std::size_t structure_octets(const Parts& parts, std::size_t level)
{
    std::size_t octets = parts.head.size() + 1;
    for (std::size_t i = 0; i < parts.params.size(); ++i) {
        const auto& [name, value] = parts.params[i];
        octets += name.size() + 4 + (i < kNeverCut ? value.size() : std::min(value.size(), level));
    }
    return octets;
}

// Cuts the longest values to one common length; the last params go whole when even that is not
// enough.
void fit_structure(Parts& parts, std::size_t most)
{
    while (structure_octets(parts, 0) > most) parts.params.pop_back();
    std::size_t fits = 0;
    std::size_t too_much = most + 1;
    while (too_much - fits > 1) {
        const auto level = (fits + too_much) / 2;
        (structure_octets(parts, level) <= most ? fits : too_much) = level;
    }
    for (std::size_t i = kNeverCut; i < parts.params.size(); ++i)
        cut(parts.params[i].value, fits, true);
}

std::size_t before_text(const Parts& parts)
{
    return 1 + (parts.bom ? kByteOrderMark.size() : 0);
}

// Whether anything had to go: of the text first.
bool fit(Parts& parts, std::size_t most)
{
    const auto structure = structure_octets(parts, std::string::npos);
    const auto text = parts.text.empty() ? 0 : before_text(parts) + parts.text.size();
    if (structure + text <= most) return false;
    const auto taken = structure + before_text(parts);
    cut(parts.text, taken < most ? most - taken : 0, false);
    if (structure > most) fit_structure(parts, most);
    return true;
}

std::string join(const Parts& parts)
{
    auto out = parts.head;
    for (const auto& [name, value] : parts.params) out += ' ' + name + "=\"" + value + '"';
    out += ']';
    if (parts.text.empty()) return out;
    out += ' ';
    if (parts.bom) out += kByteOrderMark;
    return out += parts.text;
}

}  // namespace

SyslogIdentity identity_of(const SyslogConfig& config)
{
    const bool datagram = config.transport == SyslogConfig::Transport::udp;
    return {.facility = config.facility,
            .hostname = config.hostname,
            .app_name = config.app_name,
            .enterprise = config.enterprise,
            .bom = config.bom,
            .most_octets = datagram ? kMostDatagramOctets : kMostStreamOctets};
}

SyslogMessage format_syslog(const Alert& alert, const SyslogIdentity& identity)
{
    auto parts = parts_of(alert, identity);
    const bool truncated = fit(parts, std::max(identity.most_octets, kLeastMostOctets));
    return {join(parts), truncated};
}

}  // namespace breakwatch
