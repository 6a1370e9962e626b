// The join as one would explain it on paper: every question is answered by going through all that was
// ever said. No tables, no indices, no expiry, no notion of arrival. The engine must give the same.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/engine.hpp"

namespace breakwatch::test {

struct History {
    std::vector<EnrolledPerson> people;
    std::vector<DutyInterval> duty;
    std::vector<Lease> leases;
    std::vector<AddressSighting> sightings;
    std::vector<SessionEvent> sessions;
    std::vector<CallEvent> calls;
    std::vector<AgentStateEvent> agents;
    DutyBasis duty_from = DutyBasis::roster;
    std::vector<Finding> findings;
    Rule rule;
};

// What of an incident must not depend on the order of arrival.
struct Conclusion {
    std::vector<Timestamp> findings;
    std::size_t count = 0;
    double confidence = 0;
    std::string call;
    std::optional<Timestamp> answered;
    std::optional<Timestamp> ended;
    Grade grade = Grade::weak;
    bool held = false;  // without a plan of alerts nothing is
    auto operator<=>(const Conclusion&) const = default;
};
using Conclusions = std::map<std::string, Conclusion>;  // by incident id

class SlowJoin {
  public:
    SlowJoin(const History& history, const PlatformCatalog& catalog, const BindingLimits& limits)
        : history_(history), catalog_(catalog), limits_(limits)
    {}

    Conclusions conclusions() const;
    // Each person the device may have been, with the best grade.
    std::map<std::string, Grade> who(const Device& device, Timestamp at) const;
    bool on_shift(const StaffId& staff, Timestamp at) const;
    bool rostered(const StaffId& staff, Timestamp at) const;
    bool logged_in(const StaffId& staff, Timestamp at) const;
    std::optional<Call> nearest_call(const StaffId& staff, Timestamp at) const;

  private:
    using People = std::map<std::string, Grade>;
    struct Saying {
        Timestamp latest{Duration::min()};
        std::optional<Timestamp> leased;
        bool lease_runs = false;
        bool seen_lately = false;
        bool counts() const { return lease_runs || seen_lately; }
        bool binds() const { return lease_runs || (seen_lately && !leased); }
    };
    using Sayings = std::map<MacAddress, Saying>;
    struct Stay {
        std::string session;
        std::string user;
        MacAddress mac;
        std::vector<IpAddress> addresses;
        Timestamp started;
        Timestamp from;
        Timestamp last;
        Timestamp until;
        bool ended = false;
        bool remembered = false;
        Duration silence{0};
        Timestamp since = {};  // when it may have had the addresses at the earliest
        bool holds(Timestamp at) const { return from <= at && at < until; }
        bool may_hold(Timestamp at, Duration grace) const
        {
            return from - grace <= at && (at < until || (ended && at - until < grace));
        }
        bool told_later(Timestamp at) const { return !remembered && since <= at && at < from; }
        bool fresh(Timestamp at) const { return at - std::min(last, at) < silence; }
        bool has(const IpAddress& ip) const { return std::count(addresses.begin(), addresses.end(), ip) > 0; }
    };

    std::string owner_of(const MacAddress& mac) const;
    std::string owner_of(const std::string& user) const;
    Sayings said_of(const IpAddress& ip, Timestamp at) const;
    Sayings holders(const IpAddress& ip, Timestamp at) const;
    Duration silence_of(const std::vector<SessionEvent>& reports, Timestamp as_of) const;
    std::vector<Stay> stays(Timestamp as_of) const;
    std::vector<Stay> stays_about(Timestamp at) const;
    std::vector<Timestamp> moments_about(Timestamp at) const;
    Timestamp held_since(const MacAddress& mac, const IpAddress& ip, Timestamp at) const;
    People of_mac(const MacAddress& mac, const IpAddress& ip, Timestamp at, bool lease_runs) const;
    People who_by_frame(const Device& device, Timestamp at) const;
    People who_by_address(const IpAddress& ip, Timestamp at) const;
    std::vector<Call> calls_of(const StaffId& staff) const;

    const History& history_;
    const PlatformCatalog& catalog_;
    BindingLimits limits_;
    mutable std::optional<Timestamp> asked_;  // the last question's moment, and its stays
    mutable std::vector<Stay> stays_;
};

}  // namespace breakwatch::test
