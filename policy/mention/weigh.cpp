#include "policy/mention/weigh.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "policy/mention/odds.hpp"

namespace breakwatch {

namespace {

using Entry = ExchangeRecord::Entries::value_type;

// What was watched for less than half of the time that is asked about says nothing of it.
constexpr double kLeastWatched = 0.5;

struct Candidate {
    const Entry* entry;
    Weight weight;
    double share = 0;
};

// Whether a rule without platforms means it: posts there can be public.
bool is_public(const std::string& platform, const PlatformCatalog& catalog)
{
    return std::ranges::any_of(catalog.rows(), [&](const PlatformRow& row) {
        return row.platform == platform && row.surface != Surface::private_;
    });
}

const Rule* rule_for(const Mention& mention, const PlatformCatalog& catalog, const Rules& rules)
{
    const auto covers = [&](const Rule& rule) {
        if (rule.kind != Rule::Kind::mention_after_call) return false;
        return rule.platforms.empty() ? is_public(mention.platform, catalog)
                                      : std::ranges::find(rule.platforms, mention.platform) != rule.platforms.end();
    };
    const auto found = std::ranges::find_if(rules, covers);
    return found == rules.end() ? nullptr : &*found;
}

bool could_be_of(const std::string& platform, const Finding& finding, const PlatformCatalog& catalog)
{
    if (finding.platform == platform) return true;
    const auto match = catalog.find(finding.server_name);
    return match && catalog.row(match->row).also == platform;
}

bool handled(const RecordedExchange& exchange, const std::string& contact)
{
    return contact.empty() || std::ranges::find(exchange.contacts, contact) != exchange.contacts.end();
}

std::vector<Candidate> candidates_of(const Mention& mention, const PlatformCatalog& catalog,
                                     const ExchangeRecord& record, double prior_odds)
{
    std::vector<Candidate> found;
    std::map<StaffId, std::size_t> numbers;
    const auto reach = mention.within + kMentionMargin;
    for (const auto& platform : platforms_of(mention.platform, catalog)) {
        for (const auto& entry : record.window(platform, mention.at - reach, mention.at + reach)) {
            const auto& [finding, judgement, contacts] = entry.second.exchange;
            const auto near = nearness(finding.at - mention.at, mention.within);
            if (near <= 0 || !handled(entry.second.exchange, mention.contact)) continue;
            if (!could_be_of(mention.platform, finding, catalog)) continue;
            // What is not sure whose is each somebody's.
            auto person = found.size() + record.size();
            if (judgement.key) person = numbers.try_emplace(judgement.key->staff, numbers.size()).first->second;
            found.push_back({&entry, {person, near, likelihood_ratio(finding.confidence, prior_odds)}});
        }
    }
    return found;
}

// The same every time, and short where it is kept.
double rounded(double share)
{
    return std::round(share * 1e3) / 1e3;
}

// How many as post-like as this come in a window of that length anyway, by those in the hours about it.
double by_chance(const Mention& mention, const ExchangeRecord& record, const WatchedSpans& watched, double confidence)
{
    const auto reach = mention.within + kMentionMargin;
    std::size_t count = 0;
    for (const auto& [key, entry] :
         record.window(mention.platform, mention.at - kUsualAbout, mention.at + kUsualAbout)) {
        const auto& finding = entry.exchange.finding;
        if (finding.confidence >= confidence && std::chrono::abs(finding.at - mention.at) > reach) ++count;
    }
    const auto hours = watched.share(mention.at - kUsualAbout, mention.at + kUsualAbout) * 2 *
                       static_cast<double>(kUsualAbout.count());
    const auto window = 2 * static_cast<double>(reach.count());
    return hours <= window ? 0 : std::round(static_cast<double>(count) * window / (hours - window) * 100) / 100;
}

MentionCandidate told_of(const Candidate& best)
{
    const auto& [finding, judgement, contacts] = best.entry->second.exchange;
    return {judgement.key->staff,
            0,
            finding.at,
            finding.confidence,
            judgement.binding.grade,
            judgement.call.source + "/" + judgement.call.id};
}

}  // namespace

std::vector<std::string> platforms_of(const std::string& platform, const PlatformCatalog& catalog)
{
    std::vector<std::string> all{platform};
    for (const auto& row : catalog.rows()) {
        if (row.also == platform && std::ranges::find(all, row.platform) == all.end()) all.push_back(row.platform);
    }
    return all;
}

Weighing weigh(const Mention& mention, const PlatformCatalog& catalog, const Rules& rules, const ExchangeRecord& record,
               const WatchedSpans& watched, double prior_odds)
{
    Weighing weighing;
    auto& answer = weighing.answer;
    answer.mention = mention;
    const auto* rule = rule_for(mention, catalog, rules);
    if (rule == nullptr || mention.withdrawn) return weighing;
    answer.rule = rule->id;
    const auto reach = mention.within + kMentionMargin;
    const auto seen = watched.share(mention.at - mention.within, mention.at + mention.within);
    answer.in_reach = mention.at - reach >= record.complete_since() && seen >= kLeastWatched;
    auto found = candidates_of(mention, catalog, record, prior_odds);
    std::vector<Weight> weights;
    for (const auto& each : found) weights.push_back(each.weight);
    const auto shares = shares_of(weights, rule->seen_here * std::min(seen, 1.0));
    std::map<StaffId, std::pair<double, const Candidate*>> people;
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto& each = found[i];
        each.share = shares.of[i];
        const auto& key = each.entry->second.exchange.judgement.key;
        if (!key) {
            ++answer.unnamed;
            answer.unsure += each.share;
            continue;
        }
        auto& [sum, best] = people[key->staff];
        sum += each.share;
        if (best == nullptr || each.share > best->share) best = &each;
    }
    answer.exchanges = static_cast<std::uint32_t>(found.size());
    answer.people = static_cast<std::uint32_t>(people.size());
    answer.nobody = rounded(shares.nobody);
    answer.unsure = rounded(answer.unsure);
    std::vector<std::pair<double, const Candidate*>> order;
    for (const auto& [staff, of] : people) order.push_back(of);
    std::ranges::stable_sort(order, std::ranges::greater{}, [](const auto& of) { return of.first; });
    for (const auto& [share, best] : order) {
        if (answer.candidates.size() == MentionAnswer::kMostCandidates) break;
        answer.candidates.push_back(told_of(*best));
        answer.candidates.back().share = rounded(share);
    }
    if (order.empty()) return weighing;
    const auto& [share, best] = order.front();
    answer.by_chance = by_chance(mention, record, watched, best->entry->second.exchange.finding.confidence);
    answer.stands_out = answer.in_reach && share >= rule->stand_out * (1 - share);
    if (answer.stands_out) weighing.first = best->entry;
    return weighing;
}

}  // namespace breakwatch
