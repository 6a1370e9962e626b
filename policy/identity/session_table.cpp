#include "policy/identity/session_table.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace breakwatch {

namespace {

template <typename Index, typename Name, typename Entry>
void list_under(Index& index, const Name& name, const Entry* entry)
{
    auto& entries = index[name];
    if (std::ranges::find(entries, entry) == entries.end()) entries.push_back(entry);
}

template <typename Index, typename Name, typename Entry>
void unlist(Index& index, const Name& name, const Entry* entry)
{
    const auto found = index.find(name);
    if (found == index.end()) return;
    std::erase(found->second, entry);
    if (found->second.empty()) index.erase(found);
}

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
           a.access_point == b.access_point && a.access_point_name == b.access_point_name &&
           a.ssid == b.ssid && a.vlan == b.vlan;
}

}  // namespace

bool SessionSpan::has(const IpAddress& ip) const
{
    return std::ranges::find(addresses, ip) != addresses.end() ||
           std::ranges::any_of(prefixes,
                               [&ip](const Subnet& prefix) { return prefix.contains(ip); });
}

void SessionTable::note(const Sessions::value_type& entry, const Report& report)
{
    if (!report.mac.is_zero()) list_under(by_mac_, report.mac, &entry);
    for (const auto& ip : report.addresses) list_under(by_address_, ip, &entry);
    for (const auto& prefix : report.prefixes) {
        list_under(by_prefix_, prefix, &entry);
        prefix_lengths_.set(std::min<std::size_t>(prefix.length, 128));
    }
}

void SessionTable::drop(const Sessions::value_type& entry)
{
    const auto& session = entry.second;
    for (const auto& report : session.reports) {
        unlist(by_mac_, report.mac, &entry);
        for (const auto& ip : report.addresses) unlist(by_address_, ip, &entry);
        for (const auto& prefix : report.prefixes) unlist(by_prefix_, prefix, &entry);
    }
    reports_ -= session.reports.size();
    others_ -= others_of(session);
}

std::size_t SessionTable::others_of(const Session& session)
{
    return static_cast<std::size_t>(std::ranges::count(session.reports, kSomebody, &Report::user));
}

void SessionTable::forget_somebodys(Timestamp before, const std::function<bool(const MacAddress& mac)>& wanted)
{
    for (auto entry = sessions_.begin(); entry != sessions_.end();) {
        const auto& reports = entry->second.reports;
        const auto keep = [&](const Report& r) { return r.user != kSomebody || r.last >= before || wanted(r.mac) || knows(r.mac); };
        if (others_ == 0 || std::ranges::any_of(reports, keep)) {
            ++entry;
            continue;
        }
        drop(*entry);
        entry = sessions_.erase(entry);
    }
}

void SessionTable::add(const SessionEvent& event)
{
    auto& entry = *sessions_.try_emplace({event.nas, event.session_id}).first;
    auto& session = entry.second;
    Report report{.at = event.at,
                  .kind = event.kind,
                  .last = event.at,
                  .mac = event.mac,
                  .user = event.user,
                  .by_device = event.by_device,
                  .addresses = event.addresses,
                  .prefixes = event.prefixes,
                  .access_point = event.access_point,
                  .access_point_name = event.access_point_name,
                  .ssid = event.ssid,
                  .vlan = event.vlan,
                  .octets = event.octets_in + event.octets_out,
                  .error = std::min(event.clock_error, kLargestError)};
    std::ranges::sort(report.addresses);
    std::ranges::sort(report.prefixes);
    const auto place = std::ranges::lower_bound(session.reports, report);
    if (place != session.reports.end() && *place == report) return;
    note(entry, report);
    const auto inserted = session.reports.insert(place, std::move(report));
    learn_habit(event.nas, session.reports, static_cast<std::size_t>(inserted - session.reports.begin()));
    ++reports_;
    if (event.user == kSomebody) ++others_;
}

