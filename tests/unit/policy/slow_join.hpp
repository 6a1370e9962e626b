// The join as one would explain it on paper: every question is answered by going through all that was
// ever said. No tables, no indices, no expiry, no notion of arrival. The engine must give the same.
#pragma once

#include <map>
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
    auto operator<=>(const Conclusion&) const = default;
};
using Conclusions = std::map<std::string, Conclusion>;  // by incident id

class SlowJoin {
  public:
    SlowJoin(const History& history, const PlatformCatalog& catalog, const BindingLimits& limits)
        : history_(history), catalog_(catalog), limits_(limits)
    {
    }

    Conclusions conclusions() const;
    // Each person the device may have been, with the best grade.
    std::map<std::string, Grade> who(const Device& device, Timestamp at) const;
    bool on_shift(const StaffId& staff, Timestamp at) const;
    bool rostered(const StaffId& staff, Timestamp at) const;
    bool logged_in(const StaffId& staff, Timestamp at) const;
    std::optional<Call> nearest_call(const StaffId& staff, Timestamp at) const;

  private:
    struct Statement {
        MacAddress mac;
        Timestamp at;
        Timestamp until;
        bool lease = false;
    };
    struct SessionState {
        bool open = false;
        bool stopped = false;
        std::string user;
        MacAddress mac;
        std::vector<IpAddress> addresses;
        Timestamp since;  // user and addresses are these
        Timestamp last;
    };
    using Holders = std::map<MacAddress, Statement>;

    std::string owner_of(const MacAddress& mac) const;
    std::string owner_of(const std::string& user) const;
    Holders holders(const IpAddress& ip, Timestamp at) const;
    std::vector<SessionState> sessions_at(Timestamp at) const;
    std::vector<Timestamp> moments_about(Timestamp at) const;
    void ask_mac(std::map<std::string, Grade>& people, const MacAddress& mac, Timestamp at) const;
    std::vector<Call> calls_of(const StaffId& staff) const;

    const History& history_;
    const PlatformCatalog& catalog_;
    BindingLimits limits_;
};

}  // namespace breakwatch::test
