// An Alert as one RFC 5424 syslog message: bytes only, no transport, no clock. Any alert gives a
// message that a strict receiver can split; what cannot be said as it stands is replaced or cut.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "config/config.hpp"
#include "store/alert.hpp"

namespace breakwatch {

// RFC 5424 section 6.1: 2048 octets SHOULD be accepted by every receiver. Datagrams keep to it;
// over a stream 8192 is what receivers take by default.
constexpr std::size_t kMostDatagramOctets = 2048;
constexpr std::size_t kMostStreamOctets = 8192;
// Header, seq and prev always fit into this, whatever the names; a smaller `most_octets` is raised.
constexpr std::size_t kLeastMostOctets = 1024;

// Who speaks. "-" (or "") is the nil value of RFC 5424.
struct SyslogIdentity {
    int facility = 16;
    std::string hostname = "-";
    std::string app_name = "breakwatch";
    std::string procid = "-";
    std::uint32_t enterprise = 32473;
    bool bom = false;
    std::size_t most_octets = kMostStreamOctets;
};

// As configured: depends neither on the machine nor on the process, so that a replay gives the same
// bytes everywhere.
SyslogIdentity identity_of(const SyslogConfig& config);

struct SyslogMessage {
    std::string bytes;  // without framing
    bool truncated = false;
};

// <PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID [breakwatch@N seq=".." prev=".." code=".." ..]
// text
SyslogMessage format_syslog(const Alert& alert, const SyslogIdentity& identity);

}  // namespace breakwatch
