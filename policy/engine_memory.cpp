// What a restart would lose: told as it changes, and taken back by the run that follows.
#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "policy/engine_impl.hpp"

namespace breakwatch {

namespace {

std::string key_of(const Finding& finding)
{
    return "finding " + to_string(finding.device.mac) + " " + to_string(finding.device.ip) + " " +
           std::to_string(finding.at.time_since_epoch().count()) + " " + finding.server_name + " " +
           std::to_string(finding.up_bytes) + " " + std::to_string(finding.down_bytes) + " " +
           std::to_string(static_cast<int>(finding.kind));
}

}  // namespace

void Engine::Impl::keep(Memory memory, const StaffId& owner, Timestamp until)
{
    if (settings_.keep_memory) memory_.rows.push_back({std::move(memory), owner, until, {}});
}

// Long enough for any finding that may still come: its call within the rule's time, or going on.
Duration Engine::Impl::calls_reach() const
{
    auto within = Duration{0};
    for (const auto& rule : rules_) within = std::max(within, rule.within);
    return std::min(within + settings_.calls.longest_call + 2 * settings_.horizon,
                    std::max(settings_.calls.horizon, within));
}

// The parts of an incident stay as long as it may be extended.
void Engine::Impl::keep(const PendingFindings::Change& change)
{
    const auto& [finding, judgement, macs] = change.held;
    MemoryChange row{KeptFinding{finding, change.what == PendingFindings::Change::What::settled, judgement.duty},
                     {},
                     finding.at + settings_.incident_open + settings_.horizon,
                     key_of(finding),
                     change.what == PendingFindings::Change::What::gone};
    auto& kept = std::get<KeptFinding>(row.memory);
    if (judgement.people.size() == 1) row.owner = judgement.people.front();
    if (judgement.outcome == Judgement::Outcome::incident) {
        kept.key = judgement.key;
        kept.severity = judgement.severity;
        kept.least_confidence = judgement.least_confidence;
        kept.binding = judgement.binding;
        kept.call = judgement.call;
    }
    memory_.rows.push_back(std::move(row));
}

MemoryChanges Engine::Impl::take_memory()
{
    for (auto& kept : bindings_.take_kept()) {
        memory_.rows.push_back({std::visit([](auto& said) -> Memory { return std::move(said); }, kept.said),
                                std::move(kept.owner), kept.until, std::move(kept.key)});
    }
    for (const auto& change : pending_.take_changes()) keep(change);
    for (auto& exchange : record_.take_settled()) {
        std::optional<StaffId> owner;
        if (exchange.judgement.key) owner = exchange.judgement.key->staff;
        const auto until = exchange.finding.at + settings_.record_reach;
        memory_.rows.push_back({std::move(exchange), std::move(owner), until, {}});
    }
    if (const auto since = record_.complete_since(); since > complete_told_ && settings_.record_reach > Duration{0}) {
        complete_told_ = since;
        memory_.rows.push_back({CompleteSince{since}, {}, since + settings_.record_reach, "record complete since"});
    }
    for (auto& kept : mentions_.take_changes()) {
        std::optional<StaffId> owner;
        if (kept.key) owner = kept.key->staff;
        auto key = "mention " + kept.mention.source + " " + kept.mention.reference;
        const auto until = std::max(now_, kept.mention.at) + settings_.record_reach;
        memory_.rows.push_back({std::move(kept), std::move(owner), until, std::move(key)});
        memory_.rows.back().after_effects = true;
    }
    for (auto& score : budget_.take_changes()) {
        const auto& key = score.key;
        const auto owner = key.staff;
        const auto until = score.at + AlertBudget::kHistory;
        auto name = "budget " + owner.value + "/" + key.rule + "/" + key.platform + "/" + key.occasion.source + "/" +
                    key.occasion.id;
        memory_.rows.push_back({std::move(score), owner, until, std::move(name)});
        memory_.rows.back().after_effects = true;
    }
    return std::exchange(memory_, {});
}

void Engine::Impl::recall_statement(const KeptStatement& kept, Timestamp now)
{
    bindings_.recall(kept);
    std::optional<std::pair<Device, Timestamp>> seen;
    if (const auto* held = std::get_if<HeldAddress>(&kept.said))
        seen = {{held->holding.mac, held->ip}, held->holding.last};
    if (const auto* event = std::get_if<SessionEvent>(&kept.said))
        seen = {{event->mac, event->addresses.empty() ? IpAddress{} : event->addresses.front()}, event->at};
    if (!seen || seen->first.mac.is_zero() || now - seen->second > settings_.horizon) return;
    zone_watch_.observe(seen->first, seen->second, {bindings_, duty_, rules_}, book_);
}

void Engine::Impl::recall_finding(const KeptFinding& kept)
{
    if (!kept.settled) {
        if (kept.key) book_.reopen(*kept.key, kept.finding);
        pending_.recall(kept.finding, kept.duty, facts());
        return;
    }
    if (!kept.key || withdrawn(kept.key->staff)) return;
    Judgement judgement;
    judgement.outcome = Judgement::Outcome::incident;
    judgement.people = {kept.key->staff};
    judgement.key = kept.key;
    judgement.severity = kept.severity;
    judgement.least_confidence = kept.least_confidence;
    judgement.binding = kept.binding;
    judgement.duty = kept.duty;
    judgement.call = kept.call;
    book_.recall(kept.finding, judgement);
}

// One that a longer retention of before would still keep goes from the disk, too: told anew with its date, which is
// past.
void Engine::Impl::recall_exchange(const RecordedExchange& exchange, Timestamp now)
{
    const auto until = exchange.finding.at + settings_.record_reach;
    if (until >= now) return record_.recall(exchange);
    record_.incomplete_before(exchange.finding.at + Duration{1});
    std::optional<StaffId> owner;
    if (exchange.judgement.key) owner = exchange.judgement.key->staff;
    if (settings_.keep_memory) memory_.rows.push_back({exchange, std::move(owner), until, {}});
}

// Facts first: a finding is judged once with all of them, not by each on its own.
std::vector<Effect> Engine::Impl::recall(const std::vector<Memory>& memories, Timestamp now)
{
    for (const auto& memory : memories) {
        if (const auto* call = std::get_if<CallEvent>(&memory)) {
            if (!withdrawn(call->staff)) calls_.observe(*call);
        } else if (const auto* state = std::get_if<AgentStateEvent>(&memory)) {
            if (!withdrawn(state->staff)) agents_.observe(*state);
        }
    }
    // Whose a device is, before what is said of it.
    for (const auto& memory : memories) {
        if (const auto* event = std::get_if<SessionEvent>(&memory)) recall_statement({*event, {}, {}}, now);
    }
    for (const auto& memory : memories) {
        std::visit(
            [this, now](const auto& said) {
                using Said = std::decay_t<decltype(said)>;
                if constexpr (!std::is_same_v<Said, SessionEvent> &&
                              std::is_constructible_v<decltype(KeptStatement::said), const Said&>)
                    recall_statement({said, {}, {}}, now);
            },
            memory);
    }
    ++identity_version_;
    for (const auto& memory : memories) {
        if (const auto* finding = std::get_if<KeptFinding>(&memory)) recall_finding(*finding);
        if (const auto* span = std::get_if<WatchedSpan>(&memory)) watched_.recall(*span);
        if (const auto* mention = std::get_if<KeptMention>(&memory)) mentions_.recall(*mention, now);
        if (const auto* since = std::get_if<CompleteSince>(&memory)) record_.incomplete_before(since->at);
        if (const auto* score = std::get_if<BudgetScore>(&memory)) budget_.recall(*score);
    }
    // After those that wait for late facts, which may be the same.
    for (const auto& memory : memories) {
        if (const auto* exchange = std::get_if<RecordedExchange>(&memory)) recall_exchange(*exchange, now);
    }
    book_.decide(budget_);
    return effects();
}

}  // namespace breakwatch
