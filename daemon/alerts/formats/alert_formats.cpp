#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include "alerts/formats/alert_filter.hpp"
#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/header_format.hpp"
#include "alerts/transports/syslog_transport.hpp"

namespace breakwatch {

namespace {

constexpr std::array kFormats{
    AlertFormat{"rfc5424", "structured data of RFC 5424, then a text for people", true, structured_body},
    AlertFormat{"json", "a JSON object whose members have types", false, json_body},
    AlertFormat{"cef", "the Common Event Format, version 0", false, cef_body},
    AlertFormat{"leef", "IBM's Log Event Extended Format, 2.0, attributes parted by tabs", false, leef_body},
    AlertFormat{"ecs", "a JSON object in the Elastic Common Schema, 8.11", false, ecs_body},
    AlertFormat{"ocsf", "a JSON object of the Open Cybersecurity Schema Framework, 1.4.0", false, ocsf_body},
};

}  // namespace

SyslogIdentity identity_of(const SyslogConfig& config)
{
    const auto usual = alert_transport(config.transport).datagrams ? kMostDatagramOctets : kMostStreamOctets;
    return {.facility = config.facility,
            .hostname = config.hostname,
            .app_name = config.app_name,
            .enterprise = config.enterprise,
            .bom = config.bom,
            .delimiter = config.delimiter,
            .most_octets = config.most_octets > 0 ? config.most_octets : usual,
            .header = &header_format(config.header),
            .severities = config.severity};
}

SyslogMessage AlertFormat::write(const Alert& alert, const SyslogIdentity& identity) const
{
    auto shown = clean_alert(alert);
    shown.alert.severity = severity_told(shown.alert, identity.severities);
    auto bytes = header_of(identity).write(shown.alert, identity, structured);
    const auto most = std::max(identity.most_octets, kLeastMostOctets);
    bytes += fit_alert(shown, std::max(most - std::min(most, bytes.size()), kLeastBodyOctets),
                       [&] { return body(shown, identity); });
    return {std::move(bytes), shown.truncated};
}

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
