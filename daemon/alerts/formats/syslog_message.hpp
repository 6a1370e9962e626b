// One syslog message: who speaks, and the bytes. Which header and which body stand in it: header_format.hpp,
// alert_format.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "config/config.hpp"
#include "store/alert.hpp"

namespace breakwatch {

struct HeaderFormat;

// RFC 5424 section 6.1: 2048 octets SHOULD be accepted by every receiver. Datagrams keep to it;
// over a stream 8192 is what receivers take by default.
constexpr std::size_t kMostDatagramOctets = 2048;
constexpr std::size_t kMostStreamOctets = 8192;
// A smaller `most_octets` is raised to the first; a body has the second even behind a header as long as a header can
// be.
constexpr std::size_t kLeastMostOctets = 1024;
constexpr std::size_t kLeastBodyOctets = 896;

// Who speaks. "-" (or "") is the nil value of RFC 5424.
struct SyslogIdentity {
    int facility = 16;
    std::string hostname = "-";
    std::string app_name = "breakwatch";
    std::string procid = "-";
    std::uint32_t enterprise = 32473;
    bool bom = false;
    char delimiter = '\t';  // of LEEF's attributes
    std::size_t most_octets = kMostStreamOctets;
    const HeaderFormat* header = nullptr;        // a built-in one; nullptr: the first of them
    std::map<std::string, int> severities = {};  // of a code, where another than the event's own is told
};

// As configured: depends neither on the machine nor on the process, so that a replay gives the same
// bytes everywhere (but for the local time of a header of RFC 3164).
SyslogIdentity identity_of(const SyslogConfig& config);

struct SyslogMessage {
    std::string bytes;  // without framing
    bool truncated = false;
};

}  // namespace breakwatch
