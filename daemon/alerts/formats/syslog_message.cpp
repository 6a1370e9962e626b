#include "alerts/formats/syslog_message.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "alerts/formats/syslog_text.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kParamName = 32;  // RFC 5424 section 6
// seq and prev are what a receiver sees gaps by: never cut.
constexpr std::size_t kNeverCut = 2;

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

Parts parts_of(const Alert& alert, const SyslogIdentity& identity)
{
    Parts parts{syslog_header(alert, identity) + " [breakwatch@" + std::to_string(identity.enterprise),
                {},
                clean_line(alert.text),
                identity.bom};
    parts.params.reserve(alert.fields.size() + 3);
    parts.params.push_back({"seq", std::to_string(alert.sequence)});
    parts.params.push_back({"prev", std::to_string(alert.previous)});
    parts.params.push_back({"code", escape(clean_line(alert.code))});
    for (const auto& [name, value] : alert.fields) {
        parts.params.push_back({param_name(name), escape(clean_line(value))});
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
    for (std::size_t i = kNeverCut; i < parts.params.size(); ++i) cut_line(parts.params[i].value, fits, true);
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
    cut_line(parts.text, taken < most ? most - taken : 0, false);
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
