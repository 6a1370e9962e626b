#include "policy/identity/address_history.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace breakwatch {

namespace {

using Uses = std::vector<AddressUse>;

// The latest moment up to `at` of which the use tells.
Timestamp evidence(const AddressUse& use, Timestamp at)
{
    return std::min(use.last, at);
}

void insert_in_order(Uses& uses, const AddressUse& use)
{
    uses.insert(std::ranges::upper_bound(uses, use), use);
}

void widen(AddressUse& whole, const AddressUse& part)
{
    whole.from = std::min(whole.from, part.from);
    whole.last = std::max(whole.last, part.last);
    whole.until = std::max(whole.until, part.until);
}

bool same_device(const AddressUse& a, const AddressUse& b)
{
    return a.mac == b.mac && a.source == b.source && a.vlan == b.vlan;
}

bool knows(const std::vector<AddressClaim>& holders, const MacAddress& mac)
{
    return std::ranges::find(holders, mac, &AddressClaim::mac) != holders.end();
}

bool knows(const Uses& uses, const MacAddress& mac)
{
    return std::ranges::find(uses, mac, &AddressUse::mac) != uses.end();
}

}  // namespace

void AddressHistory::count(const Timeline& timeline, bool add)
{
    const auto markers = static_cast<std::size_t>(
        std::ranges::count_if(timeline.uses, [](const AddressUse& h) { return h.mac.is_zero(); }));
    const auto named = timeline.uses.size() - markers + timeline.releases.size();
    markers_ = add ? markers_ + markers : markers_ - markers;
    named_ = add ? named_ + named : named_ - named;
    for (const auto& use : timeline.uses) {
        if (use.mac.is_zero()) continue;
        auto& many = of_device_[use.mac];
        many = add ? many + 1 : many - 1;
        if (many == 0) of_device_.erase(use.mac);
    }
}

std::size_t AddressHistory::size_of(const MacAddress& mac) const
{
    const auto found = of_device_.find(mac);
    return found == of_device_.end() ? 0 : found->second;
}

bool AddressHistory::told_of(const IpAddress& ip, const MacAddress& mac) const
{
    const auto found = addresses_.find(ip);
    return found != addresses_.end() && knows(found->second.uses, mac);
}

std::optional<AddressUse> AddressHistory::add(const IpAddress& ip, const AddressUse& said)
{
    auto& timeline = addresses_[ip];
    timeline.rests_until = {};
    count(timeline, false);
    auto whole = said;
    bool news = true;
    std::erase_if(timeline.uses, [&](const AddressUse& known) {
        const auto gap = said.is_lease() ? Duration{0} : kSightingGap;
        const bool near = known.from <= said.last + gap && said.from <= known.last + gap;
        // Of leases only a repeat is taken for the same: a release may yet come between two of
        // them.
        const bool repeat = said.is_lease() ? known.from == said.from : near;
        if (!same_device(known, said) || !repeat) return false;
        const auto minute = [](Timestamp time) { return std::chrono::floor<std::chrono::minutes>(time); };
        news = news && (said.from < known.from || minute(said.last) > minute(known.last) ||
                        (said.is_lease() && said.until > known.until));
        widen(whole, known);
        return true;
    });
    insert_in_order(timeline.uses, whole);
    count(timeline, true);
    return news ? std::optional(whole) : std::nullopt;
}

void AddressHistory::end(const IpAddress& ip, const MacAddress& mac, Timestamp at)
{
    auto& timeline = addresses_[ip];
    count(timeline, false);
    const Release release{mac, at};
    const auto place = std::ranges::lower_bound(timeline.releases, release);
    if (place == timeline.releases.end() || *place != release) timeline.releases.insert(place, release);
    count(timeline, true);
}

bool AddressHistory::ended(const Timeline& timeline, const AddressUse& use, Timestamp evidence, Timestamp at)
{
    return std::ranges::any_of(timeline.releases, [&](const Release& release) {
        return release.mac == use.mac && release.at > evidence && release.at <= at;
    });
}

