// The conditions under which a finding becomes an incident: data, shipped in policy/rules.yaml,
// replaced by the site's own file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/activity/finding.hpp"
#include "policy/duty/channel.hpp"

namespace breakwatch {

// RFC 5424 section 6.2.1.
enum class Severity : std::uint8_t { critical = 2, error = 3, warning = 4, notice = 5, informational = 6 };
std::string_view name(Severity severity);

struct Rule {
    enum class Kind : std::uint8_t { post_after_call, device_in_zone, mention_after_call };

    std::string id;  // "post-after-call"
    Kind kind = Kind::post_after_call;
    std::string description;
    Duration within = std::chrono::minutes{15};  // after the call's end
    bool during_call = true;                     // a finding while a call is in progress counts too
    std::vector<Channel> channels;               // of the handled contact; empty: any
    bool on_shift = true;                        // false: duty is not asked
    std::vector<std::string> zones;              // empty: any
    std::vector<std::string> platforms;          // empty: all
    std::vector<FindingKind> kinds;              // empty: media_post, text_post, story
    Tier least_tier = Tier::b;                   // b: both tiers
    double least_confidence = 0.6;               // of the incident; the loader: the detector's alert threshold
    // Of each finding: one between the two makes no incident by itself, but counts together with others
    // of the same person, platform and call.
    double weak_confidence = 0.3;  // the loader: half of least_confidence
    // Of mention_after_call (policy/mention/odds.hpp).
    double stand_out = 10;   // so many to one: one person against all others, and against nobody here
    double seen_here = 0.5;  // the share of such posts that go over the watched network at all
    Severity severity = Severity::warning;

    bool operator==(const Rule&) const = default;
};

using Rules = std::vector<Rule>;

// What of a rule about posts can be told from the finding alone: kind, platform, tier. A private surface counts
// only where the rule names the platform.
bool concerns(const Rule& rule, const Finding& finding, Surface surface);
bool concerns_zone(const Rule& rule, std::string_view zone);

}  // namespace breakwatch
