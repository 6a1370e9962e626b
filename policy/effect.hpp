// Everything the policy can ask for.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/event_catalogue.hpp"
#include "policy/incident/incident.hpp"
#include "policy/mention/mention_answer.hpp"

namespace breakwatch {

// Incident (revision 1) or a later revision of it: store, and owe every sink an alert.
struct RecordIncident {
    Incident incident;
    StaffId staff;  // for the sealed identity store, nowhere else
};

// A word about breakwatch itself for the SIEM.
struct ReportHealth {
    std::string_view code;  // of policy/event_catalogue.hpp
    Severity severity = Severity::warning;
    std::string subject;  // feed or part concerned: "calls:acd"
    std::string text;
    Timestamp at;
    std::vector<std::pair<std::string, std::string>> fields{};  // more for machines; names as RFC 5424 has them
};

// What is known of a mention by now: store, and owe every sink an alert without the people in it.
struct RecordMention {
    MentionAnswer answer;
};

// What an incident is told as.
inline const EventKind& event_of(const Incident& incident, bool told_before)
{
    if (incident.held) return event::kHeld;
    if (incident.state == IncidentState::closed && incident.finding_count == 0) return event::kWithdrawn;
    return told_before ? event::kRevision : event::kIncident;
}

using Effect = std::variant<RecordIncident, ReportHealth, RecordMention>;

}  // namespace breakwatch
