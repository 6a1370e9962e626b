// Packets of an Ethernet interface out of a ring of blocks that the kernel shares with us (packet(7), TPACKET_V3),
// lent where the kernel put them, many at a time. Opening needs CAP_NET_RAW; reading does not.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "capture/live_capture.hpp"
#include "capture/packet_source.hpp"
#include "flow/steering.hpp"

namespace breakwatch {

class PacketRing final : public PacketSource {
  public:
    // One of `shard.count` rings of the interface, with its part of the settings' octets and of the packets
    // (capture/kernel_filter.hpp). The error says what to do, as LiveCapture's does, or why it takes libpcap here.
    static std::expected<std::unique_ptr<PacketRing>, std::string> open(const LiveSettings& settings, Shard shard);
    ~PacketRing() override;

    std::expected<State, std::string> next_batch(std::size_t limit, const Handler& handler) override;
    SourceCounters counters() const override;
    Pressure pressure() const override;

  private:
    struct Impl;
    explicit PacketRing(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The interface's packets, by a ring where that can be had and else by libpcap, which only one reads. `note`: what is
// otherwise than the best.
struct OpenedCapture {
    std::unique_ptr<PacketSource> source;
    std::string note;
};
std::expected<OpenedCapture, std::string> open_live(const LiveSettings& settings, Shard shard = {});

}  // namespace breakwatch
