// First character: 'i' for an iCalendar roster, 'c' for a table, 'w' for one with codes and day first, 'y' for an
// enrolment in YAML, anything else for a NICE IEX export; then the file.
#include "config/enrolment_rows.hpp"
#include "feeds/people/enrolment_file.hpp"
#include "feeds/people/roster_csv.hpp"
#include "feeds/people/roster_ical.hpp"
#include "feeds/people/roster_iex.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

void check(RosterReading reading)
{
    const bool unreadable = !reading.unreadable.empty();
    for (const auto& error : reading.refused) promise(!to_string(error).empty(), "an error has words");
    for (const auto& row : reading.rows) {
        promise(row.interval.start < row.interval.end, "an interval ends after its start");
        promise(!row.agent.empty(), "a row is somebody's");
    }
    EnrolledPerson person;
    person.staff = StaffId{"4711"};
    const auto roster = assemble_roster(std::move(reading), Enrolment({person}));
    promise(roster.has_value() != unreadable, "what is read is taken");
    promise(roster.has_value() || !roster.error().empty(), "a refusal says why");
    if (roster) (void)notes_of(*roster);
}

void read_as_enrolment(std::string_view text)
{
    const auto rows = parse_enrolment_yaml("enrolment.yaml", std::string(text));
    if (rows)
        (void)assemble_enrolment("enrolment.yaml", *rows, "UTC");
    else
        promise(!rows.error().empty(), "a refusal says why");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto text = as_text(Bytes(data, size));
    if (text.empty()) return 0;
    const char kind = text.front();
    text.remove_prefix(1);
    if (kind == 'y') return read_as_enrolment(text), 0;
    RosterSettings settings;
    const Timestamp about{std::chrono::hours{24 * 20'781}};  // 2026-11-24
    RosterReading reading;
    if (kind == 'i') {
        read_roster_ical("r.ics", text, settings, about, reading);
    } else if (kind == 'c' || kind == 'w') {
        if (kind == 'w') settings.table.shift_codes = {{"D", "09:00", "18:00"}, {"N", "22:00", "07:00"}};
        if (kind == 'w') settings.table.date_format = "dd/mm/yyyy";
        settings.table.columns.date = {"date"};
        settings.table.columns.duration = {"duration"};
        read_roster_csv("r-2026-11.csv", text, settings, about, reading);
    } else {
        read_roster_iex("r.txt", text, settings, reading);
    }
    check(std::move(reading));
    return 0;
}
