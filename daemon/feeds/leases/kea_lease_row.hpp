// One row of a Kea memfile, DHCPv4 or DHCPv6. Columns are bound by the file's header, as versions
// of Kea added some. Host names, client ids and user contexts are not looked at. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// src/lib/dhcpsrv/lease.h of Kea.
enum class KeaLeaseState : std::uint8_t { assigned = 0, declined = 1, reclaimed = 2, released = 3, registered = 4 };

struct KeaRow {
    IpAddress ip;
    MacAddress mac;            // zero: a declined address is nobody's
    bool mac_of_duid = false;  // and not of the column hwaddr
    std::uint64_t duid = 0;    // DHCPv6: tells one client from another, and nothing else; 0: none
    Timestamp from;            // last transmission of the client: `expire` less `valid_lifetime`
    Timestamp until;           // `expire`
    bool deleted = false;      // `valid_lifetime` 0: released, or removed
    KeaLeaseState state = KeaLeaseState::assigned;
};

class KeaColumns {
  public:
    static std::expected<KeaColumns, std::string> of_header(std::string_view header);

    // None: a well-formed row of no interest (a delegated prefix).
    std::expected<std::optional<KeaRow>, std::string> parse(std::string_view line) const;

  private:
    std::size_t columns_ = 0;
    std::size_t address_ = 0;
    std::size_t hwaddr_ = 0;
    std::size_t valid_lifetime_ = 0;
    std::size_t expire_ = 0;
    std::size_t state_ = 0;
    std::optional<std::size_t> lease_type_;  // DHCPv6
    std::optional<std::size_t> duid_;        // DHCPv6
    std::optional<std::size_t> source_;      // DHCPv6: what hwaddr was taken from
};

}  // namespace breakwatch
