// When more packets come than there is time for, what was left out and for how long: an episode begins with the first
// packet that goes unread and is over when none has for a minute, so that what is concluded of its time can say so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "policy/sight/mirror_assessment.hpp"

namespace breakwatch {

// Sums since the start, by what it was.
struct ShedSums {
    std::uint64_t strangers = 0;  // packets of nobody's devices
    std::uint64_t volumes = 0;    // packets of servers that are no platform's
    std::uint64_t hellos = 0;     // to such servers, by their names in DNS

    bool operator==(const ShedSums&) const = default;
};

class ShedWatch {
  public:
    static constexpr Duration kOver = std::chrono::minutes{1};

    // Nothing: no packet has gone unread for long.
    std::optional<Sight> look(Timestamp at, const ShedSums& sums);

  private:
    std::string in_words(const ShedSums& sums) const;

    ShedSums sums_;
    ShedSums before_;  // the episode
    std::optional<Timestamp> began_;
    Timestamp latest_;
};

}  // namespace breakwatch
