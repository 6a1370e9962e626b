// One message owed to the sinks, neutral of any SIEM format: the store keeps it, a sink words it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "policy/incident/rules.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct Alert {
    std::uint64_t sequence = 0;  // over all alerts of this store, 1.., no gaps
    std::uint64_t previous = 0;  // the alert before it, 0 for the first
    std::string code;            // event catalogue: "BW-1001" incident, "BW-1002" its update, "BW-3001" ...
    std::string message_id;      // RFC 5424 MSGID: "POSTLIKE", "HEALTH"
    Severity severity = Severity::warning;
    Timestamp at;  // event time
    // Structured data in order, names as RFC 5424 PARAM-NAMEs: {"id","bw-..."},{"subj","p-..."},...
    std::vector<std::pair<std::string, std::string>> fields;
    std::string text;        // for people
    std::string epoch = {};  // what `sequence` is unique within (epoch.hpp); "" none
};

// Sequence numbers that follow each other.
struct SequenceRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;  // with it

    std::size_t count() const { return static_cast<std::size_t>(last - first + 1); }
    bool operator==(const SequenceRange&) const = default;
};

}  // namespace breakwatch
