#include "policy/mention/lookup.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "policy/mention/odds.hpp"
#include "policy/mention/weigh.hpp"

namespace breakwatch {

namespace {

Duration after_call(const RecordedExchange& exchange)
{
    const auto& call = exchange.judgement.call;
    if (call.ended && *call.ended <= exchange.finding.at) return exchange.finding.at - *call.ended;
    return call.answered ? *call.answered - exchange.finding.at : Duration{-1};
}

}  // namespace

// What the engine had room for came through its bound.
Lookup::Lookup(LookupQuestion question)
    : question_(std::move(question)), record_(std::numeric_limits<std::size_t>::max())
{}

void Lookup::take(Memory&& memory)
{
    const auto concerns = [this](const Finding& finding) {
        const bool near = finding.at >= question_.from - kUsualAbout && finding.at <= question_.to + kUsualAbout;
        return near && (!question_.kind || finding.kind == *question_.kind);
    };
    if (auto* exchange = std::get_if<RecordedExchange>(&memory)) {
        if (concerns(exchange->finding)) record_.recall(std::move(*exchange));
    } else if (auto* kept = std::get_if<KeptFinding>(&memory)) {
        if (!kept->settled && concerns(kept->finding)) waiting_.push_back(std::move(kept->finding));
    } else if (const auto* span = std::get_if<WatchedSpan>(&memory)) {
        watched_.recall(*span);
    } else if (const auto* since = std::get_if<CompleteSince>(&memory)) {
        record_.incomplete_before(since->at);
    }
}

Mention Lookup::as_mention() const
{
    const auto within = (question_.to - question_.from) / 2;
    return {.source = "lookup",
            .reference = "",
            .platform = question_.platform,
            .at = question_.from + within,
            .within = within};
}

LookupPerson Lookup::told(const MentionCandidate& candidate, const PlatformCatalog& catalog, double line) const
{
    LookupPerson person{.candidate = candidate};
    person.above_line = candidate.confidence >= line;
    for (const auto& platform : platforms_of(question_.platform, catalog)) {
        for (const auto& [key, entry] :
             record_.window(platform, question_.from - kMentionMargin, question_.to + kMentionMargin)) {
            const auto& [finding, judgement, contacts] = entry.exchange;
            if (!judgement.key || judgement.key->staff != candidate.staff) continue;
            ++person.exchanges;
            if (finding.at != candidate.at) continue;
            person.kind = finding.kind;
            person.after_call = after_call(entry.exchange);
        }
    }
    return person;
}

LookupAnswer Lookup::answer(const PlatformCatalog& catalog, const Rules& rules, double prior_odds, double line) const
{
    LookupAnswer answer;
    answer.weighed = weigh(as_mention(), catalog, rules, record_, watched_, prior_odds).answer;
    for (const auto& candidate : answer.weighed.candidates) answer.people.push_back(told(candidate, catalog, line));
    if (answer.weighed.stands_out) answer.people.front().stands_out = true;
    answer.watched = std::min(watched_.share(question_.from, question_.to), 1.0);
    answer.complete = question_.from >= record_.complete_since();
    const auto platforms = platforms_of(question_.platform, catalog);
    answer.waiting = static_cast<std::size_t>(std::ranges::count_if(waiting_, [&](const Finding& finding) {
        return finding.at >= question_.from - kMentionMargin && finding.at <= question_.to + kMentionMargin &&
               std::ranges::find(platforms, finding.platform) != platforms.end();
    }));
    return answer;
}

}  // namespace breakwatch
