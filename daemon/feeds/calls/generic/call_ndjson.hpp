// The generic call feed: one JSON object a line.
//   {"v":1,"src":"acd","id":"7f1c-1077","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02.675Z",
//    "queue":"billing","talk_s":311,"end":"caller","seq":90227}
// Strict: a key that is not known is refused by name, never by value, so that no customer data slips in.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

// The error is in words: which key, what was expected.
std::expected<CallStatements, std::string> read_generic_call(std::string_view line);

}  // namespace breakwatch
