#include "cli/who_command.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "cli/journal_question.hpp"
#include "cli/plain_text.hpp"
#include "cli/site_zone.hpp"

namespace breakwatch {

namespace {

std::string as_json(const std::vector<Binding>& bindings)
{
    boost::json::array list;
    for (const auto& binding : bindings) {
        list.push_back(boost::json::object{
            {"staff", binding.staff.value},
            {"mac", to_string(binding.mac)},
            {"ip", to_string(binding.ip)},
            {"from", to_rfc3339(binding.from)},
            {"to", binding.to ? boost::json::value(to_rfc3339(*binding.to)) : boost::json::value(nullptr)},
            {"grade", name(binding.grade)},
            {"zone", binding.zone},
            {"source", binding.reason}});
    }
    return boost::json::serialize(list) + "\n";
}

std::string as_text(const std::vector<Binding>& bindings, const WhoOptions& options)
{
    if (bindings.empty())
        return "Nobody enrolled had " + options.what + " at " + options.at +
               ", as far as is known. What was seen on frames only, without lease, ARP, ND or session, is not in the journal.\n";
    TextTable table({"STAFF", "GRADE", "MAC", "ADDRESS", "FROM (UTC)", "TO (UTC)", "ZONE", "BECAUSE OF"});
    std::set<StaffId> people;
    for (const auto& binding : bindings) {
        people.insert(binding.staff);
        table.add({binding.staff.value, std::string(name(binding.grade)), to_string(binding.mac), to_string(binding.ip),
                   utc_date_time(binding.from), binding.to ? utc_date_time(*binding.to) : "still", binding.zone, binding.reason});
    }
    auto text = table.render();
    if (people.size() > 1) text += "Ambiguous: more than one person may have had it then. It names nobody.\n";
    return text;
}

}  // namespace

Outcome run_who(const WhoOptions& options)
{
    const auto mac = parse_mac(options.what);
    const auto ip = parse_ip(options.what);
    if (!mac && !ip) return failed("found '" + options.what + "'; expected a MAC or an IP address", tool_usage);
    const auto records = ask({options.state, options.at, options.reason, "who-asked"},
                             [&](const JournalRecord& record, Timestamp at) {
                                 const auto* binding = std::get_if<Binding>(&record);
                                 if (binding == nullptr || binding->from > at || (binding->to && *binding->to <= at)) return false;
                                 return mac ? binding->mac == *mac : binding->ip == *ip;
                             });
    if (!records) return records.error();
    std::vector<Binding> bindings;
    for (const auto& record : *records) bindings.push_back(std::get<Binding>(record));
    std::ranges::sort(bindings, {}, [](const Binding& b) { return std::tie(b.grade, b.staff, b.from); });
    const int code = bindings.empty() ? tool_not_found : tool_success;
    return {code, options.json ? as_json(bindings) : as_text(bindings, options), ""};
}

}  // namespace breakwatch
