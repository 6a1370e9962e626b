#include "cli/due_command.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/clock.hpp"
#include "cli/open_case.hpp"
#include "cli/operator_name.hpp"
#include "cli/reason.hpp"
#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"
#include "report/story.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kLongestRoleName = 100;

std::string time_left(const DueItem& item, Timestamp now)
{
    const auto apart = std::chrono::floor<std::chrono::seconds>(std::chrono::abs(item.due - now));
    return item.due < now ? "OVERDUE " + to_words(apart) : to_words(apart);
}

std::string due_as_table(const std::vector<DueToldItem>& all, Timestamp now)
{
    TextTable table({"INCIDENT", "DUE (UTC)", "LEFT", "BASIS", "REMINDED"});
    for (const auto& [item, told] : all) {
        const auto what = item.basis == DueBasis::promise ? "answer promised" : in_words(item.state);
        table.add({item.incident, utc_date_time(item.due), time_left(item, now), std::string(name(item.basis)),
                   told == 0 ? "not yet" : std::to_string(percent_gone(told)) + " %"},
                  "  " + what +
                      (item.role.empty()
                           ? ""
                           : (item.basis == DueBasis::promise ? " to " : ": ") + shortened(printable(item.role), 60)));
    }
    return table.render();
}

std::string due_as_json(const std::vector<DueToldItem>& all, Timestamp now)
{
    boost::json::array list;
    for (const auto& [item, told] : all)
        list.push_back(boost::json::object{{"incident", item.incident},
                                           {"basis", name(item.basis)},
                                           {"state", name(item.state)},
                                           {"role", item.role},
                                           {"from", to_rfc3339(item.from)},
                                           {"due", to_rfc3339(item.due)},
                                           {"overdue", item.due < now},
                                           {"reminded_percent", percent_gone(told)}});
    return clean_text(boost::json::serialize(list)) + "\n";
}

std::string objection_to_role(const std::string& role)
{
    const bool good = !role.empty() && printable(role) == role && role.size() <= kLongestRoleName &&
                      !role.starts_with(' ') && !role.ends_with(' ');
    return good ? ""
                : "--to: found '" + shortened(printable(role), 60) +
                      "'; expected a role, such as 'customer C-17', of at most " + std::to_string(kLongestRoleName) +
                      " octets on one line";
}

}  // namespace

Outcome run_due(const DueOptions& options)
{
    const auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto site = file->site();
    const auto all = file->due(site ? site->clock() : DueClock{});
    if (!all) return failed(all.error());
    const auto now = wall_clock();
    if (options.json) return {tool_success, due_as_json(*all, now), ""};
    if (!all->empty()) return {tool_success, due_as_table(*all, now), ""};
    const bool configured = site && site->clock().any();
    return {tool_success,
            configured ? "Nothing is due.\n"
                       : "Nothing is due: the configuration has no due times (due, breakwatch.yaml(5)), and nothing is "
                         "promised.\n",
            ""};
}

Outcome run_promise(const PromiseOptions& options)
{
    if (const auto objection = objection_to_role(options.to); !objection.empty()) return failed(objection, tool_usage);
    if (!options.reason.empty()) {
        if (const auto objection = objection_to(options.reason); !objection.empty())
            return failed(objection, tool_usage);
    }
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto known = file->incident(options.id);
    if (!known) return failed(known.error());
    if (!*known) return no_such_incident(*file, options.id, options.state);
    const auto site = file->site();
    const SiteZone zone(site ? site->time_zone : "");
    const auto now = wall_clock();
    const auto by = zone.moment(options.by, now);
    if (!by || *by <= now)
        return failed("--by: found '" + printable(options.by) +
                          "'; expected a time to come, such as 2026-11-24T18:00+09:00, or by the site's clock 18:00 or "
                          "'2026-11-25 10:00'",
                      tool_usage);
    const auto made = file->make_promise(options.id, {options.to, now, *by}, {operator_name(), options.reason, now});
    if (!made) return failed(made.error());
    return {tool_success,
            printable(options.id) + ": an answer is promised to " + printable(options.to) + " by " +
                utc_date_time(*by) +
                " UTC; recorded in the audit trail; the running daemon tells the SIEM, and reminds\n",
            ""};
}

}  // namespace breakwatch
