// A flow with what the dissector needs to know of it besides. Owned by the flow table.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "flow/dissector.hpp"
#include "flow/quic_name_scanner.hpp"
#include "flow/search_budget.hpp"
#include "flow/server_name_scanner.hpp"
#include "flow/source_shares.hpp"
#include "flow/stream_order.hpp"

namespace breakwatch {

// The search for names in both directions of a TCP connection; exists while it goes on.
struct TcpSearch : Search {
    struct Side {
        StreamOrder order;
        ServerNameScanner scanner;
        bool pushed = false;            // the last segment had PSH: its sender had no more to say then
        std::vector<std::uint8_t> dns;  // RFC 1035 section 4.2.2: length-prefixed messages, begun
    };
    std::array<Side, 2> sides;  // by Direction
};

struct QuicSearch : Search {
    explicit QuicSearch(std::size_t cap) : scanner(cap) {}
    QuicNameScanner scanner;
};

struct FlowEntry : Flow {
    std::uint32_t index = 0;  // of this entry in the table
    std::uint32_t hash = 0;
    std::uint32_t older = 0;  // neighbours in the age list
    std::uint32_t newer = 0;
    Timestamp listed;                // since when its place in the age list is what it is
    SourceShares::Bucket share = 0;  // of the sender of its first packet
    Direction first_sender = Direction::from_originator;
    bool opened = false;      // the SYN was seen: the originator is certain
    bool settled = false;     // no more names are looked for
    bool ruled_out = false;   // no hello is to come: what does not begin as one is not looked at
    bool quic_named = false;  // a QUIC connection on it was named, and its search is over
    bool named_by_dns = false;
    bool begun = false;   // its first packet was seen
    bool hidden = false;  // its name, as told last, is an encrypted hello's
    enum class Sides : std::uint8_t { unsure, one, both };
    Sides sides = Sides::unsure;          // seen, of the two
    std::array<std::uint8_t, 2> spoke{};  // packets on their way, to and from the server; up to a few
    std::uint8_t nameless_datagrams = 0;
    bool answered_since_hello = false;
    bool conflicting = false;      // two hellos on it: no name of it is believed
    std::uint8_t client_hops = 0;  // hop limit of the client's SYN; what arrives with less may not arrive at the server
    std::array<bool, 2> syn_seen{};
    std::array<bool, 2> finished{};
    std::array<std::uint32_t, 2> syn_sequence{};
    std::uint32_t hello_sequence = 0;  // where the hello that settled the flow stands, and how long it is
    std::uint32_t hello_length = 0;
    Timestamp syn_at;
    // Of names only whether they are the same is asked: keyed hashes, so that a flow's size is not its sender's choice.
    std::uint64_t hello_name = 0;  // in its first ClientHello; 0: none
    std::uint64_t last_name = 0;   // as told last, with its origin
    std::unique_ptr<TcpSearch> tcp;
    std::unique_ptr<QuicSearch> quic;
};

}  // namespace breakwatch
