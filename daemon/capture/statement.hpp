// What a sensor says, before it is known whether it is told: that the same was told a moment ago, or too much of one
// device, only the teller of all sensors knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "decode/counters.hpp"
#include "flow/source_shares.hpp"
#include "policy/observation.hpp"

namespace breakwatch {

// With a device that is behind another, where it is.
struct ExchangeSaid {
    Exchange exchange;
    SourceShares::Bucket share = 0;  // of the device
    Timestamp at;
};
// An enrolled device has an address.
struct SightingSaid {
    AddressSighting sighting;
};
struct LeaseSaid {
    Lease lease;
};
// The same of a device that is nobody's. `known`: the address is an enrolled device's; `named`: its MAC may be told.
struct OtherSightingSaid {
    AddressSighting sighting;
    bool known = false;
    bool named = false;
};
struct OtherLeaseSaid {
    Lease lease;
    bool known = false;
    bool named = false;
};
// A device that is nobody's sent a packet with the address of an enrolled one.
struct StrangerSaid {
    MacAddress mac;
    IpAddress ip;
    Timestamp at;
    bool named = false;
};
// An enrolled device sent a frame in that VLAN.
struct VlanSaid {
    MacAddress mac;
    std::uint16_t vlan = 0;
    Timestamp at;
};
// A device on this link itself has the address.
struct LocalSaid {
    IpAddress ip;
};
struct SuspicionSaid {
    Suspicion::Kind kind = Suspicion::Kind::flood;
    std::string_view what = {};  // in words that are always the same
    Timestamp at = {};
    MacAddress mac = {};
    IpAddress ip = {};
    bool known = false;     // the address, as above
    std::string made = {};  // instead of `what`, words that are not
};
struct LossSaid {
    Loss loss = Loss::flow_table_full;
    Timestamp at;
};
// What one sensor counted of a slice; the volume is the sum.
struct VolumeSaid {
    TrafficVolume volume;
    std::int32_t platform = -1;  // its number; negative: all other servers
    std::uint64_t since = 0;     // which packet: the first tells the device's place
};

using Statement = std::variant<ExchangeSaid, SightingSaid, LeaseSaid, OtherSightingSaid, OtherLeaseSaid, StrangerSaid,
                               VlanSaid, LocalSaid, SuspicionSaid, LossSaid, VolumeSaid>;

class StatementSink {
  public:
    StatementSink() = default;
    StatementSink(const StatementSink&) = delete;
    StatementSink& operator=(const StatementSink&) = delete;
    virtual ~StatementSink() = default;

    // `order`: among what one moment ended in several flows, the same however those are divided.
    virtual void take(Statement&& statement, std::uint64_t order) = 0;
};

}  // namespace breakwatch
