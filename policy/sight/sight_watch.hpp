// What breakwatch cannot see at the moment, as time goes by: looks at the sums every few seconds, judges the last two
// minutes, and says of each blind spot once that it is there and once that it is over. Owned by the main loop or a
// replay; event time only.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "policy/observation.hpp"
#include "policy/sight/mirror_assessment.hpp"
#include "policy/sight/shed_watch.hpp"
#include "policy/sight/silence_watch.hpp"

namespace breakwatch {

// Of a feed's names: all the enrolled people's, of others, and whether it can be said of people that it lacks them.
struct NamesSeen {
    std::string feed;  // "calls:acd", "people"
    std::uint64_t mapped = 0;
    std::uint64_t unmapped = 0;
    std::size_t people = 0;      // enrolled; rosters only
    std::size_t unrostered = 0;  // of those, without any row
};

// The sums as they are now, since the start.
struct SightSample {
    Timestamp at;
    bool open = true;          // the capture is
    std::optional<bool> link;  // whether the interface has a carrier; nothing: not known
    WireCounters wire;
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;
    std::uint64_t facts = 0;
    std::uint64_t radius_facts = 0;
    std::vector<NamesSeen> names;
};

class SightWatch {
  public:
    static constexpr Duration kWindow = std::chrono::minutes{2};
    static constexpr Duration kBetween = std::chrono::seconds{10};  // samples that are kept

    // `live`: silence is looked for, too; a capture file has none but its own.
    SightWatch(SightExpectation expectation, bool live) : expectation_(std::move(expectation)), live_(live) {}

    void expect(SightExpectation expectation) { expectation_ = std::move(expectation); }
    // What began or ended.
    std::vector<SightState> look(const SightSample& sample);
    // The same of what `interface` left out, which may be asked more often.
    std::vector<SightState> look(Timestamp at, const std::string& interface, const ShedSums& shed);
    // What is the matter now, for people.
    std::vector<std::string> present() const;

  private:
    struct Place {
        BlindSpot spot;
        std::string subject;
        auto operator<=>(const Place&) const = default;
    };
    void take(const Sight& sight, Timestamp at, std::vector<SightState>& told);
    std::vector<Sight> judge(const SightSample& sample) const;
    std::vector<BlindSpot> spots() const;

    SightExpectation expectation_;
    bool live_;
    SilenceWatch silence_;
    ShedWatch shed_;
    std::optional<SightSample> first_;
    std::deque<SightSample> samples_;
    std::map<Place, Sight> present_;
};

// What can be said of the names at once. `by_call_system`: rosters do not matter.
std::vector<Sight> assess_names(const std::vector<NamesSeen>& names);

}  // namespace breakwatch
