// What suits a receiver: a row of values for keys that a sink does not have itself.
#pragma once

#include <array>
#include <string_view>

#include "config/config.hpp"

namespace breakwatch {

struct SinkProfile {
    std::string_view word;
    std::string_view header, format;
    SyslogConfig::Framing framing;  // over a stream
    std::string_view why;

    std::string_view framing_word() const { return framing == SyslogConfig::Framing::lf ? "lf" : "octet-counting"; }
};

inline constexpr std::array kSinkProfiles{
    SinkProfile{"splunk", "rfc5424", "cef", SyslogConfig::Framing::octet_counting,
                "Splunk Connect for Syslog knows CEF by vendor and product"},
    SinkProfile{"qradar", "rfc3164", "leef", SyslogConfig::Framing::lf,
                "Universal LEEF; its syslog listener reads lines"},
    SinkProfile{"sentinel", "rfc3164", "cef", SyslogConfig::Framing::lf,
                "the Azure Monitor agent's forwarder puts CEF into CommonSecurityLog"},
    SinkProfile{"elastic", "rfc5424", "ecs", SyslogConfig::Framing::lf,
                "names are the schema's own; inputs read lines"},
    SinkProfile{"wazuh", "rfc3164", "json", SyslogConfig::Framing::lf, "decoded by program name and JSON"},
    SinkProfile{"graylog", "rfc5424", "json", SyslogConfig::Framing::lf, "a pipeline makes fields of the object"},
    SinkProfile{"rsyslog", "rfc5424", "rfc5424", SyslogConfig::Framing::octet_counting,
                "structured data is taken apart by mmpstrucdata"},
    SinkProfile{"syslog-ng", "rfc5424", "rfc5424", SyslogConfig::Framing::octet_counting,
                "structured data is taken apart by its syslog source"},
    SinkProfile{"ocsf", "rfc5424", "ocsf", SyslogConfig::Framing::lf, "a collector that writes to an OCSF lake"},
};

inline void apply_profile(const SinkProfile& profile, SyslogConfig& sink)
{
    sink.profile = profile.word;
    sink.header = profile.header;
    sink.format = profile.format;
    sink.framing = profile.framing;
}

}  // namespace breakwatch
