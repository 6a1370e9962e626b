// What the engine says about breakwatch itself: feeds that are down, input that was refused, clocks
// that are wrong. Each is told once, and its end too; repeats are counted, never silent.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/effect.hpp"
#include "policy/observation.hpp"

namespace breakwatch {

class Health {
  public:
    // A feed whose clock is off.
    struct Clock {
        std::string feed;
        Duration ahead{0};  // negative: behind
        Duration corrected{0};
    };
    struct Down {
        std::string feed;
        Timestamp since;
    };
    // Further refusals of a feed are told together, after so long.
    static constexpr Duration kRefusalWindow = std::chrono::minutes{10};
    // Names are the operator's own; more than this are not told apart.
    static constexpr std::size_t kFeeds = 1'000;

    std::vector<ReportHealth> observe(const FeedState& state);
    std::vector<ReportHealth> observe(const InputRefused& refused);
    std::vector<ReportHealth> observe(const FeedClock& clock);
    std::vector<ReportHealth> observe(const SightState& state);
    // Signs of spoofing: each kind once, its repeats together. No device and no person is told.
    std::vector<ReportHealth> observe(const Suspicion& suspicion);
    // Event time moved on: refusals whose window is over.
    std::vector<ReportHealth> advance(Timestamp now);
    // End of input: all that is still counted.
    std::vector<ReportHealth> finish();

    std::vector<Down> down() const;
    // As last told; those that differ by a second or more.
    std::vector<Clock> clocks() const;
    // What cannot be seen, in words.
    std::vector<std::string> blind() const;

  private:
    struct Refusals {
        Timestamp told;
        Timestamp latest;
        std::uint64_t since = 0;  // refused and not told yet
        std::string where;
        std::string what;
    };

    struct Signs {
        Timestamp told;
        Timestamp latest;
        std::uint64_t since = 0;  // seen and not told yet
    };

    ReportHealth tell_together(const std::pair<std::string, bool>& of, Refusals& refusals);
    ReportHealth tell_together(Suspicion::Kind kind, Signs& signs);

    std::map<std::string, Timestamp> down_;
    std::map<std::pair<std::string, bool>, Refusals> refusals_;  // by feed, and whether it was taken all the same
    std::map<Suspicion::Kind, Signs> signs_;
    std::map<std::string, FeedClock> clocks_;
    std::map<std::pair<std::string, std::string>, SightState> blind_;  // by subject and spot
};

}  // namespace breakwatch
