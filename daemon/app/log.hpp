// The service's own log: standard error, one line an event, "identifier key=value ...".
// error: a person must act; warning: something was lost and counted. No addresses, no people.
#pragma once

#include <string>

#include <spdlog/spdlog.h>

namespace breakwatch {

// `level`: trace, debug, info, warning, error. False: no such level.
bool set_up_log(const std::string& level);
// A line about what a person must mend before the start: on standard error as it is, an error to the journal.
void say_refusal(const std::string& line);

}  // namespace breakwatch
