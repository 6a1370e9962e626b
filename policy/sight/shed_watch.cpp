#include "policy/sight/shed_watch.hpp"

#include <utility>

namespace breakwatch {

std::optional<Sight> ShedWatch::look(Timestamp at, const ShedSums& sums)
{
    const auto earlier = std::exchange(sums_, sums);
    if (sums != earlier) {
        if (!began_) {
            began_ = at;
            before_ = earlier;
        }
        latest_ = at;
    }
    if (!began_) return std::nullopt;
    Sight sight{.spot = BlindSpot::shed, .blind = true, .what = in_words(sums), .change = {}, .subject = {}};
    sight.change =
        "raise capture.rings where there are processors to spare, or capture.ring_mib for a burst, or narrow "
        "capture.filter to the break area";
    if (at - latest_ < kOver) return sight;
    sight.blind = false;
    began_.reset();
    return sight;
}

std::string ShedWatch::in_words(const ShedSums& sums) const
{
    return "more packets came than could be read; left out from " + to_clock(*began_) + "Z to " + to_clock(latest_) +
           "Z: " + std::to_string(sums.strangers - before_.strangers) + " packets of devices that are nobody's, " +
           std::to_string(sums.volumes - before_.volumes) + " from servers that are no platform's, and " +
           std::to_string(sums.hellos - before_.hellos) + " hellos to such servers";
}

}  // namespace breakwatch
