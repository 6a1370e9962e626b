// What the rows of a Kea lease journal mean, in their order: the last row of an address counts.
// Pure; times come from the rows, and from the caller where a row does not say when (a release).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "feeds/leases/kea_lease_row.hpp"
#include "policy/identity/lease.hpp"

namespace breakwatch {

class KeaLeaseTable {
  public:
    static constexpr std::size_t kLeases = 500'000;  // beyond, new addresses are told but not kept

    // `seen`: when the row was appended; none for rows of the past, which came after all rows
    // before them: a release is then dated as early as it can have been, so that it binds rather
    // too little.
    std::vector<Lease> take(const KeaRow& row, std::optional<Timestamp> seen);
    // The journal was read anew after its files were swapped unseen: what is different now.
    std::vector<Lease> become(const KeaLeaseTable& anew, Timestamp seen);
    std::size_t size() const { return held_.size(); }

  private:
    struct Held {
        MacAddress mac;
        Timestamp from;
        Timestamp until;
        bool operator==(const Held&) const = default;
    };
    struct Client {
        std::uint64_t duid = 0;
        MacAddress mac;
    };
    static Lease lease(const IpAddress& ip, const Held& held);
    MacAddress holder(const KeaRow& row);
    void end(const IpAddress& ip, Timestamp at, std::vector<Lease>& changes);
    void hold(const IpAddress& ip, const Held& now, std::vector<Lease>& changes);

    std::unordered_map<IpAddress, Held> held_;
    std::unordered_map<IpAddress, Client> clients_;  // DHCPv6: the last of whom hwaddr was; at most kLeases
    Timestamp latest_;                               // newest `from` of any row so far
};

}  // namespace breakwatch
