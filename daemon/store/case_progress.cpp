// CaseFile: how far people have got with an incident, and what they found it to be.
#include <map>
#include <utility>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"
#include "store/case_file_impl.hpp"
#include "store/epoch.hpp"
#include "store/incident_json.hpp"
#include "store/ledger.hpp"
#include "store/site_facts.hpp"
#include "store/verdict_table.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace {

// In the reason of a state.
const std::string kUntold = "; the principal was not told: ";

constexpr const char* kNoVerdicts =
    "store: the database is of an earlier version of breakwatch, which keeps no verdicts; start this version's daemon "
    "on it first";

std::optional<IncidentState> state_of(const std::string& action)
{
    using enum IncidentState;
    for (const auto state : {detected, triaged, principal_notified, answered, closed}) {
        if (action == kStateAction + std::string(name(state))) return state;
    }
    return std::nullopt;
}

// What is said of an incident, with the verdict that this leaves in force.
struct Said {
    LedgerEntry entry;
    std::optional<VerdictChange> change;  // none: says nothing of the verdict
};

std::expected<void, std::string> put_said(Database& writable, const Incident& incident, Said said)
{
    const auto sequence = append(writable, std::move(said.entry));
    if (!sequence) return std::unexpected(sequence.error());
    return said.change ? put_verdict(writable, incident, *said.change, *sequence) : std::expected<void, std::string>{};
}

// As it stands where somebody may be writing, too.
std::expected<Incident, std::string> incident_there(Database& writable, const std::string& id)
{
    auto query = writable.prepare("SELECT evidence FROM incidents JOIN alerts USING (sequence) WHERE id = ?");
    switch (query.bind(id).step()) {
        case Statement::Step::done: return std::unexpected("store: there is no incident " + id);
        case Statement::Step::failed: return std::unexpected(writable.error("reading an incident"));
        case Statement::Step::row: break;
    }
    auto incident = incident_from_json(query.text(0));
    if (!incident) return std::unexpected(unreadable(id, incident.error()));
    return std::move(*incident);
}

// Whether it is about to be closed, no false alarm, and nobody ever said that the principal was told, or why not, where
// the site has a due time for that.
bool closes_untold(Database& database, const std::string& id, IncidentState to, std::optional<Verdict> verdict,
                   const std::optional<SiteFacts>& site)
{
    using enum IncidentState;
    if (to != closed || verdict == Verdict::false_alarm || !site) return false;
    if (site->due.principal_notified.count() == 0 && site->statutory.principal_notified.count() == 0) return false;
    auto query = database.prepare("SELECT evidence FROM alerts WHERE incident = ? AND code = ?");
    query.bind(id).bind(event::kStateSet.code);
    const auto action = "\"" + (kStateAction + std::string(name(principal_notified))) + "\"";
    while (query.step() == Statement::Step::row) {
        const auto said = query.text(0);
        if (said.find(action) != std::string::npos || said.find(kUntold) != std::string::npos) return false;
    }
    return true;
}

}  // namespace

std::expected<std::map<std::string, Progress>, std::string> CaseFile::progress() const
{
    const auto entries = audit();
    if (!entries) return std::unexpected(entries.error());
    const auto verdicts = read_verdicts(impl_->database);
    if (!verdicts) return std::unexpected(verdicts.error());
    std::map<std::string, Progress> all;
    for (const auto& entry : *entries) {
        if (const auto state = state_of(entry.action)) all[entry.subject].state = *state;
    }
    for (const auto& [incident, given] : *verdicts) all[incident].verdict = given.verdict;
    return all;
}

std::expected<void, std::string> CaseFile::set_state(const std::string& id, const Progress& to,
                                                     const OpeningRequest& request, const std::string& untold)
{
    const auto found = incident(id);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected("store: there is no incident " + id);
    const auto all = progress();
    if (!all) return std::unexpected(all.error());
    const auto set = all->find(id);
    const auto now_in = (*found)->state;
    const auto verdict = set == all->end() ? std::nullopt : set->second.verdict;
    const bool by_people =
        set != all->end() && set->second.state == IncidentState::closed && (*found)->finding_count > 0;
    const bool reopens = now_in == IncidentState::closed && by_people && to.state < now_in;
    const bool corrects = to.state == now_in && to.verdict && to.verdict != verdict;
    if (to.state <= now_in && !reopens && !corrects)
        return std::unexpected("store: incident " + id + " is " + std::string(name(now_in)) +
                               " already; expected a later state than that" +
                               (now_in == IncidentState::closed ? "" : "; only a closed one is set back"));
    const auto asks = closes_untold(impl_->database, id, to.state, to.verdict ? to.verdict : verdict, site());
    if (asks && untold.empty())
        return std::unexpected("store: the principal was not told of incident " + id +
                               " (no state principal_notified), and it is no false alarm; expected why it is closed "
                               "without that (--principal-not-told)");
    auto writable = open_to_record(impl_->file);
    if (!writable) return std::unexpected(writable.error());
    Transaction transaction(*writable);
    if (auto begun = transaction.begin(); !begun) return begun;
    Said said;
    if (to.verdict || reopens) {
        if (!keeps_verdicts(*writable)) return std::unexpected(kNoVerdicts);
        said.change = {to.verdict, "", request.who, request.at};
    }
    const std::string verdict_told(to.verdict ? name(*to.verdict) : reopens ? kNoVerdict : "");
    const auto reason = request.reason + (untold.empty() ? "" : kUntold + untold);
    const AuditEntry entry{request.at, request.who, kStateAction + std::string(name(to.state)),
                           id,         reason,      verdict_told};
    said.entry = {make_state_set_alert(id, now_in, to, request.who, request.at), id, std::nullopt, to_json(entry)};
    if (auto put = put_said(*writable, **found, std::move(said)); !put) return put;
    return transaction.commit();
}

std::expected<std::optional<Verdict>, std::string> CaseFile::give_verdict(const std::string& id, Verdict verdict,
                                                                          const std::string& ticket,
                                                                          const std::string& who, Timestamp at)
{
    auto writable = open_to_record(impl_->file);
    if (!writable) return std::unexpected(writable.error());
    Transaction transaction(*writable);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    if (!keeps_verdicts(*writable)) return std::unexpected(kNoVerdicts);
    const auto incident = incident_there(*writable, id);
    if (!incident) return std::unexpected(incident.error());
    const auto all = read_verdicts(*writable);
    if (!all) return std::unexpected(all.error());
    const auto given = all->find(id);
    if (given != all->end() && given->second.verdict == verdict && given->second.reference == ticket)
        return std::unexpected("store: incident " + id + " has the verdict " + std::string(name(verdict)) + " already" +
                               (ticket.empty() ? "" : ", with reference " + ticket) +
                               "; expected another verdict or reference");
    const auto before = given == all->end() ? std::nullopt : std::optional(given->second.verdict);
    const VerdictChange change{verdict, ticket, who, at};
    const AuditEntry entry{at, who, kVerdictAction, id, ticket, std::string(name(verdict))};
    auto put = put_said(*writable, *incident,
                        {{make_verdict_alert(*incident, change, before), id, std::nullopt, to_json(entry)}, change});
    if (!put) return std::unexpected(put.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return before;
}

std::expected<std::map<std::string, GivenVerdict>, std::string> CaseFile::verdicts() const
{
    return read_verdicts(impl_->database);
}

std::expected<std::vector<RuleVerdicts>, std::string> CaseFile::verdict_figures() const
{
    return count_verdicts(impl_->database);
}

}  // namespace breakwatch
