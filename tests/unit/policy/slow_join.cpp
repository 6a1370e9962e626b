#include "slow_join.hpp"

#include <algorithm>
#include <cmath>

#include "policy/identity/address_history.hpp"

namespace breakwatch::test {

namespace {

void improve(std::map<std::string, Grade>& people, const std::string& staff, Grade grade)
{
    if (staff.empty()) return;
    const auto [entry, fresh] = people.try_emplace(staff, grade);
    if (!fresh) entry->second = std::min(entry->second, grade);
}

}  // namespace

std::string SlowJoin::owner_of(const MacAddress& mac) const
{
    for (const auto& person : history_.people) {
        if (std::ranges::count(person.macs, mac) > 0) return person.staff.value;
    }
    return "";
}

std::string SlowJoin::owner_of(const std::string& user) const
{
    for (const auto& person : history_.people) {
        if (person.staff.value == user) return user;
    }
    return "";
}

// The latest speaker, while what it said is valid, and the device whose lease is the latest lease,
// while that runs.
SlowJoin::Holders SlowJoin::holders(const IpAddress& ip, Timestamp at) const
{
    std::vector<Statement> said;
    for (const auto& lease : history_.leases) {
        if (lease.ip == ip && lease.from <= at && !lease.ended) {
            said.push_back({lease.mac, lease.from, lease.until, true});
        }
    }
    for (const auto& seen : history_.sightings) {
        if (seen.ip == ip && seen.at <= at) {
            said.push_back({seen.mac, seen.at, seen.at + AddressHistory::kSightingHolds, false});
        }
    }
    const auto valid = [&](const Statement& s) {
        const auto released = [&](const Lease& lease) {
            return lease.ended && lease.mac == s.mac && lease.ip == ip && *lease.ended > s.at && *lease.ended <= at;
        };
        return at < s.until && std::ranges::none_of(history_.leases, released);
    };
    Holders all;
    for (const auto& s : said) {
        if (!valid(s)) continue;
        // A device's latest word counts, valid or not.
        Timestamp latest = s.at;
        Timestamp latest_lease{Duration::min()};
        for (const auto& o : said) {
            if (o.mac != s.mac) continue;
            latest = std::max(latest, o.at);
            if (o.lease) latest_lease = std::max(latest_lease, o.at);
        }
        const bool speaks_last = std::ranges::none_of(
            said, [&](const Statement& o) { return o.mac != s.mac && o.at > latest; });
        const bool leased_last = s.lease && std::ranges::none_of(said, [&](const Statement& o) {
            return o.lease && o.mac != s.mac && o.at > latest_lease;
        });
        if (!speaks_last && !leased_last) continue;
        const auto known = all.find(s.mac);
        if (known == all.end() || known->second.at < s.at) all[s.mac] = s;
    }
    return all;
}

// Each session as its reports up to then leave it.
std::vector<SlowJoin::SessionState> SlowJoin::sessions_at(Timestamp at) const
{
    std::map<std::pair<std::string, std::string>, std::vector<SessionEvent>> reports;
    std::vector<SessionEvent> sorted = history_.sessions;
    std::ranges::stable_sort(sorted, [](const SessionEvent& a, const SessionEvent& b) {
        return std::tie(a.at, a.kind) < std::tie(b.at, b.kind);
    });
    for (const auto& event : sorted) {
        if (event.kind != SessionEvent::Kind::nas_reset) reports[{event.nas, event.session_id}].push_back(event);
    }
    const auto reset_between = [&](const std::string& nas, Timestamp after, Timestamp until) {
        return std::ranges::any_of(history_.sessions, [&](const SessionEvent& e) {
            return e.kind == SessionEvent::Kind::nas_reset && e.nas == nas && e.at > after && e.at <= until;
        });
    };
    std::vector<SessionState> open;
    for (const auto& [key, events] : reports) {
        const auto interims = std::ranges::any_of(
            events, [](const SessionEvent& e) { return e.kind == SessionEvent::Kind::interim; });
        const auto silence = interims ? limits_.session_silence : limits_.session_longest;
        SessionState state;
        bool confirmed = false;  // a later report says the same
        for (const auto& event : events) {
            const bool over = reset_between(key.first, state.last, event.at) || event.at >= state.last + silence;
            const bool future = event.at > at;
            if (future && (!state.open || over)) break;
            if (future) {
                const bool same = (event.user.empty() || event.user == state.user) &&
                                  (event.addresses.empty() || event.addresses == state.addresses);
                confirmed = same;
                break;
            }
            if (state.open && over) state = {};
            if (!state.open && state.stopped && event.kind != SessionEvent::Kind::start &&
                event.at < state.last + silence) {
                continue;
            }
            if (!state.open) state = {};
            const bool changed = (!event.user.empty() && event.user != state.user) ||
                                 (!event.addresses.empty() && event.addresses != state.addresses);
            if (!state.open || changed) state.since = event.at;
            state.open = event.kind != SessionEvent::Kind::stop;
            state.stopped = !state.open;
            state.last = event.at;
            state.mac = event.mac;
            if (!event.user.empty()) state.user = event.user;
            if (!event.addresses.empty()) state.addresses = event.addresses;
        }
        if (!state.open || reset_between(key.first, state.last, at) || at >= state.last + silence) continue;
        if (confirmed) state.last = at;
        open.push_back(state);
    }
    return open;
}

// Then, and every moment about then at which something changed.
std::vector<Timestamp> SlowJoin::moments_about(Timestamp at) const
{
    std::vector<Timestamp> moments{at, at - limits_.grace, at + limits_.grace};
    const auto note = [&](Timestamp change) {
        if (change > at - limits_.grace && change < at + limits_.grace) {
            moments.push_back(change);
            moments.push_back(change - std::chrono::nanoseconds{1});
        }
    };
    for (const auto& lease : history_.leases) note(lease.ended.value_or(lease.from));
    for (const auto& seen : history_.sightings) note(seen.at);
    for (const auto& event : history_.sessions) note(event.at);
    return moments;
}

void SlowJoin::ask_mac(std::map<std::string, Grade>& people, const MacAddress& mac, Timestamp at) const
{
    for (const auto& session : sessions_at(at)) {
        if (session.mac == mac) improve(people, owner_of(session.user), Grade::strong);
    }
    improve(people, owner_of(mac), Grade::medium);
}

std::map<std::string, Grade> SlowJoin::who(const Device& device, Timestamp at) const
{
    std::map<std::string, Grade> people;
    if (!device.mac.is_zero()) {
        ask_mac(people, device.mac, at);
        return people;
    }
    const auto has_address = [&](const SessionState& session) {
        return std::ranges::count(session.addresses, device.ip) > 0;
    };
    std::optional<Timestamp> confirmed;
    for (const auto& session : sessions_at(at)) {
        if (has_address(session)) confirmed = std::max(confirmed.value_or(session.last), session.last);
    }
    Holders held = holders(device.ip, at);
    if (!confirmed && held.empty()) return people;
    std::vector<SessionState> having;
    for (const auto moment : moments_about(at)) {
        for (const auto& session : sessions_at(moment)) {
            if (has_address(session)) having.push_back(session);
        }
    }
    const auto superseded = [&](const SessionState& session) {
        return std::ranges::any_of(having, [&](const SessionState& other) {
            return other.since > session.last && other.since + limits_.grace < at;
        });
    };
    for (const auto moment : moments_about(at)) {
        for (const auto& session : sessions_at(moment)) {
            if (!has_address(session) || superseded(session)) continue;
            improve(people, owner_of(session.user), Grade::strong);
            improve(people, owner_of(session.mac), Grade::medium);
        }
        if (held.empty()) continue;
        for (const auto& [mac, statement] : holders(device.ip, moment)) {
            held.try_emplace(mac, statement);
        }
    }
    bool contested = false;
    for (const auto& [mac, statement] : held) {
        if (confirmed && std::min(statement.at, at) + limits_.grace < *confirmed) continue;
        std::map<std::string, Grade> of_mac;
        ask_mac(of_mac, mac, at);
        contested = contested || of_mac.empty();
        for (const auto& [staff, grade] : of_mac) improve(people, staff, grade);
    }
    if (contested) {
        for (auto& [staff, grade] : people) grade = Grade::weak;
    }
    return people;
}

bool SlowJoin::on_shift(const StaffId& staff, Timestamp at) const
{
    if (history_.duty_from == DutyBasis::roster) return rostered(staff, at);
    if (history_.duty_from == DutyBasis::call_system) return logged_in(staff, at);
    return rostered(staff, at) || logged_in(staff, at);
}

// The last word decides: whoever logs in, pauses or comes back is in.
bool SlowJoin::logged_in(const StaffId& staff, Timestamp at) const
{
    const AgentStateEvent* last = nullptr;
    for (const auto& event : history_.agents) {
        if (event.staff != staff || event.at > at) continue;
        if (last == nullptr || event.at > last->at) last = &event;
    }
    return last != nullptr && last->kind != AgentStateEvent::Kind::logout;
}

bool SlowJoin::rostered(const StaffId& staff, Timestamp at) const
{
    bool on = false;
    for (const auto& row : history_.duty) {
        if (row.staff != staff || at < row.start || at >= row.end) continue;
        if (row.activity == DutyActivity::off) return false;
        on = true;
    }
    return on;
}

std::vector<Call> SlowJoin::calls_of(const StaffId& staff) const
{
    std::map<std::string, Call> calls;
    std::map<std::string, Timestamp> derived;
    for (const auto& event : history_.calls) {
        if (event.staff != staff) continue;
        auto& call = calls[event.id];
        call.id = event.id;
        call.source = event.source;
        if (event.type == CallEvent::Type::call_start) {
            call.answered = std::min(call.answered.value_or(event.at), event.at);
            continue;
        }
        call.ended = std::max(call.ended.value_or(event.at), event.at);
        if (!event.talk) continue;
        const auto begin = event.at - *event.talk;
        const auto [entry, fresh] = derived.try_emplace(event.id, begin);
        entry->second = std::min(entry->second, begin);
    }
    std::vector<Call> all;
    for (auto& [id, call] : calls) {
        if (!call.answered && derived.contains(id)) call.answered = derived[id];
        all.push_back(call);
    }
    return all;
}

std::optional<Call> SlowJoin::nearest_call(const StaffId& staff, Timestamp at) const
{
    const auto calls = calls_of(staff);
    std::optional<Call> best;
    for (const auto& call : calls) {  // in progress: the one answered last
        if (!call.answered || *call.answered > at || (call.ended && *call.ended <= at)) continue;
        const bool replaced = std::ranges::any_of(calls, [&](const Call& other) {
            return other.answered && *other.answered > *call.answered && *other.answered <= at;
        });
        if (!call.ended && (replaced || at - *call.answered >= CallLimits{}.longest_call)) continue;
        if (!best || *call.answered > *best->answered) best = call;
    }
    if (best) return best;
    for (const auto& call : calls) {  // else the one that ended last
        if (!call.ended || *call.ended > at || at - *call.ended > history_.rule.within) continue;
        if (!best || *call.ended > *best->ended) best = call;
    }
    return best;
}

Conclusions SlowJoin::conclusions() const
{
    auto findings = history_.findings;
    std::ranges::sort(findings, {}, &Finding::at);
    Conclusions all;
    std::map<std::string, std::vector<double>> confidences;
    for (const auto& finding : findings) {
        if (finding.confidence < history_.rule.weak_confidence) continue;
        if (catalog_.row(catalog_.find(finding.server_name)->row).surface == Surface::private_) continue;
        const auto people = who(finding.device, finding.at);
        if (people.size() != 1 || people.begin()->second == Grade::weak) continue;
        const StaffId staff{people.begin()->first};
        if (!on_shift(staff, finding.at)) continue;
        const auto call = nearest_call(staff, finding.at);
        if (!call) continue;
        const auto id = incident_id(Pseudonym{"p-" + staff.value},
                                    {staff, history_.rule.id, finding.platform, call->source, call->id});
        auto& conclusion = all[id];
        if (conclusion.count++ == 0) conclusion.grade = people.begin()->second;
        if (conclusion.findings.size() < kIncidentFindings) conclusion.findings.push_back(finding.at);
        conclusion.call = call->id;
        conclusion.answered = call->answered;
        conclusion.ended = call->ended;
        confidences[id].push_back(finding.confidence);
        conclusion.confidence = combined_confidence(confidences[id]);
    }
    std::erase_if(all, [this](const auto& entry) { return entry.second.confidence < history_.rule.least_confidence - 1e-9; });
    for (auto& [id, conclusion] : all) conclusion.confidence = std::round(conclusion.confidence * 1e4) / 1e4;
    return all;
}

}  // namespace breakwatch::test
