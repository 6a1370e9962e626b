// What is known of addresses, devices and people. Answers "as of then": nobody, one, or several.
// Bounded by a horizon: statements that ended longer ago are forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/activity/exchange.hpp"
#include "policy/identity/binding.hpp"
#include "policy/identity/enrolment.hpp"
#include "policy/identity/kept_statement.hpp"
#include "policy/identity/lease.hpp"
#include "policy/identity/session_table.hpp"
#include "policy/identity/site_scope.hpp"
#include "policy/identity/suspicion.hpp"
#include "policy/identity/zones.hpp"

namespace breakwatch {

struct BindingLimits {
    std::size_t statements = 200'000;
    std::size_t markers = 50'000;  // "somebody else had this address": no device, no person
    std::size_t of_one_device = 1'024;  // of the statements: no device takes the others' room
    Duration horizon = std::chrono::hours{26};
    // An address that changed hands within this time of the moment asked about is ambiguous.
    Duration grace = std::chrono::seconds{10};
    // A session that sends interim reports and then none for so long missed its Stop; one that
    // never sent any is believed longer.
    Duration session_silence = std::chrono::hours{1};
    Duration session_longest = std::chrono::hours{12};
    // How long a device that nobody answers for yet waits for its session or lease; then its MAC is
    // forgotten. Covers feeds that are five minutes early or late.
    Duration unknown_wait = std::chrono::minutes{10};
    // RADIUS accounting is expected: a device with an unknown MAC may yet turn out to be
    // somebody's. Without it such a device is a stranger at once. Set by itself when a first
    // session is told.
    bool sessions_expected = false;
    SiteScope scope;
    bool keep = false;  // take_kept() is asked
};

// What can be said of a device at once. `unknown`: late facts may still tell.
enum class EnrolmentStatus : std::uint8_t { enrolled, unknown, stranger };

class BindingTable {
  public:
    explicit BindingTable(const BindingLimits& limits = {});
    ~BindingTable();

    // Forgets at once what was known of people who are no longer enrolled.
    void set_enrolment(const Enrolment& enrolment);
    void set_zones(const std::vector<ZoneRule>& zones);
    void observe(const Lease& lease);
    void observe(const AddressSighting& sighting);
    void observe(const SessionEvent& event);
    void observe(const Suspicion& suspicion);
    // What the statements since the last time contradicted, for the operator.
    std::vector<Suspicion> take_suspicions();
    void expire(Timestamp now);

    // What the statements since the last time left in the tables, to be kept for a restart (BindingLimits::keep).
    std::vector<KeptStatement> take_kept();
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
    std::optional<CountedOctets> octets(const MacAddress& mac, Timestamp from, Timestamp to,
                                        Duration reach) const;
    // All bindings of the table, by staff then time (breakwatchd intake, tests). What silence has ended by
    // `now` is over; without it the latest time that the table was told counts.
    std::vector<Binding> all(Timestamp now = Timestamp::min()) const;
    std::size_t size() const;     // statements about enrolled people's devices
    std::size_t markers() const;  // statements about others, without device or person
    std::size_t devices() const;
    std::uint64_t refused_full() const;
    const ZoneMap& zones() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
