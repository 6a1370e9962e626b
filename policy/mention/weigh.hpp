// One mention against the record: a pure function.
#pragma once

#include <string>
#include <vector>

#include "policy/incident/rules.hpp"
#include "policy/mention/exchange_record.hpp"
#include "policy/mention/mention_answer.hpp"
#include "policy/mention/watched_spans.hpp"

namespace breakwatch {

struct Weighing {
    MentionAnswer answer;  // but for its revision and time
    // The likeliest exchange of the one who stands out; else null. Lives as long as the record does not change.
    const ExchangeRecord::Entries::value_type* first = nullptr;
};

// About what is asked, to count what comes anyway.
inline constexpr Duration kUsualAbout = std::chrono::hours{2};
// This one, and those to whose servers its application posts, too.
std::vector<std::string> platforms_of(const std::string& platform, const PlatformCatalog& catalog);

// `prior_odds` as odds.hpp has them. Of several rules the first that covers the platform says how much must stand out.
Weighing weigh(const Mention& mention, const PlatformCatalog& catalog, const Rules& rules, const ExchangeRecord& record,
               const WatchedSpans& watched, double prior_odds);

}  // namespace breakwatch
