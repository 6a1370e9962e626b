// What every body of a syslog message is made with: text on one line, cutting between characters, RFC 5424's header.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "alerts/formats/syslog_message.hpp"
#include "store/alert.hpp"

namespace breakwatch {

// Well-formed UTF-8 on one line.
std::string clean_line(std::string_view text);
// Cleaned text to at most `most` octets, between two characters; with `escaped`, a backslash and what it escapes are
// one.
void cut_line(std::string& text, std::size_t most, bool escaped);
// PRINTUSASCII of at most `most`, "-" when there is nothing.
std::string header_field(std::string_view value, std::size_t most);
// "<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID"
std::string syslog_header(const Alert& alert, const SyslogIdentity& identity);

}  // namespace breakwatch
