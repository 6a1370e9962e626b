// How messages on one stream are told apart: RFC 6587 sections 3.4.1 and 3.4.2, or as syslog(3) does on a local one.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "config/config.hpp"

namespace breakwatch {

// What would end a message in its middle becomes a blank: bodies are of one line, and this holds it.
inline std::string framed(std::string message, SyslogConfig::Framing framing)
{
    using Framing = SyslogConfig::Framing;
    if (framing == Framing::octet_counting) return std::to_string(message.size()) + ' ' + std::move(message);
    const char end = framing == Framing::lf ? '\n' : '\0';
    std::ranges::replace(message, end, ' ');
    message += end;
    return message;
}

}  // namespace breakwatch
