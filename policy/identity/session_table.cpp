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

}  // namespace

bool SessionSpan::has(const IpAddress& ip) const
{
    return std::ranges::find(addresses, ip) != addresses.end() ||
           std::ranges::any_of(prefixes, [&ip](const Subnet& prefix) { return prefix.contains(ip); });
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
        const auto keep = [&](const Report& r) {
            return r.user != kSomebody || r.last >= before || wanted(r.mac) || knows(r.mac);
        };
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
    if (const auto found = by_address_.find(ip); found != by_address_.end()) entries = found->second;
    for (std::size_t length = 0; prefix_lengths_.any() && length < prefix_lengths_.size(); ++length) {
        if (!prefix_lengths_.test(length)) continue;
        const auto bits = static_cast<std::uint8_t>(length);
        const auto found = by_prefix_.find({masked(ip, bits), bits});
        if (found != by_prefix_.end()) entries.insert(entries.end(), found->second.begin(), found->second.end());
    }
    // In an order that does not hang on addresses in memory.
    std::ranges::sort(entries, {}, [](const auto* entry) -> const Key& { return entry->first; });
    const auto repeated = std::ranges::unique(entries);
    entries.erase(repeated.begin(), repeated.end());
    return entries;
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
                           one.by_device == next.by_device && one.access_point == next.access_point &&
                           one.access_point_name == next.access_point_name && one.ssid == next.ssid &&
                           one.vlan == next.vlan && one.error == next.error;
        const bool unbroken = next.at - one.last < silence_.with_interims && reset_after(key.first, one.last) > next.at;
        if (!alike || !unbroken || one.kind != SessionEvent::Kind::interim || next.last >= settled) {
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

void SessionTable::keep_only(const std::function<bool(const std::string& user, const MacAddress& mac)>& wanted)
{
    std::set<MacAddress> devices;  // on which somebody else's session still means something
    for (const auto& [key, session] : sessions_) {
        const auto macs = macs_of(session);
        for (std::size_t i = 0; i < macs.size(); ++i) {
            if (session.reports[i].user != kSomebody && wanted(session.reports[i].user, macs[i]))
                devices.insert(macs[i]);
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
