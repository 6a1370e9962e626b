// What a mirror does not show, judged from sums over a span of time: pure, so that live watching, replays and
// `breakwatchd check` say the same. Each judgement needs enough evidence; without it there is none.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/effect.hpp"
#include "policy/sight/wire_counters.hpp"

namespace breakwatch {

enum class BlindSpot : std::uint8_t {
    silent,        // no packet at all
    not_ip,        // packets, and no IP in them
    sealed,        // most is in tunnels that cannot be opened
    one_way,       // one direction of everything
    half,          // one direction of many conversations
    repeated,      // each packet twice
    cut,           // packets kept too short
    dropped,       // packets lost in this machine
    shed,          // packets left out, since there was no time for them
    nobody,        // none of the enrolled devices
    other_vlans,   // none of the VLANs that zones name
    names_hidden,  // servers without names
    no_addresses,  // nothing tells who has which address
    no_radius,     // RADIUS accounting is expected and does not come
    strangers,     // a feed's names map to nobody
    unrostered,    // enrolled people whom no roster names, and names in it that are nobody's
    clock,         // this machine's is not synchronised
    count
};
std::string_view name(BlindSpot spot);

struct Sight {
    BlindSpot spot = BlindSpot::silent;
    bool blind = false;  // false: looked at, and it is not so
    Severity severity = Severity::warning;
    std::string what;
    std::string change;   // the likely cause, and what to change
    std::string subject;  // of which feed; "": the capture
};

// What is to be seen here by the configuration.
struct SightExpectation {
    std::string interface;             // "" for capture files
    bool one_of_several = false;       // of interfaces: `facts` and the VLANs are those of all
    std::string filter;                // pcap-filter(7) in force
    int snaplen = 0;                   // 0: not known
    std::size_t enrolled_devices = 0;  // MACs
    bool private_macs_enrolled = false;
    bool radius = false;
    bool leases = false;               // lease files are read
    std::vector<std::uint16_t> vlans;  // of all zones
    bool filtered = true;              // `wanted` counts enrolled devices; false: everything is looked at
};

struct SightSpan {
    Duration length{0};
    WireCounters wire;
    std::uint64_t received = 0;  // by the kernel
    std::uint64_t dropped = 0;
    std::uint64_t facts = 0;         // leases, sessions and sightings of enrolled devices, from anywhere
    std::uint64_t radius_facts = 0;  // sessions told by RADIUS feeds
};

// Each blind spot that there is evidence for or against. `present`: those that were found before and have not been seen
// to end, for which it takes less to stay (a share that goes up and down about its limit is one event).
std::vector<Sight> assess(const SightSpan& span, const SightExpectation& expected,
                          const std::vector<BlindSpot>& present = {});

}  // namespace breakwatch
