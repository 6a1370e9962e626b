#include "cli/duty_command.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "cli/journal_question.hpp"
#include "cli/plain_text.hpp"
#include "cli/site_zone.hpp"

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
    return boost::json::serialize(list) + "\n";
}

std::string as_text(const std::vector<JournalDuty>& rows, const DutyOptions& options)
{
    if (rows.empty()) return options.staff + " was not on duty at " + options.at + ", as far as is known.\n";
    TextTable table({"ACTIVITY", "FROM (UTC)", "TO (UTC)", "SITE", "BECAUSE OF"});
    bool off = false;
    for (const auto& row : rows) {
        off = off || row.interval.activity == DutyActivity::off;
        table.add({std::string(name(row.interval.activity)), utc_date_time(row.interval.start), utc_date_time(row.interval.end),
                   row.interval.site, source_of(row)});
    }
    return options.staff + (off ? " was off duty" : " was on duty") + " at " + options.at + ":\n" + table.render();
}

}  // namespace

Outcome run_duty(const DutyOptions& options)
{
    const auto records = ask({options.state, options.at, options.reason, "duty-asked"}, [&](const JournalRecord& record, Timestamp at) {
        const auto* duty = std::get_if<JournalDuty>(&record);
        return duty != nullptr && duty->interval.staff.value == options.staff && duty->interval.start <= at && at < duty->interval.end;
    });
    if (!records) return records.error();
    std::vector<JournalDuty> rows;
    for (const auto& record : *records) rows.push_back(std::get<JournalDuty>(record));
    std::ranges::stable_sort(rows, {}, [](const JournalDuty& row) { return row.interval.start; });
    const int code = rows.empty() ? tool_not_found : tool_success;
    return {code, options.json ? as_json(rows) : as_text(rows, options), ""};
}

}  // namespace breakwatch
