// Counts what the mirror shows, packet by packet, for policy/sight to judge: sums and a small table of recent
// fingerprints, nothing that is kept of a device. One thread; nothing is allocated.
#pragma once

#include <array>
#include <cstdint>

#include "decode/counters.hpp"
#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "flow/frame_context.hpp"
#include "flow/packet.hpp"
#include "flow/steering.hpp"

namespace breakwatch {

class WireMeter {
  public:
    explicit WireMeter(WireCounters& wire) : wire_(wire) {}

    void packet(const Packet& packet);
    // The outermost frame.
    void frame(const LinkFrame& frame);
    void unread_frame(std::uint16_t ether_type);
    void tunnel() { ++wire_.tunnelled; }
    // TCP or UDP with its header in `packet.payload`.
    void transport(const IpPacket& packet, Timestamp at);
    // An IP payload, and a UDP payload, that no tunnel was opened in.
    void not_opened(std::uint8_t protocol);
    void not_opened(std::uint16_t source, std::uint16_t destination);

  private:
    // When a fingerprint was seen last.
    struct Recent {
        std::uint32_t fingerprint = 0;
        std::uint32_t milliseconds = 0;
    };
    void sealed(std::uint8_t protocol, std::uint16_t port);
    void compare(const IpPacket& packet, Timestamp at);

    WireCounters& wire_;
    // Apart by lane, so that the same is found in it whoever reads the others.
    static constexpr std::size_t kRecentOfLane = 64;
    std::array<std::array<Recent, kRecentOfLane>, kLanes> recent_{};
    // The most frequent kind, by majority vote: a candidate and its lead.
    std::uint64_t unread_lead_ = 0;
    std::uint64_t sealed_lead_ = 0;
};

}  // namespace breakwatch
