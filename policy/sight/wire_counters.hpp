// What a mirror shows, as sums without any device in them: how the capture path counts each packet once.
// Cumulative; what a span of time showed is the difference of two.
#pragma once

#include <bitset>
#include <cstdint>

namespace breakwatch {

struct WireCounters {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t ip = 0;      // packets with an IP packet in them
    std::uint64_t wanted = 0;  // packets of conversations that may be looked at: of enrolled devices
    // Encrypted web traffic that is on its way (acknowledging TCP, QUIC behind its handshake), to and from servers:
    // both sides of each conversation speak, so that one of them without the other is the mirror's doing.
    std::uint64_t to_servers = 0;
    std::uint64_t from_servers = 0;
    // Conversations long enough to tell whether both sides of them are seen.
    std::uint64_t two_way = 0;
    std::uint64_t only_to_servers = 0;
    std::uint64_t only_from_servers = 0;
    // Of those whose beginning was seen: what their servers are called.
    std::uint64_t names_read = 0;
    std::uint64_t names_hidden = 0;   // Encrypted Client Hello
    std::uint64_t names_missing = 0;  // no hello was found
    // The same packet a moment before, of so many that could be told apart.
    std::uint64_t compared = 0;
    std::uint64_t repeated = 0;
    std::uint64_t cut = 0;                // kept shorter than they were on the wire
    std::uint32_t shortest_cut = 0;       // octets kept of the one kept shortest; 0: none was cut
    std::uint32_t longest = 0;            // octets on the wire
    std::uint64_t from_macs = 0;          // with an Ethernet sender
    std::uint64_t from_private_macs = 0;  // of those, locally administered
    std::uint64_t tagged = 0;             // in a VLAN
    std::bitset<4096> vlans;
    std::uint64_t tunnelled = 0;  // wrapped, and opened
    std::uint64_t untrusted = 0;  // wrapped by nobody whom the configuration names as a mirror: not opened
    // What nothing could be read of, and which kind most of it was.
    std::uint64_t unread_frames = 0;  // an EtherType, or a link type, that is not known
    std::uint16_t unread_ether_type = 0;
    std::uint64_t sealed = 0;          // IPsec, and tunnels that are encrypted or not known
    std::uint8_t sealed_protocol = 0;  // IP protocol number; 17: a tunnel over UDP
    std::uint16_t sealed_port = 0;     // its port
    // Who has which address, and who is who.
    std::uint64_t address_facts = 0;  // ARP, neighbour discovery
    std::uint64_t dhcp = 0;
    std::uint64_t radius = 0;
};

// What came between two looks at the same counters. What is no sum (VLANs, lengths, kinds) is as in `later`.
WireCounters between(const WireCounters& earlier, const WireCounters& later);
// Of one mirror that several workers read a part of each, as one would have counted. Kinds are known to one of them.
WireCounters together(const WireCounters& one, const WireCounters& other);

}  // namespace breakwatch
