// What of the bindings a restart would lose, and how it is taken back.
#include <algorithm>
#include <utility>

#include "policy/identity/binding_table.hpp"

namespace breakwatch {

// One row a stretch, which it replaces as it goes on. Whose device it is may not be known yet: then its MAC stays as
// short a time as here, and that somebody had the address stays without it.
void BindingTable::keep(const IpAddress& ip, const AddressUse& use)
{
    if (!limits_.keep) return;
    const auto key = [&](const AddressUse& held) {
        return "address " + to_string(ip) + " " + to_string(held.mac) + " " +
               std::to_string(static_cast<int>(held.source)) + " " + std::to_string(held.vlan) + " " +
               std::to_string(held.from.time_since_epoch().count());
    };
    const auto end = std::max(use.until, use.last);
    const auto* person = by_mac(use.mac, use.from);
    const bool known = person != nullptr || sessions_.knows(use.mac);
    if (!use.mac.is_zero())
        kept_.push_back({HeldAddress{ip, use}, owner(person),
                         known ? end + limits_.horizon : use.last + limits_.unknown_wait, key(use)});
    if (known) return;
    auto marker = use;
    marker.mac = {};
    kept_.push_back({HeldAddress{ip, marker}, {}, end + limits_.horizon, key(marker)});
}

void BindingTable::keep(const SessionEvent& told)
{
    if (!limits_.keep) return;
    const auto* person =
        by_user(told.user, told.at) != nullptr ? by_user(told.user, told.at) : by_mac(told.mac, told.at);
    // Interims, too: how often a NAS reports is learnt from the times between.
    auto stays = limits_.horizon + limits_.session_longest;
    if (told.user == SessionTable::kSomebody && person == nullptr && !sessions_.knows(told.mac))
        stays = limits_.unknown_wait;
    kept_.push_back({told, owner(person), told.at + stays});
}

void BindingTable::keep(const Suspicion& suspicion)
{
    if (!limits_.keep) return;
    const bool addressed = suspicion.ip.family != IpAddress::Family::none;
    const auto* person = by_mac(suspicion.mac, suspicion.at);
    auto kept = suspicion;
    if (person == nullptr && !sessions_.knows(suspicion.mac)) kept.mac = {};
    const bool doubted = kept.kind == Suspicion::Kind::two_devices && !kept.mac.is_zero();
    if (!addressed && !doubted && kept.kind != Suspicion::Kind::evidence_lost) return;
    kept.what.clear();
    const auto stays = doubted ? Doubts::kAfter : Doubts::kLostFor;
    kept_.push_back({kept, owner(person), suspicion.at + stays + AddressHistory::kSettled,
                     addressed && !doubted ? "doubt " + to_string(kept.ip) : ""});
}

void BindingTable::lose_evidence(Timestamp at)
{
    doubts_.lost_evidence(at);
    if (at - lost_kept_ < std::chrono::minutes{1}) return;
    lost_kept_ = at;
    keep(Suspicion{Suspicion::Kind::evidence_lost, "", at});
}

// What is kept already is not kept again: as the rows are, so they stay.
void BindingTable::recall(const KeptStatement& kept)
{
    const bool keeping = std::exchange(limits_.keep, false);
    if (const auto* held = std::get_if<HeldAddress>(&kept.said)) {
        auto use = held->holding;
        const auto place = to_string(held->ip) + " " + std::to_string(use.from.time_since_epoch().count()) + " " +
                           std::to_string(use.vlan);
        now_ = std::max(now_, use.last);
        const auto mac = named(use.mac, use.from);
        const bool waiting = !mac.is_zero() && by_mac(mac, use.from) == nullptr && !sessions_.knows(mac);
        if (waiting) recalled_waiting_.insert(place);
        use.mac = mac;
        const bool twice = held->holding.mac.is_zero() && recalled_waiting_.contains(place);
        if (!twice && room_for(mac)) addresses_.add(held->ip, use);
    } else if (const auto* ended = std::get_if<EndedAddress>(&kept.said)) {
        const auto mac = named(ended->mac, ended->at);
        if (room_for(mac)) addresses_.end(ended->ip, mac, ended->at);
    } else if (const auto* event = std::get_if<SessionEvent>(&kept.said)) {
        observe(*event);
    } else {
        observe(std::get<Suspicion>(kept.said));
    }
    suspicions_.clear();
    limits_.keep = keeping;
}

// What was told of the device before it was known whose it is.
void BindingTable::keep_all_of(const MacAddress& mac)
{
    addresses_.each_of(
        mac, [this](const IpAddress& ip, const AddressUse& use) { keep(ip, use); },
        [&](const IpAddress& ip, Timestamp at) {
            kept_.push_back({EndedAddress{ip, mac, at}, owner(by_mac(mac, at)), at + limits_.horizon});
        });
}

}  // namespace breakwatch
