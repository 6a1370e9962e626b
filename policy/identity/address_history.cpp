#include "policy/identity/address_history.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace breakwatch {

namespace {

using Holdings = std::vector<Holding>;

// The latest moment up to `at` of which the holding tells.
Timestamp evidence(const Holding& holding, Timestamp at)
{
    return std::min(holding.last, at);
}

void insert_in_order(Holdings& holdings, const Holding& holding)
{
    holdings.insert(std::ranges::upper_bound(holdings, holding), holding);
}

void widen(Holding& whole, const Holding& part)
{
    whole.from = std::min(whole.from, part.from);
    whole.last = std::max(whole.last, part.last);
    whole.until = std::max(whole.until, part.until);
}

bool same_device(const Holding& a, const Holding& b)
{
    return a.mac == b.mac && a.source == b.source && a.vlan == b.vlan;
}

bool knows(const std::vector<AddressClaim>& holders, const MacAddress& mac)
{
    return std::ranges::find(holders, mac, &AddressClaim::mac) != holders.end();
}

bool knows(const Holdings& holdings, const MacAddress& mac)
{
    return std::ranges::find(holdings, mac, &Holding::mac) != holdings.end();
}

}  // namespace

void AddressHistory::count(const Past& past, bool add)
{
    const auto markers = static_cast<std::size_t>(
        std::ranges::count_if(past.holdings, [](const Holding& h) { return h.mac.is_zero(); }));
    const auto named = past.holdings.size() - markers + past.endings.size();
    markers_ = add ? markers_ + markers : markers_ - markers;
    named_ = add ? named_ + named : named_ - named;
    for (const auto& holding : past.holdings) {
        if (holding.mac.is_zero()) continue;
        auto& many = of_device_[holding.mac];
        many = add ? many + 1 : many - 1;
        if (many == 0) of_device_.erase(holding.mac);
    }
}

std::size_t AddressHistory::size_of(const MacAddress& mac) const
{
    const auto found = of_device_.find(mac);
    return found == of_device_.end() ? 0 : found->second;
}

std::optional<Holding> AddressHistory::add(const IpAddress& ip, const Holding& said)
{
    auto& past = addresses_[ip];
    past.rests_until = {};
    count(past, false);
    auto whole = said;
    bool news = true;
    std::erase_if(past.holdings, [&](const Holding& known) {
        const auto gap = said.is_lease() ? Duration{0} : kSightingGap;
        const bool near = known.from <= said.last + gap && said.from <= known.last + gap;
        // Of leases only a repeat is taken for the same: a release may yet come between two of
        // them.
        const bool repeat = said.is_lease() ? known.from == said.from : near;
        if (!same_device(known, said) || !repeat) return false;
        const auto minute = [](Timestamp time) { return std::chrono::floor<std::chrono::minutes>(time); };
        news = news && (said.from < known.from || minute(said.last) > minute(known.last) || (said.is_lease() && said.until > known.until));
        widen(whole, known);
        return true;
    });
    insert_in_order(past.holdings, whole);
    count(past, true);
    return news ? std::optional(whole) : std::nullopt;
}

void AddressHistory::end(const IpAddress& ip, const MacAddress& mac, Timestamp at)
{
    auto& past = addresses_[ip];
    count(past, false);
    const Ending ending{mac, at};
    const auto place = std::ranges::lower_bound(past.endings, ending);
    if (place == past.endings.end() || *place != ending) past.endings.insert(place, ending);
    count(past, true);
}

bool AddressHistory::ended(const Past& past, const Holding& holding, Timestamp evidence,
                           Timestamp at)
{
    return std::ranges::any_of(past.endings, [&](const Ending& ending) {
        return ending.mac == holding.mac && ending.at > evidence && ending.at <= at;
    });
}

