// What the reports of a session tell together: from when until when who was on which device and address.
#include <algorithm>
#include <iterator>

#include "policy/identity/session_table.hpp"

namespace breakwatch {

namespace {

// A report need not repeat what stays the same.
template <typename Value>
void inherit(Value& told, const Value& before)
{
    if (told.empty()) told = before;
}

void carry_on(SessionSpan& span, const SessionSpan& before, bool by_device)
{
    if (!by_device) inherit(span.user, before.user);
    const bool news = before.addresses.empty() || before.remembered;
    if (span.addresses.empty() || span.addresses == before.addresses || news) span.since = before.since;
    span.remembered = span.addresses.empty() ? before.remembered : span.remembered;
    inherit(span.addresses, before.addresses);
    inherit(span.prefixes, before.prefixes);
    inherit(span.access_point, before.access_point);
    inherit(span.access_point_name, before.access_point_name);
    inherit(span.ssid, before.ssid);
    if (span.vlan == 0) span.vlan = before.vlan;
    span.started = before.started;
}

bool same_facts(const SessionSpan& a, const SessionSpan& b)
{
    return a.user == b.user && a.addresses == b.addresses && a.prefixes == b.prefixes &&
           a.access_point == b.access_point && a.access_point_name == b.access_point_name && a.ssid == b.ssid &&
           a.vlan == b.vlan;
}

}  // namespace

// Three reports missed are no accident.
Duration SessionTable::silence_of(const Key& key, const Session& session, Timestamp as_of) const
{
    constexpr Duration kAtLeast = std::chrono::minutes{2};
    constexpr Duration kLate = std::chrono::seconds{30};
    if (const auto usual = habit(key.first, as_of))
        return std::clamp(3 * *usual + kLate, kAtLeast, std::max(kAtLeast, silence_.with_interims));
    const auto interims =
        std::ranges::any_of(session.reports, [](const Report& r) { return r.kind == SessionEvent::Kind::interim; });
    return interims ? silence_.with_interims : silence_.without;
}

// When it was over at the latest, whatever restarts of its NAS say.
Timestamp SessionTable::over(const Session& session) const
{
    const auto& latest = session.reports.back();
    return latest.kind == SessionEvent::Kind::stop ? latest.at : latest.last + silence_.without;
}

// The first restart of the NAS after `at`; the end of time if there was none.
Timestamp SessionTable::reset_after(const std::string& nas, Timestamp at) const
{
    const auto found = resets_.find(nas);
    if (found == resets_.end()) return Timestamp::max();
    const auto next = std::ranges::upper_bound(found->second, at);
    return next == found->second.end() ? Timestamp::max() : *next;
}

// A device has one session at a time: when it began another after the last report of this one, whose
// Stop was lost. The end of time if it did not.
Timestamp SessionTable::elsewhere_after(const Key& key, const SessionSpan& span) const
{
    auto first = Timestamp::max();
    const auto entries = by_mac_.find(span.mac);
    if (entries == by_mac_.end()) return first;
    for (const auto* entry : entries->second) {
        const auto& reports = entry->second.reports;
        if (entry->first == key || reports.back().at <= span.last) continue;
        const auto began = std::ranges::find_if(reports, [&](const Report& r) {
            const bool begins = r.kind == SessionEvent::Kind::start || &r == &reports.front();
            return begins && r.at > span.last && r.mac == span.mac;
        });
        if (began != reports.end()) first = std::min(first, began->at);
    }
    return first;
}

// Whose each report is. One that does not say it means the device of the report before, at the
// front that of the first that says.
std::vector<MacAddress> SessionTable::macs_of(const Session& session)
{
    std::vector<MacAddress> macs;
    const auto telling = [](const Report& r) { return !r.mac.is_zero(); };
    const auto first = std::ranges::find_if(session.reports, telling);
    auto mac = first == session.reports.end() ? MacAddress{} : first->mac;
    for (const auto& report : session.reports) {
        if (telling(report)) mac = report.mac;
        macs.push_back(mac);
    }
    return macs;
}

// What one report says by itself; until when is not known of it alone.
SessionSpan SessionTable::as_told(const std::string& nas, const Report& report, const MacAddress& mac)
{
    SessionSpan span{.nas = nas,
                     .user = report.user,
                     .mac = mac,
                     .addresses = report.addresses,
                     .prefixes = report.prefixes,
                     .access_point = report.access_point,
                     .access_point_name = report.access_point_name,
                     .ssid = report.ssid,
                     .vlan = report.vlan,
                     .started = report.at,
                     .from = report.at,
                     .since = report.at,
                     .last = report.last,
                     .until = {}};
    // A portal has seen the address itself; a device may tell one that it remembers.
    span.remembered = report.kind == SessionEvent::Kind::start && !report.addresses.empty() && !mac.is_zero();
    return span;
}

// RFC 2866 section 4.1: what a Start, the interims and a Stop of one id tell together. A restart of
// the NAS, or silence, ends the session without a Stop; the id may then be used again.
std::vector<SessionSpan> SessionTable::spans(const Key& key, const Session& session, Timestamp as_of) const
{
    const auto silence = silence_of(key, session, as_of);
    const auto error = std::ranges::max(session.reports, {}, &Report::error).error;
    const auto macs = macs_of(session);
    std::vector<SessionSpan> all;
    bool stopped = false;
    for (std::size_t i = 0; i < macs.size(); ++i) {
        const auto& report = session.reports[i];
        auto* before = all.empty() ? nullptr : &all.back();
        const bool another = before != nullptr && before->mac != macs[i];
        const bool fresh = before == nullptr || stopped || another || report.at >= before->until;
        if (fresh && !another && report.kind != SessionEvent::Kind::start && stopped &&
            report.at < before->last + silence) {
            continue;  // a straggler of the session that was stopped
        }
        auto span = as_told(key.first, report, macs[i]);
        span.error = error;
        span.silence = std::min(silence, silence_.with_interims);
        const auto reset = reset_after(key.first, report.last);
        span.until = std::min(report.last + silence, reset);
        span.ended = span.until == reset;
        if (!fresh) carry_on(span, *before, report.by_device);
        stopped = report.kind == SessionEvent::Kind::stop;
        if (stopped) {
            span.until = report.at;
            span.ended = true;
        }
        if (!fresh && same_facts(span, *before)) {
            before->remembered = before->remembered && span.remembered;
            before->last = span.last;
            before->until = span.until;
            before->ended = span.ended;
            continue;
        }
        if (before != nullptr && report.at < before->until) {
            before->until = report.at;
            before->ended = true;
        }
        all.push_back(std::move(span));
    }
    for (auto& span : all) {
        const auto left = elsewhere_after(key, span);
        if (left >= span.until) continue;
        span.until = left;
        span.ended = true;
    }
    return all;
}

std::vector<SessionSpan> SessionTable::spans(const Entries& entries, Timestamp from, Timestamp to) const
{
    std::vector<SessionSpan> some;
    for (const auto* entry : entries) {
        const auto& session = entry->second;
        if (session.reports.front().at > to || over(session) < from) continue;
        for (auto& span : spans(entry->first, session, to)) {
            if (span.since <= to && span.until >= from) some.push_back(std::move(span));
        }
    }
    return some;
}

std::vector<SessionSpan> SessionTable::by_mac(const MacAddress& mac, Timestamp from, Timestamp to) const
{
    const auto found = by_mac_.find(mac);
    if (found == by_mac_.end()) return {};
    auto some = spans(found->second, from, to);
    std::erase_if(some, [&mac](const SessionSpan& span) { return span.mac != mac; });
    return some;
}

std::vector<SessionSpan> SessionTable::by_address(const IpAddress& ip, Timestamp from, Timestamp to) const
{
    auto some = spans(sessions_of(ip), from, to);
    std::erase_if(some, [&ip](const SessionSpan& span) { return !span.has(ip); });
    return some;
}

std::optional<CountedOctets> SessionTable::octets(const MacAddress& mac, Timestamp from, Timestamp to,
                                                  Duration reach) const
{
    const auto found = by_mac_.find(mac);
    if (found == by_mac_.end()) return std::nullopt;
    for (const auto* entry : found->second) {
        const Report* before = nullptr;
        const Report* after = nullptr;
        const auto macs = macs_of(entry->second);
        for (std::size_t i = 0; i < macs.size(); ++i) {
            const auto& report = entry->second.reports[i];
            const bool counts = report.kind == SessionEvent::Kind::start || report.octets > 0;
            if (!counts || macs[i] != mac || report.at < from - reach || report.at > to + reach) continue;
            // The latest up to the beginning, else the first after it; the first past the end, else
            // the latest before it.
            if (before == nullptr || report.at <= from) before = &report;
            if (after == nullptr || after->at < to) after = &report;
        }
        if (before == nullptr || before->at >= after->at || before->octets > after->octets) continue;
        return CountedOctets{before->at, after->at, after->octets - before->octets};
    }
    return std::nullopt;
}

void SessionTable::each(const std::function<void(const SessionSpan&)>& visit) const
{
    for (const auto& [key, session] : sessions_) {
        for (const auto& span : spans(key, session, Timestamp::max())) visit(span);
    }
}

}  // namespace breakwatch
