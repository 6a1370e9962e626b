// What stands before the body of a message; by the word a configuration calls it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "alerts/formats/syslog_message.hpp"
#include "store/alert.hpp"

namespace breakwatch {

struct HeaderFormat {
    std::string_view word;  // in `header:` of a sink
    std::string_view meaning;
    bool dated;  // whether it tells the whole time; where it does not, the body does
    // Everything up to the body. `structured`: that one begins with RFC 5424's structured data.
    std::string (*write)(const Alert& alert, const SyslogIdentity& identity, bool structured);
};

std::span<const HeaderFormat> header_formats();
// A word that is none of theirs did not pass the reader of configurations (std::logic_error).
const HeaderFormat& header_format(std::string_view word);
const HeaderFormat& header_of(const SyslogIdentity& identity);
// As headers tell it; "" where it is the nil value.
std::string host_of(const SyslogIdentity& identity);

}  // namespace breakwatch
