// The conclusion: one incident per person, platform and call. Complete in itself, so that its story
// can be told after every other state is gone. Holds no staff id: `subject` is a pseudonym.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "policy/activity/finding.hpp"
#include "policy/identity/binding.hpp"
#include "policy/incident/rules.hpp"

namespace breakwatch {

enum class IncidentState : std::uint8_t { detected, triaged, principal_notified, answered, closed };
std::string_view name(IncidentState state);

// Bytes of one device in one slice of time, for the story's timeline. `platform` "" = all others.
struct VolumeSlice {
    Timestamp from;
    Duration length{0};
    std::string platform;
    std::uint64_t up = 0;
    std::uint64_t down = 0;
};

struct IncidentCall {
    std::string source;
    std::string id;
    std::string queue;
    std::optional<Timestamp> answered;
    std::optional<Timestamp> ended;
    std::string ended_by;
    Channel channel = Channel::voice;
    std::optional<Duration> hold = {};
    std::optional<Duration> wrap_up = {};  // after the end, once it is known
};

struct IncidentDuty {
    std::optional<Timestamp> shift_start;
    std::optional<Timestamp> shift_end;  // none: still logged in, as far as known
    std::optional<Timestamp> pause_start;
    std::optional<Timestamp> pause_end;
    std::string site;
    bool from_call_system = false;  // login to logout instead of a planned shift
    std::string conflict = {};      // in words, where roster and call system disagree
};

struct IncidentBinding {
    Grade grade = Grade::weak;
    std::string zone;
    Timestamp from;
    std::optional<Timestamp> to;
    std::string reason;
    std::vector<std::string> doubts = {};  // what spoke against it: told as gaps
};

// How much of the device's traffic around the finding could be named.
struct Coverage {
    std::uint64_t named = 0;      // bytes of flows with a server name of their own
    std::uint64_t by_dns = 0;     // named only by the client's DNS answers
    std::uint64_t encrypted = 0;  // hello encrypted (ECH)
    std::uint64_t unnamed = 0;
    // What RADIUS accounting counted of the device about that time, and what was seen between the
    // same two reports. Zero: accounting tells nothing.
    std::uint64_t network = 0;
    std::uint64_t seen = 0;
    std::uint64_t total() const { return named + by_dns + encrypted + unnamed; }
    // The network says clearly more bytes than were seen: part of the traffic went past the capture.
    // Counters differ by headers and by what was in flight, hence the margin.
    bool falls_short() const { return network > seen + seen / 2 + 65'536; }
    double share() const
    {
        const auto all = total();
        return all == 0 ? 0.0 : static_cast<double>(named + by_dns) / static_cast<double>(all);
    }
};

// What an incident is about: its findings are those of one occasion.
struct Occasion {
    enum class Kind : std::uint8_t {
        call,   // a handled contact
        shift,  // of the roster, spent in a zone
        day     // UTC, spent in a zone where no planned shift is known
    };
    Kind kind = Kind::call;
    std::string source = {};  // the call's feed; the zone's name
    std::string id = {};      // the call's id; the shift's start; the day's
    auto operator<=>(const Occasion&) const = default;
};
std::string_view name(Occasion::Kind kind);

struct Incident {
    std::string id;  // "bw-9f31c2d4e5a60718": keyed, stable over replays and restarts
    std::string rule;
    Severity severity = Severity::warning;
    // `closed` with a finding count of zero: withdrawn, facts that came later told another story.
    IncidentState state = IncidentState::detected;
    Pseudonym subject;
    std::string platform;
    std::uint32_t revision = 1;       // 1 when opened, one more with each update
    Timestamp raised_at;              // event time at which the engine concluded (this revision)
    std::vector<Finding> findings;    // device addresses blanked; at most kIncidentFindings kept
    std::uint32_t finding_count = 0;  // all of them, kept or not
    double confidence = 0;
    Tier tier = Tier::b;
    Occasion occasion;
    std::optional<Timestamp> seen = {};  // of a device in a zone: the first moment
    IncidentCall call;
    // Call's end to first finding. Negative: during the call; the time still to its end, or, while
    // that is unknown, the time since its answer.
    Duration after_call{0};
    IncidentDuty duty;
    IncidentBinding binding;
    std::vector<VolumeSlice> volume;
    Coverage coverage;
    std::vector<std::string> reasons;   // what made it, in words
    std::vector<std::string> gaps;      // what could not be seen, in words
    bool held = false;                  // not sure enough to be alerted (incident/alert_mode.hpp)
    bool measured = true;               // false: what a confidence on this platform is worth here is not known
    std::optional<unsigned> rank = {};  // of 100 that were like it here, so many were less post-like
};

inline constexpr std::size_t kIncidentFindings = 32;

// What makes two findings parts of one incident.
struct IncidentKey {
    StaffId staff;
    std::string rule;
    std::string platform;  // "" for a device in a zone
    Occasion occasion = {};
    auto operator<=>(const IncidentKey&) const = default;
};

// "bw-" and 64 bits in hex. As keyed as the pseudonym is; the staff id plays no part.
std::string incident_id(const Pseudonym& subject, const IncidentKey& key);

// Whether two revisions tell a receiver the same. Volume, coverage and gaps come along with a
// revision but are no reason for one.
bool same_conclusion(const Incident& a, const Incident& b);

// The order of findings in an incident: one for every set of them, whatever their order of arrival. Confidence as a
// float: what was written as text and read again may differ in its last bit.
std::tuple<Timestamp, std::string_view, FindingKind, std::uint64_t, std::uint64_t, float> story_order(
    const Finding& finding);

}  // namespace breakwatch