std::vector<AddressClaim> AddressHistory::claims(const Past& past, Timestamp at)
{
    std::vector<AddressClaim> claims;
    for (const auto& holding : past.holdings) {
        if (holding.from > at) break;
        auto claim = std::ranges::find(claims, holding.mac, &AddressClaim::mac);
        const auto told = evidence(holding, at);
        const bool runs = at < holding.until && !ended(past, holding, told, at);
        if (claim == claims.end()) claim = claims.insert(claims.end(), {holding, told, {}, {}, false, false, false, false, 0});
        const bool later = runs == claim->seen && evidence(claim->holding, at) <= told;
        if (later || (runs && !claim->seen)) claim->holding = holding;
        if (holding.vlan != 0 && (claim->vlan == 0 || told >= claim->latest)) claim->vlan = holding.vlan;
        claim->seen = claim->seen || runs;
        claim->latest = std::max(claim->latest, told);
        if (holding.source == Holding::Source::frame) claim->framed = std::max(claim->framed.value_or(told), told);
        if (!holding.is_lease()) continue;
        if (!claim->leased || *claim->leased <= told) claim->by_server = holding.source == Holding::Source::server_lease;
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
std::vector<AddressClaim> AddressHistory::holding_at(const Past& past, Timestamp at)
{
    const auto claims = AddressHistory::claims(past, at);
    std::vector<AddressClaim> holders;
    for (const auto& claim : claims) {
        const bool latest = claim.latest == claims.front().latest;
        const bool superseded = std::ranges::any_of(claims, [&claim](const AddressClaim& other) {
            return other.by_server && other.leased > claim.leased;
        });
        if (claim.seen && (latest || (claim.lease_runs && !superseded))) holders.push_back(claim);
    }
    return holders;
}

std::vector<AddressClaim> AddressHistory::holders(const IpAddress& ip, Timestamp at, Duration grace) const
{
    const auto found = addresses_.find(ip);
    if (found == addresses_.end()) return {};
    const auto& past = found->second;
    auto all = holding_at(past, at);
    if (all.empty()) return all;

    std::vector<Timestamp> moments{at - grace, at + grace};
    for (const auto& holding : past.holdings) {
        if (holding.from > at - grace && holding.from < at + grace) moments.push_back(holding.from);
    }
    for (const auto moment : moments) {
        for (const auto& holder : holding_at(past, moment)) {
            if (!knows(all, holder.mac())) all.push_back(holder);
        }
    }
    return all;
}

Holdings AddressHistory::stretches(const Past& past, const MacAddress& mac)
{
    const auto taken_away = [&past, &mac](Timestamp after, Timestamp until) {
        auto end = until;
        for (const auto& ending : past.endings) {
            if (ending.mac == mac && ending.at > after) end = std::min(end, ending.at);
        }
        for (const auto& other : past.holdings) {
            if (other.mac != mac && other.is_lease() && other.from > after) {
                end = std::min(end, other.from);
            }
        }
        return end;
    };
    Holdings whole;
    for (const auto& holding : past.holdings) {
        if (holding.mac != mac) continue;
        if (!whole.empty() && holding.from <= taken_away(whole.back().last, whole.back().until)) {
            auto& back = whole.back();
            const auto source = back.source;
            // What was seen of a device extends no lease.
            const auto until = back.is_lease() == holding.is_lease() ? std::max(back.until, holding.until)
                               : back.is_lease()                     ? back.until
                                                                     : holding.until;
            widen(back, holding);
            back.until = until;
            back.source = std::min(source, holding.source);
            continue;
        }
        whole.push_back(holding);
    }
    for (auto& stretch : whole) stretch.until = taken_away(stretch.last, stretch.until);
    return whole;
}

Holding AddressHistory::stretch(const IpAddress& ip, const Holding& holding) const
{
    const auto found = addresses_.find(ip);
    if (found == addresses_.end()) return holding;
    for (const auto& whole : stretches(found->second, holding.mac)) {
        if (whole.from <= holding.from && holding.from <= whole.last) return whole;
    }
    return holding;
}

void AddressHistory::each(const std::function<void(const IpAddress&, const Holding&)>& visit) const
{
    for (const auto& [ip, past] : addresses_) {
        std::vector<MacAddress> macs;
        for (const auto& holding : past.holdings) {
            if (!holding.mac.is_zero()) macs.push_back(holding.mac);
        }
        std::ranges::sort(macs);
        const auto repeated = std::ranges::unique(macs);
        macs.erase(repeated.begin(), repeated.end());
        for (const auto& mac : macs) {
            for (const auto& whole : stretches(past, mac)) visit(ip, whole);
        }
    }
}

void AddressHistory::each_of(const MacAddress& mac, const std::function<void(const IpAddress&, const Holding&)>& held,
                             const std::function<void(const IpAddress&, Timestamp)>& ended) const
{
    if (mac.is_zero()) return;
    for (const auto& [ip, past] : addresses_) {
        for (const auto& holding : past.holdings) {
            if (holding.mac == mac) held(ip, holding);
        }
        for (const auto& ending : past.endings) {
            if (ending.mac == mac) ended(ip, ending.at);
        }
    }
}

// Renewals past the reach of late facts become one statement, unless another device spoke between.
void AddressHistory::put_together(Past& past, Timestamp settled)
{
    Holdings kept;
    for (const auto& holding : past.holdings) {
        const auto earlier =
            std::ranges::find_if(kept.rbegin(), kept.rend(),
                                 [&holding](const Holding& k) { return same_device(k, holding); });
        const bool adjoins = earlier != kept.rend() && holding.last < settled &&
                             holding.from <= earlier->until &&
                             !ended(past, *earlier, earlier->last, holding.from);
        const bool alone =
            adjoins && std::ranges::none_of(past.holdings, [&](const Holding& other) {
                return other.mac != holding.mac && other.last >= earlier->from &&
                       other.from <= holding.last;
            });
        if (alone) {
            widen(*earlier, holding);
        } else {
            kept.push_back(holding);
        }
    }
    past.holdings = std::move(kept);
}

void AddressHistory::wake()
{
    for (auto& [ip, past] : addresses_) past.rests_until = {};
}

void AddressHistory::tidy(Timestamp now, Timestamp since,
                          const std::function<Fate(const Holding&)>& fate,
                          const std::function<bool(const IpAddress&)>& in_use)
{
    for (auto entry = addresses_.begin(); entry != addresses_.end();) {
        auto& past = entry->second;
        if (now < past.rests_until) {
            ++entry;
            continue;
        }
        count(past, false);
        bool waiting = false;
        for (auto& holding : past.holdings) {
            if (holding.mac.is_zero()) continue;
            const auto what = fate(holding);
            if (what == Fate::nobody) holding.mac = MacAddress{};
            waiting = waiting || what == Fate::waiting;
        }
        past.rests_until = waiting ? now : now + kRest;
        std::ranges::sort(past.holdings);
        std::erase_if(past.holdings, [&](const Holding& holding) { return holding.until < since; });
        std::erase_if(past.holdings, [&](const Holding& marker) {
            if (!marker.mac.is_zero() || now - marker.last < kSettled) return false;
            if (now - marker.until < kSettled && in_use(entry->first)) return false;
            return std::ranges::none_of(past.holdings, [&](const Holding& named) {
                return !named.mac.is_zero() && named.until > marker.from &&
                       named.from <= marker.until;
            });
        });
        for (auto& ending : past.endings) {
            if (fate({{}, ending.mac, ending.at, ending.at, Holding::Source::wire_lease, 0}) == Fate::nobody) ending.mac = MacAddress{};
        }
        std::erase_if(past.endings, [&](const Ending& ending) {
            return now - ending.at > kSettled && !knows(past.holdings, ending.mac);
        });
        put_together(past, now - kSettled);
        count(past, true);
        entry = past.holdings.empty() && past.endings.empty() ? addresses_.erase(entry)
                                                              : std::next(entry);
    }
}

}  // namespace breakwatch
