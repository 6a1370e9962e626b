#include "policy/mention/mention_book.hpp"

#include <algorithm>
#include <tuple>

#include "policy/activity/activity_window.hpp"
#include "policy/mention/odds.hpp"
#include "policy/mention/weigh.hpp"

namespace breakwatch {

namespace {

// Parts of incidents that mentions made, apart from those that findings made by themselves.
constexpr FindingNumber kOfMention = FindingNumber{1} << 63U;

// The source of what people enter with the tool.
constexpr std::string_view kEntered = "operator";

std::string percent_of(double share)
{
    return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %";
}

auto content(const MentionAnswer& answer)
{
    return std::tie(answer.mention.platform, answer.mention.at, answer.mention.within, answer.mention.withdrawn,
                    answer.in_reach, answer.rule, answer.exchanges, answer.people, answer.unnamed, answer.nobody,
                    answer.unsure, answer.stands_out);
}

bool says_the_same(const MentionAnswer& a, const MentionAnswer& b)
{
    const auto who = [](const MentionCandidate& candidate) { return std::tie(candidate.staff, candidate.share); };
    return content(a) == content(b) && std::ranges::equal(a.candidates, b.candidates, {}, who, who);
}

std::string in_words(const MentionAnswer& answer)
{
    const auto& mention = answer.mention;
    auto text = "somebody saw a post on " + mention.platform + " of " + to_rfc3339(mention.at);
    if (mention.within > Duration{0}) text += " (" + to_words(mention.within) + " either way)";
    text += ", reference " + mention.source + "/" + mention.reference;
    if (!mention.contact.empty()) text += ", about this contact";
    return text + ": of " + std::to_string(answer.exchanges) + " post-like exchanges of " +
           std::to_string(answer.people) + (answer.people == 1 ? " person" : " people") +
           " about then it was this one with " + percent_of(answer.candidates.front().share) +
           ", somebody else's with " + percent_of(std::max(0.0, 1 - answer.candidates.front().share - answer.nobody)) +
           ", none of them with " + percent_of(answer.nobody);
}

}  // namespace

Timestamp MentionBook::opens(const Mention& mention) const
{
    return mention.at + mention.within + kMentionMargin + kPostHold;
}

void MentionBook::observe(const Mention& mention, Timestamp now)
{
    const Key key{mention.source, mention.reference};
    auto known = mentions_.find(key);
    if (known != mentions_.end() && known->second.mention == mention) {
        known->second.last_told = now;
        return;
    }
    const bool entered = mention.source == kEntered;
    if (known == mentions_.end()) {
        // An export is read from its beginning at each start: what lies before the record was answered in its time.
        const bool old = now - mention.at > limits_.keep;
        if (old && !entered) return;
        // Whatever feeds bring, people can still ask.
        if (mentions_.size() >= (entered ? limits_.mentions : limits_.mentions / 10 * 9)) {
            ++refused_full_;
            return;
        }
        known = mentions_.try_emplace(key).first;
    }
    auto& state = known->second;
    state.mention = mention;
    state.last_told = now;
    state.final = false;
    open_.insert(key);
    due_.insert(key);
    scheduled_.emplace(opens(mention), key);
    scheduled_.emplace(closes(mention), key);
    note(state);
}

void MentionBook::changed(const std::vector<ExchangeRecord::Place>& places)
{
    for (const auto& [platform, at] : places) {
        for (const auto& key : open_) {
            const auto& mention = mentions_.at(key).mention;
            if (mention.platform == platform && std::chrono::abs(at - mention.at) <= mention.within + kMentionMargin)
                due_.insert(key);
        }
    }
}

void MentionBook::everything_changed()
{
    due_.insert(open_.begin(), open_.end());
}

std::vector<RecordMention> MentionBook::answer(Timestamp now, const Facts& facts)
{
    while (!scheduled_.empty() && scheduled_.begin()->first <= now) {
        if (open_.contains(scheduled_.begin()->second)) due_.insert(scheduled_.begin()->second);
        scheduled_.erase(scheduled_.begin());
    }
    std::vector<RecordMention> out;
    while (!due_.empty()) {
        auto& state = mentions_.at(due_.extract(due_.begin()).value());
        const bool waits = now < opens(state.mention) && !state.mention.withdrawn;
        if (!waits) answer_one(state, now >= closes(state.mention), now, facts, out);
    }
    return out;
}

std::vector<RecordMention> MentionBook::answer_all(bool final, Timestamp now, const Facts& facts)
{
    std::vector<RecordMention> out;
    const auto all = open_;
    for (const auto& key : all) answer_one(mentions_.at(key), final, now, facts, out);
    due_.clear();
    return out;
}

void MentionBook::answer_one(State& state, bool final, Timestamp now, const Facts& facts,
                             std::vector<RecordMention>& out)
{
    auto [answer, first] = weigh(state.mention, facts.rules, facts.record, facts.watched, facts.prior_odds);
    name(state, answer, first);
    if (final) settle(state);
    const bool first_time = state.told.revision == 0;
    if (first_time || !says_the_same(answer, state.told)) {
        answer.revision = state.told.revision + 1;
        answer.answered_at = now;
        answer.final = final;
        state.told = answer;
        out.push_back({std::move(answer)});
    } else if (!final) {
        return;
    }
    note(state);
}

// Who stands out has an incident; who no longer does has it withdrawn.
void MentionBook::name(State& state, const MentionAnswer& answer, const ExchangeRecord::Entries::value_type* entry)
{
    if (entry == nullptr) return take_back(state);
    const auto& [finding, judgement, contacts] = entry->second.exchange;
    auto seen = finding;
    seen.tier = Tier::corroborated;
    seen.confidence = answer.candidates.front().share;
    seen.reasons.insert(seen.reasons.begin(), in_words(answer));
    seen.reasons.emplace_back("by its shape alone the confidence was " + percent_of(finding.confidence));
    const auto part = kOfMention + std::get<FindingNumber>(entry->first);
    if (state.part == part && state.key == judgement.key && state.finding.reasons == seen.reasons) return;
    if (state.key && (state.part != part || state.key != judgement.key || state.settled)) take_back(state);
    state.part = part;
    state.key = judgement.key;
    state.finding = std::move(seen);
    // One post that two people saw is one finding.
    const Key self{state.mention.source, state.mention.reference};
    if (named_by_.try_emplace(part, self).first->second == self) incidents_.put(part, state.finding, judgement);
}

void MentionBook::take_back(State& state)
{
    if (!state.key) return;
    const auto owner = named_by_.find(state.part);
    const bool own = owner != named_by_.end() && owner->second == Key{state.mention.source, state.mention.reference};
    if (state.part == 0 || (own && state.settled))
        incidents_.reopen(*state.key, state.finding);
    else if (own)
        incidents_.withdraw(state.part);
    if (own) {
        named_by_.erase(owner);
        everything_changed();  // another one may name it instead
    }
    state.key.reset();
    state.part = 0;
    state.settled = false;
    state.finding = {};
}

void MentionBook::settle(State& state)
{
    const Key self{state.mention.source, state.mention.reference};
    const auto owner = named_by_.find(state.part);
    if (owner != named_by_.end() && owner->second == self && !state.settled) incidents_.settle(state.part);
    state.settled = true;
    state.final = true;
    open_.erase(self);
}

void MentionBook::note(const State& state)
{
    if (keep_) changes_.push_back({state.mention, state.told.revision, state.final, state.key, state.finding});
}

void MentionBook::recall(const KeptMention& kept)
{
    const Key key{kept.mention.source, kept.mention.reference};
    auto& state = mentions_[key];
    state.mention = kept.mention;
    state.told.revision = kept.revision;
    state.final = kept.final;
    state.settled = true;
    state.key = kept.key;
    state.finding = kept.finding;
    state.last_told = kept.mention.at;
    if (kept.final) return;
    open_.insert(key);
    due_.insert(key);
    scheduled_.emplace(closes(kept.mention), key);
}

void MentionBook::forget(const StaffId& staff)
{
    for (auto& [key, state] : mentions_) {
        std::erase_if(state.told.candidates, [&](const MentionCandidate& each) { return each.staff == staff; });
        if (!state.key || state.key->staff != staff) continue;
        state.key.reset();  // the incident book forgets them by itself
        named_by_.erase(state.part);
        state.part = 0;
        state.finding = {};
        note(state);
    }
}

void MentionBook::tidy(Timestamp now)
{
    std::erase_if(mentions_, [&](const auto& entry) {
        const auto& state = entry.second;
        return state.final && now - std::max(state.last_told, state.mention.at) > limits_.keep;
    });
    std::erase_if(named_by_, [&](const auto& entry) { return !mentions_.contains(entry.second); });
    std::erase_if(scheduled_, [&](const auto& entry) { return !mentions_.contains(entry.second); });
}

}  // namespace breakwatch
