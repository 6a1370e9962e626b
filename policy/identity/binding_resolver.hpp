// Whose device it was: what enrolment, sessions and leases say of one moment. A view of the binding
// table's histories for the time of one question; owns nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/activity/exchange.hpp"
#include "policy/identity/address_history.hpp"
#include "policy/identity/binding.hpp"
#include "policy/identity/doubts.hpp"
#include "policy/identity/enrolment.hpp"
#include "policy/identity/session_table.hpp"
#include "policy/identity/site_scope.hpp"
#include "policy/identity/zones.hpp"

namespace breakwatch {

struct BindingResolver {
    const Enrolment& enrolment;
    const ZoneMap& zones;
    const AddressHistory& addresses;
    const SessionTable& sessions;
    const SiteScope& scope;
    const Doubts& doubts;
    Timestamp now;   // who has withdrawn by now claims nothing, not even of what was before
    Duration grace;  // an address that changed hands so near to the moment is both people's

    // Each person once, best grade first. Who only may have been, and whom something contradicts, is weak.
    std::vector<Binding> on(const Device& device, Timestamp at) const;
    // Why nobody is named, in words without a device or person; "" where somebody is.
    std::string why_nobody(const Device& device, Timestamp at) const;
    // Of all times, by staff then time.
    std::vector<Binding> all() const;
    // The devices of all() with all their addresses, without their people: in no order, and some of them repeatedly. An
    // address that a device kept into a session is among them, though all() lists it by the time before.
    std::vector<BoundAddress> bound() const;

  private:
    using Spans = std::vector<SessionSpan>;

    std::string zone_of(const SessionSpan& span, const IpAddress& ip, std::uint16_t vlan) const;
    bool of_this_site(const SessionSpan& span) const;
    Binding by_session(const EnrolledPerson& person, const SessionSpan& span, const IpAddress& ip, std::uint16_t vlan,
                       Grade grade, const char* how) const;
    Binding by_enrolled_mac(const EnrolledPerson& person, const MacAddress& mac, const IpAddress& ip, Timestamp at,
                            const AddressClaim* claim, std::uint16_t vlan) const;
    bool present_since(const SessionSpan& span, const IpAddress& ip, const AddressClaim* claim) const;
    Spans spans_about(const MacAddress& mac, Timestamp at) const;
    void add_by_mac(std::vector<Binding>& claims, const MacAddress& mac, const IpAddress& ip, Timestamp at,
                    const AddressClaim* claim, std::uint16_t vlan, const char* how) const;
    void add_by_sessions(std::vector<Binding>& claims, std::string& against, const IpAddress& ip, Timestamp at,
                         const Spans& spans, const std::vector<AddressClaim>& held) const;
    void add_by_address(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at) const;
    void add_by_portal(std::vector<Binding>& claims, const Device& device, Timestamp at) const;
    void add_by_frame(std::vector<Binding>& claims, const Device& device, Timestamp at) const;
    void weigh_rivals(std::vector<Binding>& claims, const Device& device, Timestamp at,
                      const std::vector<AddressClaim>& said) const;
    void add_sessions_elsewhere(std::vector<Binding>& others, std::string& against, const Device& device,
                                Timestamp at) const;
};

}  // namespace breakwatch
