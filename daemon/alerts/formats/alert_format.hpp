// How an alert is put into the bytes of one message; by the word a configuration calls it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "alerts/formats/shown_alert.hpp"
#include "alerts/formats/syslog_message.hpp"
#include "store/alert.hpp"

namespace breakwatch {

struct AlertFormat {
    std::string_view word;  // in `format:` of a sink
    std::string_view meaning;
    bool structured;  // the body begins with RFC 5424's structured data
    // The body alone: no header, no framing, no clock. What it is given is clean, and cut where that was needed: all of
    // it is to be written.
    std::string (*body)(const ShownAlert& shown, const SyslogIdentity& identity);

    // Header and body, at most `identity.most_octets`, with a mark where something was cut.
    SyslogMessage write(const Alert& alert, const SyslogIdentity& identity) const;
};

// The built-in ones, a file each.
std::string structured_body(const ShownAlert& shown, const SyslogIdentity& identity);
std::string json_body(const ShownAlert& shown, const SyslogIdentity& identity);
std::string cef_body(const ShownAlert& shown, const SyslogIdentity& identity);
std::string leef_body(const ShownAlert& shown, const SyslogIdentity& identity);
std::string ecs_body(const ShownAlert& shown, const SyslogIdentity& identity);
std::string ocsf_body(const ShownAlert& shown, const SyslogIdentity& identity);

std::span<const AlertFormat> alert_formats();
// A word that is none of theirs did not pass the reader of configurations (std::logic_error).
const AlertFormat& alert_format(std::string_view word);

}  // namespace breakwatch
