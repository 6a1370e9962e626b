#include "cli/duty_command.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "cli/journal_question.hpp"
#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"

namespace breakwatch {

namespace {

const char* source_of(const JournalDuty& duty)
{
    return duty.from_call_system ? "call system" : "roster";
}

std::string as_json(const std::vector<JournalDuty>& rows)
{
    boost::json::array list;
    for (const auto& row : rows) {
        list.push_back(boost::json::object{{"staff", row.interval.staff.value},
                                           {"activity", name(row.interval.activity)},
                                           {"start", to_rfc3339(row.interval.start)},
                                           {"end", to_rfc3339(row.interval.end)},
                                           {"site", row.interval.site},
                                           {"source", source_of(row)}});
    }
    return clean_text(boost::json::serialize(list)) + "\n";
}

std::string as_text(const std::vector<JournalDuty>& rows, const DutyOptions& options)
{
    TextTable table({"ACTIVITY", "FROM (UTC)", "TO (UTC)", "SITE", "BECAUSE OF"});
    bool off = false;
    bool known = false;
    for (const auto& row : rows) {
        off = off || row.interval.activity == DutyActivity::off;
        known = known || row.interval.activity != DutyActivity::unknown;
        table.add({std::string(name(row.interval.activity)), utc_date_time(row.interval.start),
                   utc_date_time(row.interval.end), row.interval.site, source_of(row)});
    }
    const auto who = printable(rows.front().interval.staff.value);
    return who +
           (off     ? " was off duty"
            : known ? " was on duty"
                    : " was on duty or not: it is not known,") +
           " at " + options.at + ":\n" + table.render();
}

// Why nothing was in force for one person: the roster says so, or nothing is known.
std::string without_row(const JournalContent& journal, const StaffId& staff, const std::string& at, Timestamp moment)
{
    const auto who = printable(staff.value);
    const auto* person = journal.person(staff);
    if (person == nullptr)
        return who + ": unknown. The journal has rows of this person, none of them of " + at +
               ", and not how far the roster goes.\n";
    if (!person->planned_from) return who + ": unknown. Enrolled, but no row of the roster names this person.\n";
    if (moment < *person->planned_from || moment >= *person->planned_until) {
        const bool of_others = std::ranges::any_of(journal.people, [moment](const JournalPerson& other) {
            return other.planned_from && moment >= *other.planned_from && moment < *other.planned_until;
        });
        return who + ": unknown. The roster tells of this person from " + utc_date_time(*person->planned_from) +
               " to " + utc_date_time(*person->planned_until) + " UTC only" +
               (of_others ? "; of others it does: this may be a day off, which it does not say.\n" : ".\n");
    }
    const auto reaches = journal.reaches_back_to();
    if (!reaches || moment < *reaches)
        return who + ": unknown. The journal does not reach back to " + at +
               " (journal_retention, breakwatch.yaml(5), says how long it is kept).\n";
    return who + " was not on duty at " + at +
           ": the roster tells of this person before and after, and has no duty then.\n";
}

JournalReply answer(const JournalContent& journal, const DutyOptions& options, Timestamp at)
{
    JournalReply reply;
    const auto people = journal.meant(options.staff, at);
    const auto asked = "'" + printable(options.staff) + "'";
    if (people.empty()) {
        const bool address = parse_ip(options.staff) || parse_mac(options.staff);
        reply.words = address ? "No record that anybody enrolled had " + asked + " at " + options.at + ".\n"
                              : "Not enrolled: nobody who is enrolled is called " + asked +
                                    " by staff id, RADIUS user or name.\n";
        return reply;
    }
    for (const auto& staff : people) {
        if (const auto* person = journal.person(staff)) reply.records.emplace_back(*person);
    }
    if (people.size() > 1) {
        reply.words = "Ambiguous: " + asked + " may be " + listed(people) + ". Ask by staff id.\n";
        return reply;
    }
    for (const auto& row : journal.duty) {
        const auto& interval = row.interval;
        if (interval.staff == *people.begin() && interval.start <= at && at < interval.end)
            reply.records.emplace_back(row);
    }
    const bool told =
        std::ranges::any_of(reply.records, [](const auto& r) { return std::holds_alternative<JournalDuty>(r); });
    if (!told) reply.words = without_row(journal, *people.begin(), options.at, at);
    return reply;
}

}  // namespace

Outcome run_duty(const DutyOptions& options)
{
    const auto reply = ask({options.state, options.at, options.reason, "duty-asked"},
                           [&](const JournalContent& journal, Timestamp at) { return answer(journal, options, at); });
    if (!reply) return reply.error();
    std::vector<JournalDuty> rows;
    for (const auto& record : reply->records) {
        if (const auto* row = std::get_if<JournalDuty>(&record)) rows.push_back(*row);
    }
    std::ranges::stable_sort(rows, {}, [](const JournalDuty& row) { return row.interval.start; });
    if (rows.empty()) return {tool_not_found, options.json ? "[]\n" : reply->words, options.json ? reply->words : ""};
    return {tool_success, options.json ? as_json(rows) : as_text(rows, options), ""};
}

}  // namespace breakwatch
