#include "capture/teller.hpp"

#include <algorithm>
#include <string>

namespace breakwatch {
namespace {

// The same about the same device or address again: how soon, and how many are told apart.
constexpr std::chrono::seconds kSuspicionEvery{1};
constexpr std::size_t kMostSuspected = 4096;

// A device that is back in a VLAN so soon after it left is in both: it is two devices.
constexpr Duration kVlanFlip = std::chrono::minutes{1};

}  // namespace

Teller::Teller(Handler handler, const SensorLimits& limits, const LinkConfig& link)
    : limits_(limits),
      handler_(std::move(handler)),
      exchanges_of_(limits.of_device_per_second),
      statements_of_(limits.of_device_per_second),
      routers_(link.routers, link.learn_routers)
{}

void Teller::take(Statement&& statement, std::uint64_t)
{
    std::visit([this](auto&& said) { tell(std::forward<decltype(said)>(said)); }, std::move(statement));
}

void Teller::keep_only(const DeviceFilter& filter)
{
    std::erase_if(sighted_, [&](const auto& entry) { return !filter.wants(std::get<MacAddress>(entry.first)); });
    std::erase_if(vlans_, [&](const auto& entry) { return !filter.wants(entry.first); });
}

std::size_t Teller::addresses() const
{
    return std::max(sighted_.size(), others_.size());
}

void Teller::tell(ExchangeSaid&& said)
{
    if (!exchanges_of_.spend(said.share, said.at)) {
        ++counters_.exchanges_refused;
        return tell(SuspicionSaid{
            .kind = Suspicion::Kind::flood,
            .what = "one device talks to platforms more often than a device does; what exceeds it is not looked at",
            .at = said.at});
    }
    if (said.exchange.device.behind)
        tell(SuspicionSaid{.kind = Suspicion::Kind::device_behind,
                           .what = "packets of an enrolled device came from a device behind it (a hotspot or travel "
                                   "router); nobody is named for them",
                           .at = said.at});
    ++counters_.exchanges;
    handler_(Observation{std::move(said.exchange)});
}

void Teller::tell(VolumeSaid&& said)
{
    handler_(Observation{std::move(said.volume)});
}

// The first of a kind about a device or address says it; a flood of them, whatever addresses it invents, must not drown
// what else is told.
bool Teller::suspicion_due(const SuspicionSaid& said)
{
    ++counters_.suspicions;
    const auto at = said.at;
    const auto just_told = [at](Timestamp before) { return at >= before && at - before < kSuspicionEvery; };
    const bool no_address = said.ip.family == IpAddress::Family::none;
    if (said.mac.is_zero() && no_address) {
        auto& before = suspected_of_nobody_[static_cast<std::size_t>(said.kind)];
        if (before && just_told(*before)) return false;
        before = at;
        return true;
    }
    const auto told = suspected_.find({said.kind, said.mac, said.ip});
    if (told != suspected_.end() && just_told(told->second)) return false;
    if (!no_address && !may_tell_other(said.known, at)) return false;
    if (suspected_.size() >= kMostSuspected) suspected_.clear();
    suspected_[{said.kind, said.mac, said.ip}] = at;
    return true;
}

void Teller::tell(SuspicionSaid&& said)
{
    if (!suspicion_due(said)) return;
    auto what = said.made.empty() ? std::string(said.what) : std::move(said.made);
    handler_(Observation{Suspicion{said.kind, std::move(what), said.at, said.mac, said.ip}});
}

void Teller::tell(LossSaid&& said)
{
    SuspicionSaid flood{.kind = Suspicion::Kind::flood, .at = said.at};
    if (!suspicion_due(flood)) return;
    auto what = "more than is followed (" + std::string(name(said.loss)) +
                "); what is new of the sender with most of it goes unread";
    handler_(Observation{Suspicion{Suspicion::Kind::flood, std::move(what), said.at, {}, {}}});
}

// Only frames that the device sent tell of its VLAN; untagged ones of a mirror tell nothing.
void Teller::tell(VlanSaid&& said)
{
    auto& seen = vlans_[said.mac];
    if (seen.now == said.vlan) return;
    if (seen.before == said.vlan && said.at - seen.moved < kVlanFlip)
        tell(SuspicionSaid{.kind = Suspicion::Kind::two_devices,
                           .what = "the MAC of an enrolled device is in two VLANs at once",
                           .at = said.at,
                           .mac = said.mac});
    seen = {said.vlan, seen.now, said.at};
}

void Teller::tell(LocalSaid&& said)
{
    routers_.is_local(said.ip);
}

// Statements about devices that are nobody's: those about addresses of enrolled ones always, the rest as far as a
// budget goes, so that no device can drown the others in them.
bool Teller::may_tell_other(bool known, Timestamp at)
{
    if (known) return true;
    if (at - budget_since_ >= std::chrono::seconds{1}) {
        budget_since_ = at;
        budget_spent_ = 0;
    }
    if (budget_spent_ == limits_.others_per_second) {
        tell(SuspicionSaid{
            .kind = Suspicion::Kind::evidence_lost,
            .what =
                "more statements about addresses in a second than are looked at; for now an address alone names nobody",
            .at = at});
    }
    if (++budget_spent_ <= limits_.others_per_second) return true;
    ++counters_.others_refused;
    return false;
}

void Teller::tell(LeaseSaid&& said)
{
    ++counters_.leases;
    handler_(Observation{said.lease});
}

void Teller::tell(OtherLeaseSaid&& said)
{
    if (!may_tell_other(said.known, said.lease.from)) return;
    ++counters_.others;
    if (!said.named) said.lease.mac = {};
    handler_(Observation{said.lease});
}

void Teller::tell(SightingSaid&& said)
{
    const auto& sighting = said.sighting;
    const Sighted key{sighting.mac, sighting.ip, sighting.on_frame};
    const auto found = sighted_.find(key);
    if (found != sighted_.end() && sighting.at < found->second + kSightingEvery) return;
    if (!statements_of_.spend(SourceShares::bucket_of(sighting.mac), sighting.at)) {
        ++counters_.addresses_refused;
        return tell(SuspicionSaid{.kind = Suspicion::Kind::evidence_lost,
                                  .what = "one device claims more addresses in a second than are looked at; for now an "
                                          "address alone names nobody",
                                  .at = sighting.at});
    }
    if (found == sighted_.end()) {
        const auto first = sighted_.lower_bound({sighting.mac, {}, false});
        std::size_t many = 0;
        for (auto each = first; each != sighted_.end() && std::get<MacAddress>(each->first) == sighting.mac; ++each)
            ++many;
        if (many >= limits_.addresses_of_device || sighted_.size() >= limits_.addresses) {
            ++counters_.addresses_refused;
            sighted_.erase(many > 0 ? first : sighted_.begin());
        }
    }
    sighted_[key] = sighting.at;
    if (sighting.on_frame) {
        routers_.is_local(sighting.ip);
        if (routers_.learns()) router_facts_.push_back({.local = sighting.ip});
    }
    ++counters_.sightings;
    handler_(Observation{sighting});
}

void Teller::tell(OtherSightingSaid&& said)
{
    tell_other(said.sighting, said.known, said.named);
}

// True: it was told.
bool Teller::tell_other(AddressSighting sighting, bool known, bool named)
{
    if (sighting.at - others_since_ >= kSightingEvery) {
        others_since_ = sighting.at;
        others_.clear();
    }
    if (others_.contains({sighting.mac, sighting.ip}) || !may_tell_other(known, sighting.at)) return false;
    if (others_.size() < limits_.addresses) others_.insert({sighting.mac, sighting.ip});
    ++counters_.others;
    if (!named) sighting.mac = {};
    handler_(Observation{sighting});
    return true;
}

// A device that is nobody's sends with the address of an enrolled one: a router, somebody who took over the address, or
// one who pretends.
void Teller::tell(StrangerSaid&& said)
{
    if (routers_.saw(said.mac, said.ip)) {
        router_facts_.push_back({.router = said.mac});
        return tell(SuspicionSaid{.kind = Suspicion::Kind::router_learnt,
                                  .at = said.at,
                                  .made = to_string(said.mac) +
                                          " carries the addresses of enrolled devices that are not on this link; name "
                                          "it in capture: routers"});
    }
    if (routers_.is_router(said.mac)) return;
    if (!tell_other({said.mac, said.ip, said.at, 0, true}, true, said.named)) return;
    tell(SuspicionSaid{.kind = Suspicion::Kind::stranger_at_address,
                       .what = "packets with the address of an enrolled device came from a device that is not "
                               "enrolled; nobody is named for them",
                       .at = said.at,
                       .ip = said.ip,
                       .known = true});
}

}  // namespace breakwatch
