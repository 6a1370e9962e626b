// What can be said of a mention: who it could have been, how likely, and whether it was anybody whose traffic was seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/identity/binding.hpp"
#include "policy/mention/mention.hpp"

namespace breakwatch {

// A person with exchanges that could have been the post. Sealed wherever it is kept; told to nobody unless it stands
// out.
struct MentionCandidate {
    StaffId staff;
    double share = 0;       // 0..1: how likely it was theirs
    Timestamp at;           // of the likeliest exchange of theirs
    double confidence = 0;  // of that exchange, the detector's
    Grade grade = Grade::weak;
    std::string call;  // source and id of the contact handled before it: "acd/4711"
};

struct MentionAnswer {
    static constexpr std::size_t kMostCandidates = 20;

    Mention mention;
    std::uint32_t revision = 0;   // 1 first; 0: nothing was answered yet
    Timestamp answered_at;        // event time
    bool final = false;           // no late fact can change it
    bool in_reach = true;         // false: most of that time was not watched, or is past what is kept
    std::string rule;             // id; "": no rule asks for mentions of this platform
    std::uint32_t exchanges = 0;  // that could have been it, of people for whom the rule holds
    std::uint32_t people = 0;     // whose they are
    std::uint32_t unnamed = 0;    // of the exchanges: those of which it is not sure whose
    double nobody = 1;            // 0..1: how likely it was none of them (cellular data, another place, another person)
    double unsure = 0;            // 0..1: how likely it was one of `unnamed`
    double by_chance = 0;         // how many exchanges as post-like as the likeliest come in such a window anyway
    bool stands_out = false;      // the first of `candidates`: there is an incident
    std::vector<MentionCandidate> candidates;  // likeliest first
};

}  // namespace breakwatch
