// How an alert is put into the bytes of one message; by the word a configuration calls it.
#pragma once

#include <span>
#include <string_view>

#include "alerts/formats/syslog_message.hpp"
#include "store/alert.hpp"

namespace breakwatch {

struct AlertFormat {
    std::string_view word;  // in `format:` of a sink
    std::string_view meaning;
    // Bytes alone: no transport, no clock. At most `identity.most_octets`, with a mark where something was cut.
    SyslogMessage (*write)(const Alert& alert, const SyslogIdentity& identity);
};

// The built-in ones: format_syslog (syslog_message.hpp) and
SyslogMessage format_json(const Alert& alert, const SyslogIdentity& identity);

std::span<const AlertFormat> alert_formats();
// A word that is none of theirs did not pass the reader of configurations (std::logic_error).
const AlertFormat& alert_format(std::string_view word);

}  // namespace breakwatch
