// First character: 'e' for an enrolment file, anything else for a roster; then the file.
#include "feeds/people/enrolment_csv.hpp"
#include "feeds/people/enrolment_file.hpp"
#include "feeds/people/roster_csv.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

void check_errors(const RowErrors& errors)
{
    promise(!errors.empty(), "a refusal says why");
    for (const auto& error : errors) promise(!to_string(error).empty(), "an error has words");
}

void read_as_roster(std::string_view text)
{
    RosterReading reading;
    read_roster_csv("roster.csv", text, RosterSettings{}, Timestamp{std::chrono::hours{24 * 20'781}}, reading);
    if (!reading.unreadable.empty()) return check_errors(reading.unreadable);
    EnrolledPerson person;
    person.staff = StaffId{"s1001"};
    person.agent_aliases = {"1042"};
    const auto roster = assemble_roster(std::move(reading), Enrolment({person}));
    if (!roster) return check_errors(roster.error());
    for (const auto& interval : roster->intervals) {
        promise(interval.start < interval.end, "an interval ends after its start");
        promise(interval.staff == person.staff, "others leave no state");
    }
    const Roster duty(roster->intervals);
    for (const auto& interval : roster->intervals) (void)duty.at(interval.staff, interval.start);
}

void read_as_enrolment(std::string_view text)
{
    const auto table = CsvTable::parse("enrolment.csv", text, enrolment_columns(), enrolment_optional_columns());
    if (!table) return check_errors(table.error());
    const auto enrolment = assemble_enrolment("enrolment.csv", enrolment_rows(*table), "Asia/Tokyo");
    if (!enrolment) return check_errors(enrolment.error());
    for (const auto& person : enrolment->people()) {
        promise(!person.staff.value.empty(), "a person has an id");
        promise(enrolment->by_staff(person.staff) != nullptr, "a person is found by id");
        for (const auto& mac : person.macs) {
            const auto* const owner = enrolment->by_mac(mac, person.notice);
            promise(owner == nullptr || owner->staff == person.staff, "a device belongs to its row");
        }
        for (const auto& user : person.radius_users) (void)enrolment->by_radius_user(user, person.notice);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto text = as_text(Bytes(data, size));
    if (text.empty()) return 0;
    const bool enrolment = text.front() == 'e';
    text.remove_prefix(1);
    enrolment ? read_as_enrolment(text) : read_as_roster(text);
    return 0;
}
