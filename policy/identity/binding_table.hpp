// Address to device to person, over intervals. Answers "as of then": nobody, one, or several.
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
#include "policy/identity/enrolment.hpp"
#include "policy/identity/lease.hpp"
#include "policy/identity/session.hpp"

namespace breakwatch {

// strong: a per-user RADIUS session with the address confirmed. medium: an enrolled MAC with the
// address confirmed (lease, ARP/ND, or seen on the frame itself). weak: neither; never names a person.
enum class Grade : std::uint8_t { strong, medium, weak };
std::string_view name(Grade grade);

struct Binding {
    StaffId staff;
    MacAddress mac;
    IpAddress ip;
    Timestamp from;
    std::optional<Timestamp> to;  // none: still in force
    Grade grade = Grade::weak;
    std::string zone;             // "" where nothing tells it
    std::string reason;           // "enrolled MAC, DHCP lease of 09:14:02Z", in words, without the MAC
};

// What the zone of a device is told by; first match in order.
struct ZoneRule {
    std::string zone;
    std::vector<std::string> ssids;
    std::vector<std::string> access_points;  // MAC in any notation, lower-cased colon form after loading
    std::vector<std::uint16_t> vlans;
    std::vector<std::string> subnets;        // CIDR
    bool devices_allowed = true;             // false: the operator floor
};

struct BindingLimits {
    std::size_t statements = 200'000;
    Duration horizon = std::chrono::hours{26};
    // An address that changed hands within this time of the moment asked about is ambiguous.
    Duration grace = std::chrono::seconds{10};
};

class BindingTable {
  public:
    explicit BindingTable(const BindingLimits& limits = {});
    ~BindingTable();

    void set_enrolment(const Enrolment& enrolment);
    void set_zones(const std::vector<ZoneRule>& zones);
    void observe(const Lease& lease);
    void observe(const AddressSighting& sighting);
    void observe(const SessionEvent& event);
    void expire(Timestamp now);

    // Everybody the device may have been then, best grade first. Two people: ambiguous.
    std::vector<Binding> bindings_at(const Device& device, Timestamp at) const;
    // All bindings of the table, by staff then time (breakwatchd intake, tests).
    std::vector<Binding> all() const;
    std::size_t size() const;
    std::uint64_t refused_full() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
