// A flow with what the dissector needs to know of it besides. Owned by the flow table.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/dissector.hpp"
#include "flow/name_hunt.hpp"
#include "flow/quic_hunt.hpp"
#include "flow/stream_order.hpp"

namespace breakwatch {

// The search for names in both directions of a TCP connection; exists while it goes on.
struct TcpSearch {
    struct Side {
        StreamOrder order;
        NameHunt hunt;
        bool pushed = false;            // the last segment had PSH: its sender had no more to say then
        std::vector<std::uint8_t> dns;  // RFC 1035 section 4.2.2: length-prefixed messages, begun
    };
    std::array<Side, 2> sides;  // by Direction
    std::size_t held = 0;       // octets that wait in both
};

struct FlowEntry : Flow {
    std::uint32_t index = 0;   // of this entry in the table
    std::uint32_t hash = 0;
    std::uint32_t older = 0;   // neighbours in the age list
    std::uint32_t newer = 0;
    bool opened = false;       // the SYN was seen: the originator is certain
    bool settled = false;      // no more names are looked for
    bool named_by_dns = false;
    std::uint8_t nameless_datagrams = 0;
    std::array<std::uint32_t, 2> syn_sequence{};
    Timestamp syn_at;
    std::string last_name;     // as told last, with its origin in front
    std::unique_ptr<TcpSearch> tcp;
    std::unique_ptr<QuicHunt> quic;
};

}  // namespace breakwatch
