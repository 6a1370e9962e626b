#include "capture/statement_order.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace breakwatch {

namespace {

// The parts of the slices that ended at one moment.
class Volumes {
  public:
    void add(VolumeSaid&& part)
    {
        const auto [found, fresh] = sums_.try_emplace({part.volume.from, part.volume.device, part.platform}, part);
        if (fresh) return;
        auto& sum = found->second;
        if (part.since < sum.since) {
            sum.since = part.since;
            sum.volume.device = part.volume.device;
        }
        sum.volume.up += part.volume.up;
        sum.volume.down += part.volume.down;
        sum.volume.named += part.volume.named;
        sum.volume.by_dns += part.volume.by_dns;
        sum.volume.encrypted += part.volume.encrypted;
        sum.volume.unnamed += part.volume.unnamed;
    }
    void tell(StatementSink& sink)
    {
        for (auto& [key, sum] : sums_) sink.take(std::move(sum), 0);
        sums_.clear();
    }

  private:
    std::map<std::tuple<Timestamp, Device, std::int32_t>, VolumeSaid> sums_;
};

}  // namespace

void tell_in_order(std::span<std::vector<StatementRecord::Said>> records, StatementSink& sink)
{
    std::vector<StatementRecord::Said*> all;
    for (auto& record : records) {
        for (auto& said : record) all.push_back(&said);
    }
    const auto key = [](const StatementRecord::Said* said) {
        return std::tuple{said->packet, said->phase, said->order};
    };
    std::ranges::stable_sort(all, {}, key);
    constexpr auto kLast = std::numeric_limits<std::uint64_t>::max();
    Volumes volumes;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (auto* part = std::get_if<VolumeSaid>(&all[i]->statement)) {
            volumes.add(std::move(*part));
        } else {
            sink.take(std::move(all[i]->statement), all[i]->order);
        }
        // Slices end last of all that a moment ends.
        if (i + 1 == all.size() || key(all[i + 1]) > std::tuple{all[i]->packet, Phase::time_passed, kLast})
            volumes.tell(sink);
    }
    for (auto& record : records) record.clear();
}

}  // namespace breakwatch
