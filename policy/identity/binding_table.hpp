// What is known of addresses, devices and people. Answers "as of then": nobody, one, or several.
// Bounded by a horizon: statements that ended longer ago are forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/activity/exchange.hpp"
#include "policy/identity/address_history.hpp"
#include "policy/identity/binding.hpp"
#include "policy/identity/binding_limits.hpp"
#include "policy/identity/binding_resolver.hpp"
#include "policy/identity/enrolment.hpp"
#include "policy/identity/kept_statement.hpp"
#include "policy/identity/lease.hpp"
#include "policy/identity/session_table.hpp"
#include "policy/identity/suspicion.hpp"
#include "policy/identity/zones.hpp"

namespace breakwatch {

// What can be said of a device at once. `unknown`: late facts may still tell.
enum class EnrolmentStatus : std::uint8_t { enrolled, unknown, stranger };

class BindingTable {
  public:
    explicit BindingTable(const BindingLimits& limits = {});
    BindingTable(const BindingTable&) = delete;
    BindingTable& operator=(const BindingTable&) = delete;

    // Forgets at once what was known of people who are no longer enrolled.
    void set_enrolment(const Enrolment& enrolment);
    void set_zones(const std::vector<ZoneRule>& zones) { zones_ = ZoneMap(zones); }
    void observe(const Lease& lease);
    void observe(const AddressSighting& sighting);
    void observe(const SessionEvent& event);
    void observe(const Suspicion& suspicion);
    // What the statements since the last time contradicted, for the operator.
    std::vector<Suspicion> take_suspicions() { return std::exchange(suspicions_, {}); }
    void expire(Timestamp now);

    // What the statements since the last time left in the tables, to be kept for a restart (BindingLimits::keep).
    std::vector<KeptStatement> take_kept() { return std::exchange(kept_, {}); }
    // Such a statement of an earlier run, in their order. A device that is nobody's (any more) has lost its MAC by it.
    void recall(const KeptStatement& kept);

    // Everybody the device may have been then, best grade first. Two people: ambiguous. A MAC on
    // the frame decides for itself; without one (behind a router) the address is asked.
    std::vector<Binding> bindings_at(const Device& device, Timestamp at) const;
    // Why nobody is named, in words; "" where somebody is.
    std::string why_nobody(const Device& device, Timestamp at) const;
    EnrolmentStatus enrolment_status(const Device& device, Timestamp at) const;
    // The MACs whose sessions would tell of the device: its own, else those that had the address.
    std::vector<MacAddress> macs_behind(const Device& device, Timestamp at) const;
    // What RADIUS accounting counted of the device about [from, to], reports up to `reach` away.
    std::optional<CountedOctets> octets(const MacAddress& mac, Timestamp from, Timestamp to, Duration reach) const
    {
        return sessions_.octets(mac, from, to, reach);
    }
    // All bindings of the table, by staff then time (breakwatchd intake, tests). What silence has ended by
    // `now` is over; without it the latest time that the table was told counts.
    std::vector<Binding> all(Timestamp now = Timestamp::min()) const;
    // The devices of all() with all their addresses, without their people: in no order, and some of them repeatedly.
    std::vector<BoundAddress> bound(Timestamp now = Timestamp::min()) const;
    // What leases and sightings since the last time added to bound(): enrolled devices at addresses at which they were
    // not known. What else they tell changes nothing of it, but where `regroupings` moves on.
    std::vector<BoundAddress> take_met() { return std::exchange(met_, {}); }
    std::uint64_t regroupings() const { return regroupings_; }
    // Statements about enrolled people's devices.
    std::size_t size() const { return addresses_.size() + sessions_.size(); }
    // Statements about others, without device or person.
    std::size_t markers() const { return addresses_.markers(); }
    std::size_t devices() const;
    std::uint64_t refused_full() const { return refused_full_; }
    const ZoneMap& zones() const { return zones_; }

  private:
    const EnrolledPerson* by_mac(const MacAddress& mac, Timestamp at) const { return enrolment_.by_mac(mac, at, now_); }
    const EnrolledPerson* by_user(const std::string& user, Timestamp at) const
    {
        return enrolment_.by_radius_user(user, at, now_);
    }
    SessionEvent oriented(SessionEvent event) const;
    bool room_for(const MacAddress& mac);
    MacAddress named(const MacAddress& mac, Timestamp at) const;
    void hold(const IpAddress& ip, const AddressUse& use);
    void note_met(const IpAddress& ip, const AddressUse& use);
    void compare(const IpAddress& ip, const AddressUse& said);
    void keep(const IpAddress& ip, const AddressUse& use);
    void keep(const SessionEvent& told);
    void keep_all_of(const MacAddress& mac);
    void keep(const Suspicion& suspicion);
    void lose_evidence(Timestamp at);
    std::optional<StaffId> owner(const EnrolledPerson* person) const
    {
        return person == nullptr ? std::nullopt : std::optional(person->staff);
    }
    void suspect(Suspicion::Kind kind, const char* what, Timestamp at);
    void observe_somebodys(SessionEvent event);
    void tidy();
    void forget_the_withdrawn();

    BindingResolver claims(Timestamp now) const;

    BindingLimits limits_;
    Enrolment enrolment_;
    ZoneMap zones_;
    AddressHistory addresses_;
    SessionTable sessions_;
    Doubts doubts_;
    std::vector<Suspicion> suspicions_;
    std::vector<KeptStatement> kept_;
    std::vector<BoundAddress> met_;
    std::uint64_t regroupings_ = 0;
    std::set<std::string> recalled_waiting_;  // stretches of devices that may yet turn out to be somebody's
    Timestamp lost_kept_;
    bool sessions_expected_ = limits_.sessions_expected;
    Timestamp now_;  // the latest time told
    Timestamp sessions_tidied_;
    Timestamp next_withdrawal_ = Timestamp::max();
    std::uint64_t refused_full_ = 0;
};

}  // namespace breakwatch
