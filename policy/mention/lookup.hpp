// What a complaint asks: who of those on record could have posted on a platform in a stretch of time. Weighed as a
// mention is, from what an engine kept of its short-term record, without that engine. A pure function of what it took.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/incident/rules.hpp"
#include "policy/memory.hpp"
#include "policy/mention/exchange_record.hpp"
#include "policy/mention/mention_answer.hpp"
#include "policy/mention/watched_spans.hpp"

namespace breakwatch {

struct LookupQuestion {
    // As long as a mention may be uncertain, either way.
    static constexpr Duration kLongest = std::chrono::hours{24};

    std::string platform;  // catalogue name
    Timestamp from;
    Timestamp to;
    std::optional<FindingKind> kind = {};  // none: any
};

// Somebody on duty after a contact, by the likeliest of their exchanges then.
struct LookupPerson {
    MentionCandidate candidate;
    FindingKind kind = FindingKind::text_post;
    Duration after_call{0};     // negative: during it
    bool above_line = false;    // as post-like as what is alerted by itself
    bool stands_out = false;    // as an answer to a mention would name
    std::size_t exchanges = 0;  // in that time
};

struct LookupAnswer {
    MentionAnswer weighed;
    std::vector<LookupPerson> people;  // likeliest first; at most MentionAnswer::kMostCandidates
    double watched = 0;                // share of that time
    bool complete = true;              // nothing of that time was purged, refused or withdrawn
    std::size_t waiting = 0;           // exchanges that late facts may still join with somebody
};

class Lookup {
  public:
    explicit Lookup(LookupQuestion question);

    // In any order. What is of another time, or no part of the record, is passed over.
    void take(Memory&& memory);
    // `line`: the confidence from which on a finding is alerted by itself.
    LookupAnswer answer(const PlatformCatalog& catalog, const Rules& rules, double prior_odds, double line) const;

  private:
    Mention as_mention() const;
    LookupPerson told(const MentionCandidate& candidate, const PlatformCatalog& catalog, double line) const;

    LookupQuestion question_;
    ExchangeRecord record_;
    WatchedSpans watched_;
    std::vector<Finding> waiting_;
};

}  // namespace breakwatch
