#include "cli/audit_command.hpp"

#include <boost/json.hpp>

#include "cli/open_case.hpp"
#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

std::string as_json(const std::vector<AuditEntry>& entries)
{
    boost::json::array list;
    for (const auto& entry : entries) {
        auto& told = list.emplace_back(boost::json::object{{"at", to_rfc3339(entry.at)},
                                                           {"who", entry.who},
                                                           {"action", entry.action},
                                                           {"subject", entry.subject},
                                                           {"reason", entry.reason}});
        if (!entry.verdict.empty()) told.as_object()["verdict"] = entry.verdict;
        if (!entry.openers.empty()) told.as_object()["openers"] = entry.openers;
    }
    return clean_text(boost::json::serialize(list)) + "\n";
}

}  // namespace

Outcome run_audit(const AuditOptions& options)
{
    const auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto entries = file->audit();
    if (!entries) return failed(entries.error());
    if (options.json) return {tool_success, as_json(*entries), ""};
    if (entries->empty()) return {tool_success, "The audit trail is empty.\n", ""};
    TextTable table({"TIME (UTC)", "WHO", "ACTION", "SUBJECT", "REASON"});
    for (const auto& entry : *entries)
        table.add({utc_date_time(entry.at), entry.who, action_in_words(entry), entry.subject, entry.reason});
    return {tool_success, table.render(), ""};
}

}  // namespace breakwatch
