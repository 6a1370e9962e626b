// One device's exchanges on a time line, as SVG: what was sent and received, how much each looked like a post, and what
// was found. For tuning: it shows a device's address and which platforms it talked to, and is kept nowhere by us.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/activity/exchange.hpp"
#include "policy/activity/finding.hpp"

namespace breakwatch {

class ExchangePlot {
  public:
    // More are said to be left out, not drawn.
    static constexpr std::size_t kDevices = 24;

    // `catalog` outlives the plot. Findings from `threshold` on are drawn as alerts.
    ExchangePlot(const PlatformCatalog& catalog, double threshold) : catalog_(catalog), threshold_(threshold) {}

    void add(const Exchange& exchange);
    void add_judged(const Exchange& exchange, double confidence, bool cannot_tell);
    void add(const Finding& finding);
    std::string svg() const;

  private:
    struct Bar {
        Timestamp at;
        Timestamp until;
        std::uint16_t platform = 0;
        std::uint64_t up = 0;
        std::uint64_t down = 0;
    };
    struct Dot {
        Timestamp at;
        double confidence = 0;
        bool cannot_tell = false;
    };
    struct Lane {
        std::string device;
        std::vector<Bar> bars;
        std::vector<Dot> dots;
        std::vector<Finding> findings;
    };

    Lane* lane_of(const Device& device);
    std::string draw(const Lane& lane, double top, Timestamp from, double px_per_ns) const;
    std::string legend(double top) const;

    const PlatformCatalog& catalog_;
    double threshold_;
    std::vector<Lane> lanes_;
    bool left_out_ = false;
};

}  // namespace breakwatch
