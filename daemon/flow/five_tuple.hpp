// Who talks to whom. FiveTuple knows who started; FlowKey is the same for both directions.
#pragma once

#include <cstdint>

#include "policy/types.hpp"

namespace breakwatch {

enum class Protocol : std::uint8_t { tcp = 6, udp = 17 };  // IANA protocol numbers

struct Endpoint {
    IpAddress ip;
    std::uint16_t port = 0;
    auto operator<=>(const Endpoint&) const = default;
};

struct FiveTuple {
    Endpoint originator;
    Endpoint responder;
    Protocol protocol = Protocol::tcp;
    auto operator<=>(const FiveTuple&) const = default;
};

// Direction of a packet within its flow.
enum class Direction : std::uint8_t { from_originator, from_responder };

}  // namespace breakwatch