// How often a NAS reports shows between the reports of its sessions; one that comes late parts a gap in two.
void SessionTable::learn_habit(const std::string& nas, const std::vector<Report>& reports, std::size_t place)
{
    auto& gaps = gaps_[nas];
    const auto gap_before = [&](std::size_t i) { return Gap{reports[i].at, reports[i].at - reports[i - 1].last}; };
    const auto insert = [&](std::size_t i) {
        if (reports[i].kind != SessionEvent::Kind::interim) return;
        const auto gap = gap_before(i);
        gaps.insert(std::ranges::upper_bound(gaps, gap), gap);
    };
    if (place > 0) insert(place);
    if (place + 1 < reports.size()) {
        if (place > 0) {
            const Gap whole{reports[place + 1].at, reports[place + 1].at - reports[place - 1].last};
            const auto found = std::ranges::lower_bound(gaps, whole);
            if (found != gaps.end() && *found == whole) gaps.erase(found);
        }
        insert(place + 1);
    }
    if (gaps.size() > kGaps) gaps.erase(gaps.begin());
}

// The usual time between two reports of a session, as the latest of them up to then show it.
std::optional<Duration> SessionTable::habit(const std::string& nas, Timestamp as_of) const
{
    constexpr std::ptrdiff_t kFew = 3;
    constexpr std::ptrdiff_t kMany = 64;
    const auto found = gaps_.find(nas);
    if (found == gaps_.end()) return std::nullopt;
    const auto end = std::ranges::upper_bound(found->second, as_of, {}, &Gap::at);
    const auto count = std::min<std::ptrdiff_t>(end - found->second.begin(), kMany);
    if (count < kFew) return std::nullopt;
    std::vector<Duration> lengths;
    std::transform(end - count, end, std::back_inserter(lengths), [](const Gap& gap) { return gap.length; });
    const auto middle = lengths.begin() + count / 2;
    std::ranges::nth_element(lengths, middle);
    return *middle;
}

bool SessionTable::knows(const MacAddress& mac) const
{
    const auto found = by_mac_.find(mac);
    return found != by_mac_.end() && std::ranges::any_of(found->second, [](const auto* entry) {
               return std::ranges::any_of(entry->second.reports, [](const Report& r) { return r.user != kSomebody; });
           });
}

void SessionTable::reset(const std::string& nas, Timestamp at)
{
    auto& times = resets_[nas];
    const auto place = std::ranges::lower_bound(times, at);
    if (place == times.end() || *place != at) times.insert(place, at);
}

bool SessionTable::knows(const std::string& nas, const std::string& session_id) const
{
    return sessions_.contains({nas, session_id});
}

bool SessionTable::knows(const IpAddress& ip) const
{
    return !sessions_of(ip).empty();
}

SessionTable::Entries SessionTable::sessions_of(const IpAddress& ip) const
{
    Entries entries;
    if (const auto found = by_address_.find(ip); found != by_address_.end())
        entries = found->second;
    for (std::size_t length = 0; prefix_lengths_.any() && length < prefix_lengths_.size();
         ++length) {
        if (!prefix_lengths_.test(length)) continue;
        const auto bits = static_cast<std::uint8_t>(length);
        const auto found = by_prefix_.find({masked(ip, bits), bits});
        if (found != by_prefix_.end())
            entries.insert(entries.end(), found->second.begin(), found->second.end());
    }
    // In an order that does not hang on addresses in memory.
    std::ranges::sort(entries, {}, [](const auto* entry) -> const Key& { return entry->first; });
    const auto repeated = std::ranges::unique(entries);
    entries.erase(repeated.begin(), repeated.end());
    return entries;
}

