#include "feeds/leases/kea_lease_table.hpp"

#include <algorithm>

namespace breakwatch {

Lease KeaLeaseTable::lease(const IpAddress& ip, const Held& held)
{
    Lease lease;
    lease.mac = held.mac;
    lease.ip = ip;
    lease.from = held.from;
    lease.until = held.until;
    lease.source = LeaseSource::kea_file;
    return lease;
}

void KeaLeaseTable::end(const IpAddress& ip, Timestamp at, std::vector<Lease>& changes)
{
    const auto found = held_.find(ip);
    if (found == held_.end()) return;
    // One that expired before has ended as it said it would.
    if (found->second.until > at) {
        auto ended = lease(ip, found->second);
        ended.ended = std::max(ended.from, at);
        changes.push_back(ended);
    }
    held_.erase(found);
}

void KeaLeaseTable::hold(const IpAddress& ip, const Held& now, std::vector<Lease>& changes)
{
    const auto found = held_.find(ip);
    if (found != held_.end() && found->second == now) return;
    if (found != held_.end() && found->second.mac != now.mac) end(ip, now.from, changes);
    if (held_.size() < kLeases || held_.contains(ip)) held_[ip] = now;
    changes.push_back(lease(ip, now));
}

// Nobody's where the client is another and hwaddr is the one before's: Kea leaves it in the row when
// it gives an expired DHCPv6 lease to the next.
MacAddress KeaLeaseTable::holder(const KeaRow& row)
{
    if (row.duid == 0 || row.mac_of_duid) return row.mac;
    const auto found = clients_.find(row.ip);
    const bool left_over = found != clients_.end() && found->second.mac == row.mac && found->second.duid != row.duid;
    if (left_over) return {};
    if (found != clients_.end() || clients_.size() < kLeases) clients_[row.ip] = {row.duid, row.mac};
    return row.mac;
}

std::vector<Lease> KeaLeaseTable::take(const KeaRow& row, std::optional<Timestamp> seen)
{
    std::vector<Lease> changes;
    latest_ = std::max(latest_, row.from);
    const auto when = seen.value_or(latest_);
    const bool holds = row.state == KeaLeaseState::assigned || row.state == KeaLeaseState::registered;
    if (row.deleted || row.state == KeaLeaseState::declined || row.state == KeaLeaseState::released) {
        end(row.ip, when, changes);
    } else if (holds) {
        hold(row.ip, {holder(row), row.from, row.until}, changes);
    } else if (held_.contains(row.ip)) {
        end(row.ip, row.until, changes);
    } else if (!seen && !row.mac.is_zero()) {
        // Reclaimed before we came: it is still said who had the address until then.
        changes.push_back(lease(row.ip, {row.mac, row.from, row.until}));
    }
    return changes;
}

std::vector<Lease> KeaLeaseTable::become(const KeaLeaseTable& anew, Timestamp seen)
{
    std::vector<Lease> changes;
    std::vector<IpAddress> gone;
    for (const auto& [ip, held] : held_) {
        if (!anew.held_.contains(ip)) gone.push_back(ip);
    }
    for (const auto& ip : gone) end(ip, seen, changes);
    for (const auto& [ip, held] : anew.held_) hold(ip, held, changes);
    latest_ = std::max(latest_, anew.latest_);
    std::ranges::sort(changes, {}, [](const Lease& l) { return std::pair(l.from, l.ip); });
    return changes;
}

}  // namespace breakwatch