std::vector<AddressClaim> AddressHistory::claims(const Timeline& timeline, Timestamp at)
{
    std::vector<AddressClaim> claims;
    for (const auto& use : timeline.uses) {
        if (use.from > at) break;
        auto claim = std::ranges::find(claims, use.mac, &AddressClaim::mac);
        const auto told = evidence(use, at);
        const bool runs = at < use.until && !ended(timeline, use, told, at);
        if (claim == claims.end())
            claim = claims.insert(claims.end(), {use, told, {}, {}, false, false, false, false, 0});
        const bool later = runs == claim->seen && evidence(claim->use, at) <= told;
        if (later || (runs && !claim->seen)) claim->use = use;
        if (use.vlan != 0 && (claim->vlan == 0 || told >= claim->latest)) claim->vlan = use.vlan;
        claim->seen = claim->seen || runs;
        claim->latest = std::max(claim->latest, told);
        if (use.source == AddressUse::Source::frame) claim->framed = std::max(claim->framed.value_or(told), told);
        if (!use.is_lease()) continue;
        if (!claim->leased || *claim->leased <= told) claim->by_server = use.source == AddressUse::Source::server_lease;
        claim->leased = std::max(claim->leased.value_or(told), told);
        claim->lease_runs = claim->lease_runs || runs;
    }
    for (auto& claim : claims) claim.valid = claim.lease_runs || (claim.seen && !claim.leased);
    std::ranges::stable_sort(claims, std::greater{}, &AddressClaim::latest);
    return claims;
}

std::vector<AddressClaim> AddressHistory::claims(const IpAddress& ip, Timestamp at) const
{
    const auto found = addresses_.find(ip);
    return found == addresses_.end() ? std::vector<AddressClaim>{} : claims(found->second, at);
}

// The device with the latest evidence has the address while that evidence is valid. A device whose
// lease still runs is named beside it as long as the server itself did not give the address away: the other
// one may be using an address that is not its own.
std::vector<AddressClaim> AddressHistory::uses_at(const Timeline& timeline, Timestamp at)
{
    const auto claims = AddressHistory::claims(timeline, at);
    std::vector<AddressClaim> holders;
    for (const auto& claim : claims) {
        const bool latest = claim.latest == claims.front().latest;
        const bool superseded = std::ranges::any_of(
            claims, [&claim](const AddressClaim& other) { return other.by_server && other.leased > claim.leased; });
        if (claim.seen && (latest || (claim.lease_runs && !superseded))) holders.push_back(claim);
    }
    return holders;
}

std::vector<AddressClaim> AddressHistory::holders(const IpAddress& ip, Timestamp at, Duration grace) const
{
    const auto found = addresses_.find(ip);
    if (found == addresses_.end()) return {};
    const auto& timeline = found->second;
    auto all = uses_at(timeline, at);
    if (all.empty()) return all;

    std::vector<Timestamp> moments{at - grace, at + grace};
    for (const auto& use : timeline.uses) {
        if (use.from > at - grace && use.from < at + grace) moments.push_back(use.from);
    }
    for (const auto moment : moments) {
        for (const auto& holder : uses_at(timeline, moment)) {
            if (!knows(all, holder.mac())) all.push_back(holder);
        }
    }
    return all;
}

Uses AddressHistory::stretches(const Timeline& timeline, const MacAddress& mac)
{
    const auto taken_away = [&timeline, &mac](Timestamp after, Timestamp until) {
        auto end = until;
        for (const auto& release : timeline.releases) {
            if (release.mac == mac && release.at > after) end = std::min(end, release.at);
        }
        for (const auto& other : timeline.uses) {
            if (other.mac != mac && other.is_lease() && other.from > after) {
                end = std::min(end, other.from);
            }
        }
        return end;
    };
    Uses whole;
    for (const auto& use : timeline.uses) {
        if (use.mac != mac) continue;
        if (!whole.empty() && use.from <= taken_away(whole.back().last, whole.back().until)) {
            auto& back = whole.back();
            const auto source = back.source;
            // What was seen of a device extends no lease.
            const auto until = back.is_lease() == use.is_lease() ? std::max(back.until, use.until)
                               : back.is_lease()                 ? back.until
                                                                 : use.until;
            widen(back, use);
            back.until = until;
            back.source = std::min(source, use.source);
            continue;
        }
        whole.push_back(use);
    }
    for (auto& stretch : whole) stretch.until = taken_away(stretch.last, stretch.until);
    return whole;
}

AddressUse AddressHistory::stretch(const IpAddress& ip, const AddressUse& use) const
{
    const auto found = addresses_.find(ip);
    if (found == addresses_.end()) return use;
    for (const auto& whole : stretches(found->second, use.mac)) {
        if (whole.from <= use.from && use.from <= whole.last) return whole;
    }
    return use;
}

