#include "slow_join.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

#include "policy/identity/address_history.hpp"

namespace breakwatch::test {

namespace {

using Kind = SessionEvent::Kind;

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

// What each device said of the address up to then.
SlowJoin::Sayings SlowJoin::said_of(const IpAddress& ip, Timestamp at) const
{
    Sayings all;
    const auto released = [&](const MacAddress& mac, Timestamp said) {
        return std::ranges::any_of(history_.leases, [&](const Lease& lease) {
            return lease.ended && lease.mac == mac && lease.ip == ip && *lease.ended > said && *lease.ended <= at;
        });
    };
    for (const auto& lease : history_.leases) {
        if (lease.ip != ip || lease.from > at || lease.ended) continue;
        auto& saying = all[lease.mac];
        saying.latest = std::max(saying.latest, lease.from);
        saying.leased = std::max(saying.leased.value_or(lease.from), lease.from);
        if (at < lease.until && !released(lease.mac, lease.from)) saying.lease_runs = true;
    }
    for (const auto& seen : history_.sightings) {
        if (seen.ip != ip || seen.at > at) continue;
        auto& saying = all[seen.mac];
        saying.latest = std::max(saying.latest, seen.at);
        if (at < seen.at + AddressHistory::kSightingHolds && !released(seen.mac, seen.at)) saying.seen_lately = true;
    }
    return all;
}

// The latest speaker, while what it said is valid, and the device whose lease is the latest lease, while that runs.
SlowJoin::Sayings SlowJoin::holders(const IpAddress& ip, Timestamp at) const
{
    const auto all = said_of(ip, at);
    Sayings held;
    for (const auto& [mac, saying] : all) {
        const bool speaks_last = std::ranges::none_of(all, [&](const auto& o) { return o.second.latest > saying.latest; });
        const bool leased_last = saying.lease_runs && std::ranges::none_of(all, [&](const auto& o) {
            return o.second.leased && *o.second.leased > *saying.leased;
        });
        if (saying.counts() && (speaks_last || leased_last)) held[mac] = saying;
    }
    return held;
}

Duration SlowJoin::silence_of(const std::vector<SessionEvent>& reports, Timestamp as_of) const
{
    std::map<std::string, std::vector<SessionEvent>> of_nas;
    for (const auto& event : history_.sessions) {
        if (event.nas == reports.front().nas && event.kind != Kind::nas_reset) of_nas[event.session_id].push_back(event);
    }
    std::vector<std::pair<Timestamp, Duration>> gaps;
    for (auto& [id, events] : of_nas) {
        std::ranges::sort(events, {}, &SessionEvent::at);
        for (std::size_t i = 1; i < events.size(); ++i) {
            if (events[i].kind == Kind::interim && events[i].at <= as_of) gaps.emplace_back(events[i].at, events[i].at - events[i - 1].at);
        }
    }
    std::ranges::sort(gaps);
    if (gaps.size() > 64) gaps.erase(gaps.begin(), gaps.end() - 64);
    if (gaps.size() >= 3) {
        std::vector<Duration> lengths;
        for (const auto& gap : gaps) lengths.push_back(gap.second);
        std::ranges::sort(lengths);
        return std::clamp<Duration>(3 * lengths[lengths.size() / 2] + std::chrono::seconds{30}, std::chrono::minutes{2}, limits_.session_silence);
    }
    const auto interims = std::ranges::count(reports, Kind::interim, &SessionEvent::kind);
    return interims > 0 ? limits_.session_silence : limits_.session_longest;
}

// Each session cut where its facts change, as its reports tell it.
std::vector<SlowJoin::Stay> SlowJoin::stays(Timestamp as_of) const
{
    std::map<std::pair<std::string, std::string>, std::vector<SessionEvent>> reports;
    for (const auto& event : history_.sessions) {
        if (event.kind != Kind::nas_reset) reports[{event.nas, event.session_id}].push_back(event);
    }
    std::vector<Stay> all;
    for (auto& [key, events] : reports) {
        std::ranges::stable_sort(events, [](const SessionEvent& a, const SessionEvent& b) { return std::tie(a.at, a.kind) < std::tie(b.at, b.kind); });
        const auto silence = silence_of(events, as_of);
        const auto reset = [&](Timestamp after) {
            auto first = Timestamp::max();
            for (const auto& e : history_.sessions) {
                if (e.kind == Kind::nas_reset && e.nas == key.first && e.at > after) first = std::min(first, e.at);
            }
            return first;
        };
        std::vector<Stay> own;
        bool stopped = false;
        for (const auto& event : events) {
            const bool fresh = own.empty() || stopped || event.at >= own.back().until;
            if (fresh && stopped && event.kind != Kind::start && event.at < own.back().last + silence) continue;
            Stay stay{event.session_id + "@" + event.nas, event.user, event.mac, event.addresses, event.at, event.at, event.at, {}, false, false, {}};
            stay.remembered = event.kind == Kind::start && !event.addresses.empty();
            stay.silence = std::min(silence, limits_.session_silence);
            stay.since = event.at;
            stay.until = std::min(event.at + silence, reset(event.at));
            stay.ended = stay.until == reset(event.at);
            if (!fresh) {
                const auto& before = own.back();
                if (stay.user.empty()) stay.user = before.user;
                if (before.addresses.empty() || before.remembered || stay.addresses.empty() || stay.addresses == before.addresses) stay.since = before.since;
                if (stay.addresses.empty()) {
                    stay.addresses = before.addresses;
                    stay.remembered = before.remembered;
                }
                stay.started = before.started;
            }
            stopped = event.kind == Kind::stop;
            if (stopped) {
                stay.until = event.at;
                stay.ended = true;
            }
            if (!fresh && stay.user == own.back().user && stay.addresses == own.back().addresses) {
                stay.from = own.back().from;
                stay.remembered = stay.remembered && own.back().remembered;
                own.back() = stay;
                continue;
            }
            if (!fresh) {
                own.back().until = event.at;
                own.back().ended = true;
            }
            own.push_back(stay);
        }
        std::ranges::move(own, std::back_inserter(all));
    }
    // Where a device began another session after the last word of this one, this one was over.
    for (auto& stay : all) {
        for (const auto& [key, events] : reports) {
            if (key.second + "@" + key.first == stay.session) continue;
            for (const auto& event : events) {
                const bool begins = event.kind == Kind::start || &event == &events.front();
                if (!begins || event.mac != stay.mac || event.at <= stay.last || event.at >= stay.until) continue;
                stay.until = event.at;
                stay.ended = true;
            }
        }
    }
    return all;
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
    for (const auto& lease : history_.leases) {
        if (!lease.ended) note(lease.from);
    }
    for (const auto& seen : history_.sightings) note(seen.at);
    return moments;
}

std::vector<SlowJoin::Stay> SlowJoin::stays_about(Timestamp at) const
{
    if (asked_ == at) return stays_;
    asked_ = at;
    stays_ = stays(at + limits_.grace + std::chrono::minutes{5});
    std::erase_if(stays_, [&](const Stay& s) { return !s.may_hold(at, limits_.grace) && !s.told_later(at); });
    return stays_;
}

SlowJoin::People SlowJoin::of_mac(const MacAddress& mac, const IpAddress& ip, Timestamp at, bool lease_runs) const
{
    People people;
    auto stays = stays_about(at);
    std::erase_if(stays, [&](const Stay& s) { return s.mac != mac || !s.may_hold(at, limits_.grace); });
    const bool in_session = std::ranges::any_of(stays, [&](const Stay& s) { return s.holds(at); });
    const auto enrolled = owner_of(mac);
    for (const auto& stay : stays) {
        const auto user = owner_of(stay.user);
        if ((!in_session && enrolled.empty()) || user.empty()) continue;
        const bool present = lease_runs && held_since(mac, ip, at) <= stay.started + std::chrono::minutes{5};
        const auto grade = stay.fresh(at) ? Grade::strong : present ? Grade::medium : Grade::weak;
        if (grade == Grade::weak && !enrolled.empty() && user != enrolled) continue;
        improve(people, user, grade);
    }
    improve(people, enrolled, Grade::medium);
    return people;
}

// Since when the device has the address without a break.
Timestamp SlowJoin::held_since(const MacAddress& mac, const IpAddress& ip, Timestamp at) const
{
    AddressHistory only;
    for (const auto& lease : history_.leases) {
        if (lease.ip != ip) continue;
        if (lease.ended) {
            only.end(ip, lease.mac, *lease.ended);
        } else {
            only.add(ip, {lease.from, lease.mac, lease.from, lease.until, AddressUse::Source::server_lease, 0});
        }
    }
    for (const auto& seen : history_.sightings) {
        if (seen.ip == ip) only.add(ip, {seen.at, seen.mac, seen.at, seen.at + AddressHistory::kSightingHolds, AddressUse::Source::sighting, 0});
    }
    for (const auto& claim : only.claims(ip, at)) {
        if (claim.mac() == mac) return only.stretch(ip, claim.use).from;
    }
    return at;
}

SlowJoin::People SlowJoin::who_by_frame(const Device& device, Timestamp at) const
{
    const auto said = said_of(device.ip, at);
    const auto mine = said.find(device.mac);
    const bool leased = mine != said.end() && mine->second.lease_runs;
    auto people = of_mac(device.mac, device.ip, at, leased);
    if (people.empty()) return people;
    bool contested = false;
    bool disputed = false;
    People others;
    for (const auto& [mac, rival] : said) {
        if (mac == device.mac || !rival.counts()) continue;
        const bool mine_since = mine != said.end() && mine->second.counts() && rival.latest < held_since(device.mac, device.ip, at);
        if (mine_since && !rival.lease_runs && at - rival.latest > AddressHistory::kSightingGap) continue;
        if (leased && (!rival.lease_runs || *mine->second.leased > *rival.leased)) {
            disputed = disputed || !rival.lease_runs;
            continue;
        }
        const auto of_rival = of_mac(mac, device.ip, at, rival.lease_runs);
        contested = contested || of_rival.empty();
        if (!rival.binds()) continue;
        for (const auto& [staff, grade] : of_rival) improve(others, staff, grade);
    }
    if (!leased) {
        for (const auto& stay : stays_about(at)) {
            if (stay.mac == device.mac || !stay.holds(at) || !stay.has(device.ip) || !stay.fresh(at) || stay.remembered) continue;
            if (owner_of(stay.user).empty()) contested = true;
            else improve(others, owner_of(stay.user), Grade::medium);
        }
    }
    for (auto& [staff, grade] : people) {
        if (disputed) grade = std::max(grade, Grade::medium);
    }
    for (const auto& [staff, grade] : others) improve(people, staff, grade);
    if (contested) {
        for (auto& [staff, grade] : people) grade = Grade::weak;
    }
    return people;
}

SlowJoin::People SlowJoin::who_by_address(const IpAddress& ip, Timestamp at) const
{
    People people;
    auto having = stays_about(at);
    std::erase_if(having, [&](const Stay& s) { return !s.has(ip); });
    const bool in_session = std::ranges::any_of(having, [&](const Stay& s) { return s.holds(at); });
    std::optional<Timestamp> confirmed;
    for (const auto& stay : having) {
        if (stay.holds(at) && !stay.remembered) confirmed = std::max(confirmed.value_or(stay.from), std::min(stay.last, at));
    }
    auto held = holders(ip, at);
    if (!in_session && held.empty()) return people;
    if (!held.empty()) {
        for (const auto moment : moments_about(at)) {
            for (const auto& [mac, saying] : holders(ip, moment)) held.try_emplace(mac, saying);
        }
    }
    bool contested = false;
    for (const auto& stay : having) {
        const bool superseded = std::ranges::any_of(having, [&](const Stay& other) {
            return other.since > stay.last && other.since + limits_.grace < at;
        });
        const bool leased_away = std::ranges::any_of(held, [&](const auto& h) {
            return h.first != stay.mac && h.second.lease_runs &&
                   (stay.remembered || *h.second.leased > std::min(stay.last, at) + limits_.grace);
        });
        if (superseded || leased_away) continue;
        if (!stay.may_hold(at, limits_.grace)) {
            contested = contested || held.empty();
            continue;
        }
        const auto holder = held.find(stay.mac);
        const bool leased_to_it = holder != held.end() && holder->second.lease_runs;
        const bool lately = at - std::min(stay.last, at) < stay.silence * 2 / 3;
        const bool sure = stay.fresh(at) && (leased_to_it || (lately && !stay.remembered));
        const auto user = owner_of(stay.user);
        if (!user.empty()) improve(people, user, !sure ? Grade::weak : leased_to_it ? Grade::strong : Grade::medium);
        improve(people, owner_of(stay.mac), sure ? Grade::medium : Grade::weak);
    }
    const auto certain = [](const auto& p) { return p.second != Grade::weak; };
    const bool told_of = std::ranges::any_of(people, certain) || std::ranges::any_of(held, [&](const auto& h) {
        return h.second.lease_runs && std::ranges::any_of(of_mac(h.first, ip, at, true), certain);
    });
    for (const auto& [mac, saying] : held) {
        if (confirmed && std::min(saying.latest, at) + limits_.grace < *confirmed && !saying.lease_runs) continue;
        const auto of = of_mac(mac, ip, at, saying.lease_runs);
        contested = contested || of.empty();
        if (!saying.binds()) continue;
        for (const auto& [staff, grade] : of) improve(people, staff, saying.lease_runs ? grade : told_of ? std::max(grade, Grade::medium) : Grade::weak);
    }
    for (auto& [staff, grade] : people) {
        if (contested) grade = Grade::weak;
    }
    if (std::ranges::any_of(people, [](const auto& p) { return p.second != Grade::weak; }))
        std::erase_if(people, [](const auto& p) { return p.second == Grade::weak; });
    return people;
}

std::map<std::string, Grade> SlowJoin::who(const Device& device, Timestamp at) const
{
    return device.mac.is_zero() ? who_by_address(device.ip, at) : who_by_frame(device, at);
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
                                    {staff, history_.rule.id, finding.platform, {Occasion::Kind::call, call->source, call->id}});
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
