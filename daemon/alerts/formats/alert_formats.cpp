#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "alerts/formats/alert_format.hpp"

namespace breakwatch {

namespace {

constexpr std::array kFormats{
    AlertFormat{"rfc5424", "structured data of RFC 5424, then a text for people", format_syslog},
    AlertFormat{"json", "a JSON object whose members have types, behind the same header", format_json},
};

}  // namespace

std::span<const AlertFormat> alert_formats()
{
    return kFormats;
}

const AlertFormat& alert_format(std::string_view word)
{
    const auto format = std::ranges::find(kFormats, word, &AlertFormat::word);
    if (format == kFormats.end()) throw std::logic_error("no format of alerts: " + std::string(word));
    return *format;
}

}  // namespace breakwatch
