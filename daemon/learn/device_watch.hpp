// One device's exchanges as they happen, by the same sensor as in the field. The kernel hands over no other device's
// frames. One thread; what it holds is bounded, and gone with it.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "capture/live_capture.hpp"
#include "capture/sensor.hpp"

namespace breakwatch {

// A filter for frames from and to the device, within what `site_filter` lets through.
std::string filter_for(const MacAddress& device, const std::string& site_filter);

class DeviceWatch {
  public:
    static constexpr std::size_t kMostExchanges = 100'000;

    // `settings.filter` is the site's. The error says what to do, as LiveCapture's does. `catalog` outlives this.
    static std::expected<std::unique_ptr<DeviceWatch>, std::string> open(LiveSettings settings,
                                                                         const MacAddress& device,
                                                                         const PlatformCatalog& catalog);
    DeviceWatch(std::unique_ptr<PacketSource> source, const MacAddress& device, const PlatformCatalog& catalog,
                std::size_t most_exchanges = kMostExchanges);

    // Takes in what has come, waiting a quarter of a second at most. The error ends it: the interface has gone.
    [[nodiscard]] std::expected<void, std::string> take(Timestamp now);
    // Once, at the end: all of them, in the order in which they were told.
    std::vector<Exchange> finish();

    std::uint64_t packets() const { return packets_; }
    std::size_t exchanges() const { return exchanges_.size(); }
    std::uint64_t refused() const { return refused_; }  // beyond the most
    std::uint64_t lost() const;                         // packets, by kernel and interface

  private:
    void keep(Observation&& observation);

    std::unique_ptr<PacketSource> source_;
    std::size_t most_;
    std::vector<Exchange> exchanges_;
    std::uint64_t packets_ = 0;
    std::uint64_t refused_ = 0;
    Sensor sensor_;
    Dissector dissector_;
};

}  // namespace breakwatch
