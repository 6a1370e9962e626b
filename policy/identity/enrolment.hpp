// Whose devices may be looked at: staff who were given notice. Everything else leaves no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

struct EnrolledPerson {
    StaffId staff;
    std::vector<MacAddress> macs;
    // Compared without case. "s1001" is that user without a domain or realm, or in one of the site's own
    // (set_realms); with a domain or realm an entry means just that. None given: the staff id.
    std::vector<std::string> radius_users;
    std::vector<std::string> agent_aliases;  // names of this person in call feeds and rosters
    Timestamp notice;                        // start of the day (site zone) the notice was given
    std::optional<Timestamp> consent;
    std::optional<Timestamp> withdrawn;  // from then on: no state

    bool active_at(Timestamp time) const { return time >= notice && (!withdrawn || time < *withdrawn); }
};

class Enrolment {
  public:
    Enrolment() = default;
    explicit Enrolment(std::vector<EnrolledPerson> people);

    // Realms and Windows domains whose users are staff: CC\s1001, s1001@site. Others' users are nobody's.
    void set_realms(std::vector<std::string> realms) { realms_ = std::move(realms); }

    // Nobody, or the one enrolled and active at that time. Two at once are nobody: the reader
    // refuses such files, and a guess is worse than a gap.
    const EnrolledPerson* by_mac(const MacAddress& mac, Timestamp at) const;
    const EnrolledPerson* by_radius_user(std::string_view user, Timestamp at) const;
    // The same, unless they have withdrawn by `now` and not been enrolled again.
    const EnrolledPerson* by_mac(const MacAddress& mac, Timestamp at, Timestamp now) const;
    const EnrolledPerson* by_radius_user(std::string_view user, Timestamp at, Timestamp now) const;
    // Whenever enrolled; of several entries (withdrawn, enrolled again) the first.
    const EnrolledPerson* by_staff(const StaffId& staff) const;
    bool active(const StaffId& staff, Timestamp at) const;
    // An agent name of a feed, compared by agent_key: an alias, else the staff id itself; nobody for
    // others than the enrolled.
    std::optional<StaffId> by_agent(std::string_view agent) const;
    const std::vector<EnrolledPerson>& people() const { return people_; }

  private:
    using Indices = std::vector<std::uint32_t>;  // into people_

    const EnrolledPerson* unless_withdrawn(const EnrolledPerson* person, Timestamp now) const;
    const EnrolledPerson* only_active(const Indices* indices, Timestamp at) const;

    std::vector<EnrolledPerson> people_;
    std::vector<std::string> realms_;
    std::unordered_map<MacAddress, Indices> macs_;
    std::unordered_map<std::string, Indices> users_;        // in lower case
    std::unordered_map<std::string, Indices> agents_;       // aliases, by agent_key
    std::unordered_map<std::string, Indices> staff_names_;  // staff ids, by agent_key
    std::unordered_map<StaffId, Indices> staff_;
};

}  // namespace breakwatch
