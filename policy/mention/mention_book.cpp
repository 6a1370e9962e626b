#include "policy/mention/mention_book.hpp"

#include <algorithm>
#include <tuple>

#include "policy/activity/activity_window.hpp"
#include "policy/mention/odds.hpp"
#include "policy/mention/weigh.hpp"

namespace breakwatch {

namespace {

// Parts of incidents that mentions made, apart from those that findings made by themselves. The same for one exchange
// over restarts, whatever else is said of it.
FindingNumber part_of(const Finding& finding)
{
    const auto text = finding.platform + " " + std::to_string(finding.at.time_since_epoch().count()) + " " +
                      finding.server_name + " " + std::to_string(finding.up_bytes) + " " +
                      std::to_string(finding.down_bytes);
    const std::vector<std::uint8_t> octets(text.begin(), text.end());
    return hash_bytes(octets) | FindingNumber{1} << 63U;
}

// The source of what people enter with the tool.
constexpr std::string_view kEntered = "operator";

Timestamp all_judged(const Mention& mention)
{
    return mention.at + mention.within + kMentionMargin + kPostHold;
}

// What is not certain is not told as certain.
std::string percent_of(double share)
{
    if (share > 0.99 && share < 1) return "over 99 %";
    if (share < 0.01 && share > 0) return "under 1 %";
    return std::to_string(static_cast<int>(share * 100 + 0.5)) + " %";
}

auto content(const MentionAnswer& answer)
{
    return std::tie(answer.mention, answer.in_reach, answer.rule, answer.exchanges, answer.people, answer.unnamed,
                    answer.nobody, answer.unsure, answer.stands_out);
}

bool says_the_same(const MentionAnswer& a, const MentionAnswer& b)
{
    const auto who = [](const MentionCandidate& candidate) { return std::tie(candidate.staff, candidate.share); };
    return content(a) == content(b) && std::ranges::equal(a.candidates, b.candidates, {}, who, who);
}

// Before it is final, an answer is told again only where it makes a difference to somebody.
bool differs_much(const MentionAnswer& a, const MentionAnswer& b)
{
    const auto outcome = [](const MentionAnswer& answer) {
        return std::tuple(answer.in_reach, std::string_view(answer.rule), answer.stands_out, answer.people > 0,
                          answer.stands_out ? answer.candidates.front().staff : StaffId{});
    };
    return a.mention != b.mention || outcome(a) != outcome(b);
}

std::string in_words(const MentionAnswer& answer)
{
    const auto& mention = answer.mention;
    auto text = "somebody saw a post on " + mention.platform + " of " + to_rfc3339(mention.at);
    if (mention.within > Duration{0}) text += " (" + to_words(mention.within) + " either way)";
    text += ", reference " + mention.source + "/" + mention.reference;
    if (!mention.contact.empty()) text += ", about a contact that this person handled";
    return text + ": of " + std::to_string(answer.exchanges) + " post-like exchanges of " +
           std::to_string(answer.people) + (answer.people == 1 ? " person" : " people") +
           " about then it was this person's with " + percent_of(answer.candidates.front().share) +
           ", somebody else's with " + percent_of(std::max(0.0, 1 - answer.candidates.front().share - answer.nobody)) +
           ", none of them with " + percent_of(answer.nobody);
}

}  // namespace

Timestamp MentionBook::closes(const Mention& mention) const
{
    return all_judged(mention) + limits_.horizon;
}

void MentionBook::observe(const Mention& mention, Timestamp now)
{
    const auto key = key_of(mention);
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
    state.opens = all_judged(mention);
    open_.insert(key);
    due_.insert(key);
    scheduled_.emplace(state.opens, key);
    scheduled_.emplace(closes(mention), key);
    note(state);
}

void MentionBook::changed(const std::vector<Timestamp>& places)
{
    if (places.empty() || open_.empty()) return;
    for (const auto& key : open_) {
        const auto& mention = mentions_.at(key).mention;
        const auto reach = mention.within + kMentionMargin;
        if (std::ranges::any_of(places, [&](Timestamp at) { return std::chrono::abs(at - mention.at) <= reach; }))
            due_.insert(key);
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
        const bool waits = now < state.opens && !state.mention.withdrawn;
        if (!waits) answer_one(state, now >= closes(state.mention), now, facts, out);
    }
    return out;
}

std::vector<RecordMention> MentionBook::answer_all(bool final, Timestamp now, const Facts& facts)
{
    std::vector<RecordMention> out;
    everything_changed();
    while (!due_.empty()) answer_one(mentions_.at(due_.extract(due_.begin()).value()), final, now, facts, out);
    return out;
}

void MentionBook::answer_one(State& state, bool final, Timestamp now, const Facts& facts,
                             std::vector<RecordMention>& out)
{
    auto [answer, first] =
        weigh(state.mention, facts.catalog, facts.rules, facts.record, facts.watched, facts.prior_odds);
    name(state, answer, first);
    const bool ends = final && !state.final;
    if (ends) {
        state.final = true;
        open_.erase(key_of(state.mention));
    }
    auto* const owned = owned_by(state);
    if (state.final && owned != nullptr && !std::exchange(owned->settled, true)) incidents_.settle(state.part);
    const bool news =
        state.told.revision == 0 || (final ? !says_the_same(answer, state.told) : differs_much(answer, state.told));
    if (news) {
        answer.revision = state.told.revision + 1;
        answer.answered_at = now;
        answer.final = final;
        state.told = answer;
        out.push_back({std::move(answer)});
    }
    if (news || ends) note(state);
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
    const auto part = part_of(finding);
    const bool same = state.part == part && state.key == judgement.key && state.finding.reasons == seen.reasons;
    if (same && owners_.contains(part)) return;
    if (state.key && (state.part != part || state.key != judgement.key)) take_back(state);
    if (auto* const owned = owned_by(state)) let_go(*owned);
    state.part = part;
    state.key = judgement.key;
    state.finding = std::move(seen);
    state.judgement = judgement;
    own(state);
}

MentionBook::Owner* MentionBook::owned_by(const State& state)
{
    const auto owner = owners_.find(state.part);
    return owner != owners_.end() && owner->second.mention == key_of(state.mention) ? &owner->second : nullptr;
}

// One post that two people saw is one finding, in the words of the mention whose name comes first.
void MentionBook::own(State& state)
{
    const auto self = key_of(state.mention);
    const auto [owner, fresh] = owners_.try_emplace(state.part, Owner{self});
    if (!fresh) {
        if (owner->second.mention < self) return;
        if (owner->second.mention != self) let_go(owner->second);
    }
    owner->second = {self};
    incidents_.put(state.part, state.finding, state.judgement);
}

// Its finding leaves the incident book; the part's owner is to be told anew.
void MentionBook::let_go(Owner& owner)
{
    const auto& state = mentions_.at(owner.mention);
    if (owner.settled)
        incidents_.reopen(*state.key, state.finding);
    else
        incidents_.withdraw(state.part);
    owner.settled = false;
}

void MentionBook::take_back(State& state)
{
    if (!state.key) return;
    if (auto* const owned = owned_by(state)) {
        let_go(*owned);
        owners_.erase(state.part);
        // Another one of the same post, final or not, has it then.
        for (const auto& [key, other] : mentions_) {
            if (&other != &state && other.part == state.part) due_.insert(key);
        }
    }
    state.key.reset();
    state.part = 0;
    state.finding = {};
    state.judgement = {};
}

void MentionBook::note(const State& state)
{
    if (!keep_) return;
    changes_.push_back({state.mention, state.told.revision, state.final, state.key, state.finding});
    changes_.back().finding.device = {};
}

void MentionBook::recall(const KeptMention& kept, Timestamp now)
{
    const auto key = key_of(kept.mention);
    auto& state = mentions_[key];
    state.mention = kept.mention;
    state.told.revision = kept.revision;
    state.final = kept.final;
    state.last_told = now;
    if (kept.key) {
        state.key = kept.key;
        state.finding = kept.finding;
        state.part = part_of(kept.finding);
        // The incident is remembered with all its findings settled.
        const auto [owner, fresh] = owners_.try_emplace(state.part, Owner{key, true});
        if (!fresh && key < owner->second.mention) owner->second.mention = key;
    }
    if (kept.final) return;
    open_.insert(key);
    // What feeds tell anew at the start comes first.
    state.opens = std::max(all_judged(kept.mention), now + kPostHold);
    scheduled_.emplace(state.opens, key);
    scheduled_.emplace(std::max(closes(kept.mention), state.opens), key);
}

void MentionBook::forget(const StaffId& staff)
{
    for (auto& [key, state] : mentions_) {
        std::erase_if(state.told.candidates, [&](const MentionCandidate& each) { return each.staff == staff; });
        if (!state.key || state.key->staff != staff) continue;
        owners_.erase(state.part);
        state.key.reset();  // the incident book forgets them by itself
        state.part = 0;
        state.finding = {};
        state.judgement = {};
        note(state);
    }
}

void MentionBook::tidy(Timestamp now)
{
    std::erase_if(mentions_, [&](const auto& entry) {
        const auto& state = entry.second;
        return state.final && now - std::max(state.last_told, state.mention.at) > limits_.keep;
    });
    const auto gone = [&](const Key& key) { return !mentions_.contains(key); };
    std::erase_if(owners_, [&](const auto& entry) { return gone(entry.second.mention); });
    std::erase_if(scheduled_, [&](const auto& entry) { return gone(entry.second); });
    std::erase_if(due_, gone);
}

}  // namespace breakwatch
