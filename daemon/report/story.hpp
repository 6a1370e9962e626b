// An incident told in the order of time, in words an auditor understands. Pure; the page and the
// terminal show the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/incident/incident.hpp"
#include "policy/text.hpp"
#include "store/site_facts.hpp"

namespace breakwatch {

struct Moment {
    enum class Kind : std::uint8_t { duty, call, pause, device, browsing, post, window, alert };
    Timestamp at;
    Kind kind = Kind::duty;
    std::string text;
};
const char* name(Moment::Kind kind);

// By time. `rule`: none if the rules in force know it no more; then its window is left out.
std::vector<Moment> moments_of(const Incident& incident, const RuleFacts* rule);

// "Post-like activity on x, 4 min 11 s after a customer call ended"
std::string headline(const Incident& incident);
bool withdrawn(const Incident& incident);
// A finding that came while the call was in progress.
bool during_call(const Incident& incident);
// When the rule's window closes; none without a rule, a call, or its end.
std::optional<Timestamp> window_end(const Incident& incident, const RuleFacts* rule);
// The next state that has a due time, and when; none when closed or held, or nothing is due.
struct NextDue {
    IncidentState state;
    Timestamp at;
};
std::optional<NextDue> next_due(const Incident& incident, const DueTimes& due);
// "triaged is due by 2026-11-23 21:00:13 UTC", "triaged was due 2026-11-23 21:00:13 UTC, 3 h 2 min ago"
std::string in_words(const NextDue& due, Timestamp now);

// All bytes of the volume slices that ended by `until`: of the incident's platform, and of all others.
struct VolumeSum {
    std::uint64_t platform_up = 0;
    std::uint64_t platform_down = 0;
    std::uint64_t other_up = 0;
    std::uint64_t other_down = 0;
};
VolumeSum volume_before(const Incident& incident, Timestamp until);

std::string in_words(FindingKind kind);     // "text post"
std::string in_words(IncidentState state);  // "principal notified"
std::string in_words(NameOrigin origin);
std::optional<IncidentState> parse_state(std::string_view name);  // "principal_notified"
std::string in_words(std::uint64_t octets);                       // "3.4 kB"
std::string percent(double share);                                // "99 %"; never rounds up to 100 or down to 0
// A confidence of one of its findings, or of all: a percentage only where this site has measured what it is worth.
std::string sureness(const Incident& incident, double confidence);

}  // namespace breakwatch
