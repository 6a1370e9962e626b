// Statements about who is on the network, for tests of identity: two enrolled people, their leases
// and sessions.
#pragma once

#include <string>
#include <vector>

#include "policy/identity/binding_table.hpp"
#include "support/engine_world.hpp"

namespace breakwatch::test {

inline const IpAddress kOther = ip("10.77.20.32");
inline const MacAddress kPrivateMac = mac("5a:3c:91:7e:02:1b");  // enrolled by nobody

// "wlc-break" is the site's NAS.
inline BindingLimits of_site(BindingLimits limits = {})
{
    limits.scope.nas = {"wlc-break"};
    return limits;
}

struct Table : BindingTable {
    explicit Table(const BindingLimits& limits = {}) : BindingTable(of_site(limits))
    {
        set_enrolment(Enrolment({enrolled(kAnna, kAnnasPhone), enrolled(kBela, kBelasPhone)}));
    }
};

inline Lease lease(const MacAddress& phone, const char* from, const char* until, const IpAddress& address = kAddress)
{
    return {phone, address, at(from), at(until), {}, LeaseSource::dhcp_snooped, 0};
}

inline Lease by_server(Lease lease)
{
    lease.source = LeaseSource::kea_file;
    return lease;
}

inline Lease release(const MacAddress& phone, const char* clock)
{
    return {phone, kAddress, at(clock), at(clock), at(clock), LeaseSource::dhcp_snooped, 0};
}

inline SessionEvent session(SessionEvent::Kind kind, const char* clock, const char* user = "s1001",
                            const MacAddress& phone = kPrivateMac)
{
    SessionEvent event;
    event.kind = kind;
    event.nas = "wlc-break";
    event.session_id = "5F010010";
    event.user = user;
    event.mac = phone;
    event.at = at(clock);
    return event;
}

inline SessionEvent with_address(SessionEvent event, const IpAddress& address)
{
    event.addresses = {address};
    return event;
}

using Kind = SessionEvent::Kind;

// "s1001 medium" of each, in order.
inline std::vector<std::string> who(const BindingTable& bindings, const Device& device, const char* clock)
{
    std::vector<std::string> found;
    for (const auto& binding : bindings.bindings_at(device, at(clock))) {
        found.push_back(binding.staff.value + " " + std::string(name(binding.grade)));
    }
    return found;
}

using Answers = std::vector<std::string>;
inline const Device kByAddress{MacAddress{}, kAddress};

}  // namespace breakwatch::test
