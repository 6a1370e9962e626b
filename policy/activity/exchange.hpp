// One upstream burst on a flow to a platform, and the answer to it: sizes and times only.
// Built by daemon/flow, judged by PostDetector. No payload, no address of the server.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

#include "policy/activity/platform_catalog.hpp"
#include "policy/activity/server_name.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// A device as the network shows it. `mac` is zero behind a router, and where the link has none.
struct Device {
    MacAddress mac;
    IpAddress ip;
    std::uint16_t vlan = 0;  // 802.1Q, where the wire shows it: its place, no part of who it is
    bool behind = false;     // its packets had come a hop already: from another device behind this one (a hotspot)

    std::strong_ordering operator<=>(const Device& other) const
    {
        return std::tie(mac, ip, behind) <=> std::tie(other.mac, other.ip, other.behind);
    }
    bool operator==(const Device& other) const { return mac == other.mac && ip == other.ip && behind == other.behind; }
};

enum class Transport : std::uint8_t { tls, quic, clear };

// What the wire shows of one exchange.
struct ExchangeShape {
    Timestamp up_first;  // first and last upstream packet of the burst
    Timestamp up_last;
    std::optional<Timestamp> down_first;  // first answer byte, not before up_last; none: no answer in time
    std::optional<Timestamp> down_last;   // not before down_first
    std::uint64_t up_bytes = 0;           // application bytes (TLS records or QUIC payload), handshake left out
    std::uint64_t down_bytes = 0;
    std::uint32_t up_records = 0;  // records (TLS) or datagrams (QUIC)
    std::uint32_t down_records = 0;
    std::uint32_t largest_up = 0;
    std::uint32_t first_up = 0;  // in HTTP/2 mostly the request's header
    std::uint32_t largest_down = 0;
    std::uint64_t missing_bytes =
        0;                      // of those above, never seen (loss at the sensor), seen out of order, or kept too short
    Duration longest_pause{0};  // longest downstream silence from up_last to the answer's end
    std::uint64_t down_after_pause = 0;
    Duration quiet_before{0};  // from the flow's last application byte to up_first
    bool first_of_flow = false;
    bool answer_seen_on_flow = true;  // false: the server's direction is not visible
};

// On which device's flow to which server.
struct Exchange : ExchangeShape {
    Device device;
    std::uint64_t flow = 0;
    PlatformMatch match;
    std::string server_name;
    NameOrigin name_origin = NameOrigin::tls;
    Transport transport = Transport::tls;
    Duration server_round_trip{0};  // zero: never measured on this flow
};

}  // namespace breakwatch
