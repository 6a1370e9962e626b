#include <time.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

#include "alerts/formats/header_format.hpp"
#include "alerts/formats/syslog_text.hpp"

namespace breakwatch {

namespace {

// RFC 5424 section 6.
constexpr std::size_t kHostname = 255;
constexpr std::size_t kAppName = 48;
constexpr std::size_t kProcid = 128;
constexpr std::size_t kMsgid = 32;
// RFC 3164 section 4.1.3.
constexpr std::size_t kTag = 32;

std::string priority(const Alert& alert, const SyslogIdentity& identity)
{
    const auto facility = std::clamp(identity.facility, 0, 23);
    return "<" + std::to_string(facility * 8 + std::clamp(static_cast<int>(alert.severity), 0, 7)) + ">";
}

std::string rfc5424(const Alert& alert, const SyslogIdentity& identity, bool structured)
{
    auto head = priority(alert, identity) + "1 " + to_rfc3339(alert.at);
    head += ' ' + header_field(identity.hostname, kHostname);
    head += ' ' + header_field(identity.app_name, kAppName);
    head += ' ' + header_field(identity.procid, kProcid);
    head += ' ' + header_field(alert.message_id, kMsgid);
    return head + (structured ? " " : " - ");
}

// Section 4.1.2: local time, no year, no zone; a day of one digit has a blank before it.
std::string local_time(Timestamp at)
{
    constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto since = static_cast<time_t>(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
    tm local{};
    ::localtime_r(&since, &local);
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%s %2d %02d:%02d:%02d",
                  kMonths.at(static_cast<std::size_t>(std::clamp(local.tm_mon, 0, 11))), local.tm_mday, local.tm_hour,
                  local.tm_min, local.tm_sec);
    return text.data();
}

std::string tag(std::string_view text)
{
    auto out = header_field(text, kTag);
    for (char& c : out) {
        if (c == ':' || c == '[' || c == ']') c = '_';
    }
    return out;
}

std::string rfc3164(const Alert& alert, const SyslogIdentity& identity, bool /*structured*/)
{
    auto head = priority(alert, identity) + local_time(alert.at) + ' ' + header_field(identity.hostname, kHostname);
    head += ' ' + tag(identity.app_name);
    if (!identity.procid.empty() && identity.procid != "-") head += '[' + tag(identity.procid) + ']';
    return head + ": ";
}

constexpr std::array kHeaders{
    HeaderFormat{"rfc5424", "time to the millisecond in UTC, host, program, process, kind of event", true, rfc5424},
    HeaderFormat{"rfc3164", "the older one: local time to the second without a year, host, program, process", false,
                 rfc3164},
};

}  // namespace

std::span<const HeaderFormat> header_formats()
{
    return kHeaders;
}

const HeaderFormat& header_format(std::string_view word)
{
    const auto header = std::ranges::find(kHeaders, word, &HeaderFormat::word);
    if (header == kHeaders.end()) throw std::logic_error("no header of messages: " + std::string(word));
    return *header;
}

std::string host_of(const SyslogIdentity& identity)
{
    const auto host = header_field(identity.hostname, kHostname);
    return host == "-" ? "" : host;
}

const HeaderFormat& header_of(const SyslogIdentity& identity)
{
    return identity.header != nullptr ? *identity.header : kHeaders.front();
}

}  // namespace breakwatch