void AddressHistory::each(const std::function<void(const IpAddress&, const AddressUse&)>& visit) const
{
    for (const auto& [ip, timeline] : addresses_) {
        std::vector<MacAddress> macs;
        for (const auto& use : timeline.uses) {
            if (!use.mac.is_zero()) macs.push_back(use.mac);
        }
        std::ranges::sort(macs);
        const auto repeated = std::ranges::unique(macs);
        macs.erase(repeated.begin(), repeated.end());
        for (const auto& mac : macs) {
            for (const auto& whole : stretches(timeline, mac)) visit(ip, whole);
        }
    }
}

void AddressHistory::each_device(const std::function<bool(const IpAddress&, const AddressUse&)>& visit) const
{
    std::vector<MacAddress> taken;
    for (const auto& [ip, timeline] : addresses_) {
        taken.clear();
        for (const auto& use : timeline.uses) {
            if (use.mac.is_zero() || std::ranges::find(taken, use.mac) != taken.end()) continue;
            if (visit(ip, use)) taken.push_back(use.mac);
        }
    }
}

void AddressHistory::each_of(const MacAddress& mac,
                             const std::function<void(const IpAddress&, const AddressUse&)>& held,
                             const std::function<void(const IpAddress&, Timestamp)>& ended) const
{
    if (mac.is_zero()) return;
    for (const auto& [ip, timeline] : addresses_) {
        for (const auto& use : timeline.uses) {
            if (use.mac == mac) held(ip, use);
        }
        for (const auto& release : timeline.releases) {
            if (release.mac == mac) ended(ip, release.at);
        }
    }
}

// Renewals past the reach of late facts become one statement, unless another device spoke between.
void AddressHistory::put_together(Timeline& timeline, Timestamp settled)
{
    Uses kept;
    for (const auto& use : timeline.uses) {
        const auto earlier = std::ranges::find_if(kept.rbegin(), kept.rend(),
                                                  [&use](const AddressUse& k) { return same_device(k, use); });
        const bool adjoins = earlier != kept.rend() && use.last < settled && use.from <= earlier->until &&
                             !ended(timeline, *earlier, earlier->last, use.from);
        const bool alone = adjoins && std::ranges::none_of(timeline.uses, [&](const AddressUse& other) {
                               return other.mac != use.mac && other.last >= earlier->from && other.from <= use.last;
                           });
        if (alone) {
            widen(*earlier, use);
        } else {
            kept.push_back(use);
        }
    }
    timeline.uses = std::move(kept);
}

void AddressHistory::wake()
{
    for (auto& [ip, timeline] : addresses_) timeline.rests_until = {};
}

void AddressHistory::tidy(Timestamp now, Timestamp since, const std::function<Fate(const AddressUse&)>& fate,
                          const std::function<bool(const IpAddress&)>& in_use)
{
    for (auto entry = addresses_.begin(); entry != addresses_.end();) {
        auto& timeline = entry->second;
        if (now < timeline.rests_until) {
            ++entry;
            continue;
        }
        count(timeline, false);
        bool waiting = false;
        for (auto& use : timeline.uses) {
            if (use.mac.is_zero()) continue;
            const auto what = fate(use);
            if (what == Fate::nobody) use.mac = MacAddress{};
            waiting = waiting || what == Fate::waiting;
        }
        timeline.rests_until = waiting ? now : now + kRest;
        std::ranges::sort(timeline.uses);
        std::erase_if(timeline.uses, [&](const AddressUse& use) { return use.until < since; });
        std::erase_if(timeline.uses, [&](const AddressUse& marker) {
            if (!marker.mac.is_zero() || now - marker.last < kSettled) return false;
            if (now - marker.until < kSettled && in_use(entry->first)) return false;
            return std::ranges::none_of(timeline.uses, [&](const AddressUse& named) {
                return !named.mac.is_zero() && named.until > marker.from && named.from <= marker.until;
            });
        });
        for (auto& release : timeline.releases) {
            if (fate({{}, release.mac, release.at, release.at, AddressUse::Source::wire_lease, 0}) == Fate::nobody)
                release.mac = MacAddress{};
        }
        std::erase_if(timeline.releases, [&](const Release& release) {
            return now - release.at > kSettled && !knows(timeline.uses, release.mac);
        });
        put_together(timeline, now - kSettled);
        count(timeline, true);
        entry = timeline.uses.empty() && timeline.releases.empty() ? addresses_.erase(entry) : std::next(entry);
    }
}

}  // namespace breakwatch
