// The figures of a detector on labelled sessions, as a table of words and numbers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "learn/evaluation.hpp"

namespace breakwatch {

// One session with what was found in it.
struct Judged {
    const LabSession* session = nullptr;
    std::vector<JudgedFinding> judgements;
};
using JudgedSessions = std::vector<Judged>;

struct PrecisionRecall {
    double threshold = 0;
    double precision = 0;
    double recall = 0;
};

Tally tally(const JudgedSessions& sessions, double threshold);
Validation validation_of(const JudgedSessions& sessions, double threshold);
std::vector<PrecisionRecall> curve(const JudgedSessions& sessions);
// By action (recall only means something there), platform, transport or client.
enum class Grouping : std::uint8_t { action, platform, transport, client };
std::map<std::string, Tally> tally_by(const JudgedSessions& sessions, Grouping grouping, double threshold);
void print_report(const char* title, const JudgedSessions& sessions, const Thresholds& thresholds);

}  // namespace breakwatch
