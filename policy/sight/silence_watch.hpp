// Whether the silence on a mirror is the mirror's or the night's. No packet since the beginning is the mirror's; so is
// a cable without a carrier. After that a place is measured by its own silences: where ten times the longest was never
// reached, traffic does not end by itself.
#pragma once

#include <cstdint>
#include <optional>

#include "policy/sight/mirror_assessment.hpp"

namespace breakwatch {

class SilenceWatch {
  public:
    // A link with a switch on it has a broadcast now and then: two minutes without any are long.
    static constexpr Duration kNever = std::chrono::minutes{2};
    static constexpr Duration kLinkGone = std::chrono::seconds{30};
    static constexpr int kLonger = 10;
    static constexpr Duration kLongest = std::chrono::hours{12};
    static constexpr Duration kKnown = std::chrono::minutes{10};  // watched for so long, a place's silences are known

    // Nothing: cannot be said yet, or is as before.
    std::optional<Sight> look(Timestamp at, std::uint64_t packets, std::optional<bool> link);
    // The capture was opened anew.
    void begin_anew() { *this = {}; }

  private:
    std::optional<Sight> judge(Timestamp at) const;
    Duration bearable() const;

    std::optional<Timestamp> began_;
    std::optional<Timestamp> first_;  // packet
    Timestamp latest_;                // packet, or the beginning
    std::uint64_t packets_ = 0;
    Duration longest_{0};  // silence between two packets
    std::optional<Timestamp> link_lost_;
};

}  // namespace breakwatch
