// What the SIEM hears of the daemon's own beginning and end.
#pragma once

#include <optional>
#include <string>

#include "policy/effect.hpp"

namespace breakwatch {

// `unfinished`: when the run before began, if it never ended properly.
ReportHealth run_started(const std::string& config_digest, std::optional<Timestamp> unfinished, Timestamp now);
// `why` in words: "SIGTERM".
ReportHealth run_stopping(const std::string& why, Timestamp now);

}  // namespace breakwatch
