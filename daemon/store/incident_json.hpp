// An incident as JSON, complete: what is written can be read back equal. The form the operator's
// tool, replays and the store share; docs: breakwatch(1).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "policy/incident/incident.hpp"

namespace breakwatch {

// One line, without a newline. Times are RFC 3339 with nine digits, durations seconds.
std::string to_json(const Incident& incident);
// "2026-11-23T09:14:05.120000000Z": read back to the nanosecond.
std::string exact_rfc3339(Timestamp time);
// The error says which field is missing or wrong.
std::expected<Incident, std::string> incident_from_json(std::string_view text);

}  // namespace breakwatch
