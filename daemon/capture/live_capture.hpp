// Packets from an interface, by libpcap. Opening needs CAP_NET_RAW; reading does not.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "capture/packet_source.hpp"

namespace breakwatch {

struct LiveSettings {
    std::string interface;
    int snaplen = 1600;  // octets
    int ring_mib = 64;
    bool promiscuous = true;
    std::string filter;  // pcap-filter(7); empty: everything
};

inline constexpr std::string_view kPermissionWords =
    "no permission to capture; run by the service unit, as root, or with CAP_NET_RAW";
inline constexpr std::string_view kDownWords = "the interface is down; set it up first";

class LiveCapture final : public PacketSource {
  public:
    // The error says what to do: no permission, no such interface, interface down, filter with its fault.
    static std::expected<std::unique_ptr<LiveCapture>, std::string> open(const LiveSettings& settings);
    ~LiveCapture() override;

    std::expected<State, std::string> next_batch(std::size_t limit, const Handler& handler) override;
    SourceCounters counters() const override;

  private:
    struct Impl;
    explicit LiveCapture(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
