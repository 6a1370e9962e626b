// Whose device it was: what enrolment, sessions and leases say of one moment. A view of the binding
// table's histories for the time of one question; owns nothing.
#pragma once

#include <vector>

#include "policy/activity/exchange.hpp"
#include "policy/identity/address_history.hpp"
#include "policy/identity/binding.hpp"
#include "policy/identity/enrolment.hpp"
#include "policy/identity/session_table.hpp"
#include "policy/identity/zones.hpp"

namespace breakwatch {

struct Claims {
    const Enrolment& enrolment;
    const ZoneMap& zones;
    const AddressHistory& addresses;
    const SessionTable& sessions;
    Timestamp now;   // who has withdrawn by now claims nothing, not even of what was before
    Duration grace;  // an address that changed hands so near to the moment is both people's

    // Each person once, best grade first.
    std::vector<Binding> on(const Device& device, Timestamp at) const;
    // Of all times, by staff then time.
    std::vector<Binding> all() const;

  private:
    std::string zone_of(const SessionSpan& span, const IpAddress& ip, std::uint16_t vlan) const;
    Binding by_session(const EnrolledPerson& person, const SessionSpan& span, const IpAddress& ip,
                       std::uint16_t vlan, const char* how) const;
    Binding by_enrolled_mac(const EnrolledPerson& person, const MacAddress& mac,
                            const IpAddress& ip, Timestamp at, const Holding* holding,
                            std::uint16_t vlan) const;
    void add_by_mac(std::vector<Binding>& claims, const MacAddress& mac, const IpAddress& ip,
                    Timestamp at, const Holding* holding, std::uint16_t vlan,
                    const char* how) const;
    void add_by_sessions(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at,
                         const std::vector<SessionSpan>& spans) const;
    void add_session(std::vector<Binding>& claims, const SessionSpan& span, const IpAddress& ip,
                     Timestamp at) const;
    void add_by_portal(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at,
                       std::uint16_t vlan) const;
    void add_by_address(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at) const;
};

}  // namespace breakwatch
