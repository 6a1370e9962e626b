// First character: 'i' for an iCalendar roster, 'y' for an enrolment in YAML, anything else for a NICE IEX
// export; then the file.
#include "config/enrolment_rows.hpp"
#include "feeds/people/enrolment_file.hpp"
#include "feeds/people/roster_ical.hpp"
#include "feeds/people/roster_iex.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

void check(RosterRows rows, const RowErrors& errors)
{
    for (const auto& error : errors) promise(!to_string(error).empty(), "an error has words");
    for (const auto& row : rows) {
        promise(row.interval.start < row.interval.end, "an interval ends after its start");
        promise(!row.agent.empty(), "a row is somebody's");
    }
    EnrolledPerson person;
    person.staff = StaffId{"4711"};
    const auto roster = assemble_roster(std::move(rows), errors, Enrolment({person}));
    promise(roster.has_value() || !roster.error().empty(), "a refusal says why");
}

void read_as_enrolment(std::string_view text)
{
    const auto rows = parse_enrolment_yaml("enrolment.yaml", std::string(text));
    if (rows) (void)assemble_enrolment("enrolment.yaml", *rows, "UTC");
    else promise(!rows.error().empty(), "a refusal says why");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto text = as_text(Bytes(data, size));
    if (text.empty()) return 0;
    const char kind = text.front();
    text.remove_prefix(1);
    if (kind == 'y') return read_as_enrolment(text), 0;
    const RosterSettings settings;
    const Timestamp about{std::chrono::hours{24 * 20'781}};  // 2026-11-24
    RosterRows rows;
    RowErrors errors;
    kind == 'i' ? read_roster_ical("r.ics", text, settings, about, rows, errors) : read_roster_iex("r.txt", text, settings, rows, errors);
    check(std::move(rows), errors);
    return 0;
}
