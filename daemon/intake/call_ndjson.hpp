// The generic call feed: one JSON object a line.
//   {"v":1,"src":"acd","id":"7f1c-1077","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02.675Z",
//    "queue":"billing","talk_s":311,"end":"caller","seq":90227}
// Strict: a key that is not known is refused by name, never by value, so that no customer data slips in.
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "policy/duty/call_timeline.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

inline constexpr std::size_t kLongestCallLine = 64UL * 1024;

// An event, or nothing: it concerns an agent who is not enrolled, and leaves no state. The error is in
// words: which key, what was expected.
std::expected<std::optional<CallEvent>, std::string> parse_call_event(std::string_view line, const std::string& feed,
                                                                      const Enrolment& enrolment);

}  // namespace breakwatch
