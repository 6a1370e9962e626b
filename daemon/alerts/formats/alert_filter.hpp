// Which alerts a destination is told, and how severe it is told that they are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "store/alert.hpp"

namespace breakwatch {

Severity severity_told(const Alert& alert, const std::map<std::string, int>& severities);
// A heartbeat always passes: its absence is an alarm.
bool passes(const Alert& alert, const SyslogConfig& sink);

// What was kept back on purpose is no gap to the receiver: the alert after it names the one before it.
class KeptBack {
  public:
    // One that is kept back once more, since what was before it is sent again, counts once.
    void keep(const Alert& alert);
    // What an earlier run kept back, and told: none of it counts.
    void recall(const std::vector<Alert>& alerts, const SyslogConfig& sink);
    // As it is told; the same each time, should it have to be sent again.
    Alert told(Alert alert) const;
    std::uint64_t count() const { return count_; }

  private:
    void note(const Alert& alert);

    // Of alerts kept back one after the other: the last one's number, and that of the alert before the first. The
    // latest runs: older ones are not sent again.
    std::map<std::uint64_t, std::uint64_t> runs_;
    std::uint64_t count_ = 0;
    std::uint64_t last_ = 0;  // the highest number of those that were counted
};

}  // namespace breakwatch
