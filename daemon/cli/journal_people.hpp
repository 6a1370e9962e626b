// Whom a name, a MAC or an address means, by what the journal knows of enrolled people. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/journal.hpp"

namespace breakwatch {

// The whole journal, sorted out.
struct JournalContent {
    std::vector<JournalPerson> people;
    std::vector<Binding> bindings;
    std::vector<JournalDuty> duty;

    explicit JournalContent(std::vector<JournalRecord>&& records);

    const JournalPerson* person(const StaffId& staff) const;
    // Everybody who is called so: by staff id, RADIUS user or any name in rosters and call systems, without
    // case; a user also with the domain or realm that networks put around it. By MAC: whose device it is by
    // enrolment; by address: who had it at `at`.
    std::set<StaffId> meant(std::string_view who, Timestamp at) const;
    // The earliest moment that it tells of; none: it is empty.
    std::optional<Timestamp> reaches_back_to() const;
};

bool holds(const Binding& binding, Timestamp at);
// "s1001, s1002"
std::string listed(const std::set<StaffId>& people);

}  // namespace breakwatch