// Three reports missed are no accident.
Duration SessionTable::silence_of(const Key& key, const Session& session, Timestamp as_of) const
{
    constexpr Duration kAtLeast = std::chrono::minutes{2};
    constexpr Duration kLate = std::chrono::seconds{30};
    if (const auto usual = habit(key.first, as_of)) return std::clamp(3 * *usual + kLate, kAtLeast, std::max(kAtLeast, silence_.with_interims));
    const auto interims = std::ranges::any_of(
        session.reports, [](const Report& r) { return r.kind == SessionEvent::Kind::interim; });
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

std::vector<SessionSpan> SessionTable::spans(const Entries& entries, Timestamp from,
                                             Timestamp to) const
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

std::vector<SessionSpan> SessionTable::by_mac(const MacAddress& mac, Timestamp from,
                                              Timestamp to) const
{
    const auto found = by_mac_.find(mac);
    if (found == by_mac_.end()) return {};
    auto some = spans(found->second, from, to);
    std::erase_if(some, [&mac](const SessionSpan& span) { return span.mac != mac; });
    return some;
}

std::vector<SessionSpan> SessionTable::by_address(const IpAddress& ip, Timestamp from,
                                                  Timestamp to) const
{
    auto some = spans(sessions_of(ip), from, to);
    std::erase_if(some, [&ip](const SessionSpan& span) { return !span.has(ip); });
    return some;
}

std::optional<CountedOctets> SessionTable::octets(const MacAddress& mac, Timestamp from,
                                                  Timestamp to, Duration reach) const
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

// Interims past the reach of late facts that repeat each other become one.
void SessionTable::put_together(const Key& key, Session& session, Timestamp settled)
{
    auto& reports = session.reports;
    for (std::size_t i = 1; i < reports.size();) {
        const auto& next = reports[i];
        auto& one = reports[i - 1];
        const bool alike = one.kind == next.kind && one.mac == next.mac && one.user == next.user &&
                           one.addresses == next.addresses && one.prefixes == next.prefixes &&
                           one.by_device == next.by_device &&
                           one.access_point == next.access_point &&
                           one.access_point_name == next.access_point_name &&
                           one.ssid == next.ssid && one.vlan == next.vlan &&
                           one.error == next.error;
        const bool unbroken = next.at - one.last < silence_.with_interims &&
                              reset_after(key.first, one.last) > next.at;
        if (!alike || !unbroken || one.kind != SessionEvent::Kind::interim ||
            next.last >= settled) {
            ++i;
            continue;
        }
        one.last = next.last;
        reports.erase(reports.begin() + static_cast<std::ptrdiff_t>(i));
    }
}

void SessionTable::tidy(Timestamp now, Timestamp since)
{
    for (auto entry = sessions_.begin(); entry != sessions_.end();) {
        auto& [key, session] = *entry;
        if (over(session) < since) {
            drop(*entry);
            entry = sessions_.erase(entry);
            continue;
        }
        reports_ -= session.reports.size();
        others_ -= others_of(session);
        put_together(key, session, now - kSettled);
        reports_ += session.reports.size();
        others_ += others_of(session);
        ++entry;
    }
    for (auto nas = resets_.begin(); nas != resets_.end();) {
        std::erase_if(nas->second, [since](Timestamp at) { return at < since; });
        nas = nas->second.empty() ? resets_.erase(nas) : std::next(nas);
    }
}

void SessionTable::keep_only(
    const std::function<bool(const std::string& user, const MacAddress& mac)>& wanted)
{
    std::set<MacAddress> devices;  // on which somebody else's session still means something
    for (const auto& [key, session] : sessions_) {
        const auto macs = macs_of(session);
        for (std::size_t i = 0; i < macs.size(); ++i) {
            if (session.reports[i].user != kSomebody && wanted(session.reports[i].user, macs[i])) devices.insert(macs[i]);
        }
    }
    for (auto entry = sessions_.begin(); entry != sessions_.end();) {
        auto& reports = entry->second.reports;
        const auto macs = macs_of(entry->second);
        std::set<MacAddress> kept;
        for (std::size_t i = 0; i < macs.size(); ++i) {
            const bool somebodys = reports[i].user == kSomebody;
            if (somebodys ? devices.contains(macs[i]) : wanted(reports[i].user, macs[i])) kept.insert(macs[i]);
        }
        drop(*entry);
        std::size_t i = 0;
        std::erase_if(reports, [&](const Report&) { return !kept.contains(macs[i++]); });
        if (reports.empty()) {
            entry = sessions_.erase(entry);
            continue;
        }
        for (const auto& report : reports) note(*entry, report);
        reports_ += reports.size();
        others_ += others_of(entry->second);
        ++entry;
    }
}

}  // namespace breakwatch
