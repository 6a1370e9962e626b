// Whose devices may be looked at: staff who were given notice. Everything else leaves no state.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

struct EnrolledPerson {
    StaffId staff;
    std::vector<MacAddress> macs;
    std::vector<std::string> radius_users;   // compared without case
    std::vector<std::string> agent_aliases;  // names of this person in call feeds and rosters
    Timestamp notice;                        // start of the day (site zone) the notice was given
    std::optional<Timestamp> consent;
    std::optional<Timestamp> withdrawn;      // from then on: no state

    bool active_at(Timestamp time) const
    {
        return time >= notice && (!withdrawn || time < *withdrawn);
    }
};

class Enrolment {
  public:
    Enrolment() = default;
    explicit Enrolment(std::vector<EnrolledPerson> people);

    // Nobody, or the one enrolled and active at that time.
    const EnrolledPerson* by_mac(const MacAddress& mac, Timestamp at) const;
    const EnrolledPerson* by_radius_user(std::string_view user, Timestamp at) const;
    const EnrolledPerson* by_staff(const StaffId& staff) const;
    // An agent name of a feed: an alias, else the staff id itself.
    std::optional<StaffId> by_agent(std::string_view agent) const;
    const std::vector<EnrolledPerson>& people() const { return people_; }

  private:
    std::vector<EnrolledPerson> people_;
};

}  // namespace breakwatch
