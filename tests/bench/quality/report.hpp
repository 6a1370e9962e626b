// The figures of a detector on labelled sessions, as a table of words and numbers.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "learn/evaluation.hpp"

namespace breakwatch {

// One session with what was found in it.
struct Judged {
    const LabSession* session = nullptr;
    std::vector<Judgement> judgements;
};
using JudgedSessions = std::vector<Judged>;

struct ReliabilityBin {
    double from = 0;
    double to = 0;
    std::size_t findings = 0;
    std::size_t right = 0;
    double mean_confidence = 0;
};

struct PrecisionRecall {
    double threshold = 0;
    double precision = 0;
    double recall = 0;
};

Tally tally(const JudgedSessions& sessions, double threshold);
std::vector<ReliabilityBin> reliability(const JudgedSessions& sessions);
std::vector<PrecisionRecall> curve(const JudgedSessions& sessions);
// By action (recall only means something there), platform, transport or client.
enum class Grouping : std::uint8_t { action, platform, transport, client };
std::map<std::string, Tally> tally_by(const JudgedSessions& sessions, Grouping grouping, double threshold);
// Of findings, when one action in `actions_per_post` is a post; `exposed` is the share of the other actions that
// the join with calls and shifts lets through.
double precision_at_base_rate(const JudgedSessions& sessions, double threshold, double actions_per_post, double exposed);

void print_report(const char* title, const JudgedSessions& sessions, const Thresholds& thresholds);

}  // namespace breakwatch
