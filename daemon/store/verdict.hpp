// What people found an incident to be, and how often a rule was right by that. No person is in any of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/proportion.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// Actions of the audit trail that may say something of a verdict.
inline constexpr const char* kStateAction = "state:";  // and the state's name
inline constexpr const char* kVerdictAction = "verdict";
// The verdict in such an entry where it takes the one before back.
inline constexpr std::string_view kNoVerdict = "none";

enum class Verdict : std::uint8_t { unknown, confirmed, false_alarm };
std::string_view name(Verdict verdict);  // "unknown", "true", "false"
// Also "undecided" and "false-alarm", as earlier versions called them.
std::optional<Verdict> parse_verdict(std::string_view name);

// The one in force of an incident.
struct GivenVerdict {
    Verdict verdict = Verdict::unknown;
    std::string reference;  // of a ticket; "" none
    std::string who;        // operating-system user
    Timestamp at;
};

// "true, by alice on 2026-11-24 09:14 UTC, ticket HR-311"
std::string in_words(const GivenVerdict& given);

// What somebody says of it; without a verdict: takes back the one before, as reopening does.
struct VerdictChange {
    std::optional<Verdict> verdict;
    std::string reference;
    std::string who;
    Timestamp at;
    bool operator==(const VerdictChange&) const = default;
};

struct VerdictCounts {
    std::uint64_t confirmed = 0;
    std::uint64_t false_alarms = 0;
    std::uint64_t unknown = 0;

    void add(Verdict verdict, std::uint64_t count);
    std::uint64_t judged() const { return confirmed + false_alarms; }
    // Of the judged ones, those that were right; what stayed unknown speaks neither for nor against the rule. None:
    // nothing was judged.
    std::optional<double> precision() const;
    Interval interval() const { return exact_interval(confirmed, judged()); }
};

// "3 found true, 1 false, 2 unknown: 75 % right, 95 % interval 19 to 99 %"
std::string in_words(const VerdictCounts& counts);

struct RuleVerdicts {
    std::string rule;
    VerdictCounts all;
    std::map<std::string, VerdictCounts> platforms;  // "" of incidents without one
};

// A ticket's reference of letters, digits and . _ / # : -, with a digit in it, of at most 40 octets. Nothing else: a
// note would be words about people outside the sealed store, and told to every sink.
bool is_ticket_reference(std::string_view text);

}  // namespace breakwatch
