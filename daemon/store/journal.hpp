// Who had which device and address, and who was on duty, of the last hours: what `breakwatch who` and
// `breakwatch duty` answer from. Kept for enrolled people only, sealed row by row with the identity key,
// and gone after its retention or at once with a withdrawal.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/duty/roster.hpp"
#include "policy/identity/binding.hpp"
#include "store/identity_key.hpp"

namespace breakwatch {

struct JournalDuty {
    DutyInterval interval;
    bool from_call_system = false;
};
// What an enrolled person is called, and how far the roster tells of them: so that a question may use any
// name, and "not on duty" is told from "not known".
struct JournalPerson {
    StaffId staff;
    std::vector<MacAddress> macs;
    std::vector<std::string> names;         // RADIUS users, names in call systems and rosters
    std::optional<Timestamp> planned_from;  // first and last moment of their roster rows; none: no row
    std::optional<Timestamp> planned_until;
};
using JournalRecord = std::variant<Binding, JournalDuty, JournalPerson>;

// A row as it lies on disk: nothing in it tells who without the key.
struct JournalRow {
    std::string id;     // keyed: the same binding or interval, told anew with its end, replaces itself
    std::string owner;  // pseudonym
    Timestamp until;    // the latest moment it tells of
    std::string sealed;
};

const StaffId& staff_of(const JournalRecord& record);
JournalRow seal(const JournalRecord& record, Timestamp now, const IdentityKey& key);
std::optional<JournalRecord> unseal(const std::string& sealed, const IdentityKey& key);

struct JournalUpdate {
    std::vector<JournalRow> rows;     // new or changed
    std::vector<std::string> owners;  // of whom rows may stay: everybody else's go
    Timestamp forget_before;
};

}  // namespace breakwatch
