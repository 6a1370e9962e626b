#include "cli/who_command.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "cli/journal_question.hpp"
#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"

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
    return clean_text(boost::json::serialize(list)) + "\n";
}

std::string as_text(const std::vector<Binding>& bindings)
{
    TextTable table({"STAFF", "GRADE", "MAC", "ADDRESS", "FROM (UTC)", "TO (UTC)", "ZONE", "BECAUSE OF"});
    std::set<StaffId> people;
    for (const auto& binding : bindings) {
        people.insert(binding.staff);
        table.add({binding.staff.value, std::string(name(binding.grade)), to_string(binding.mac), to_string(binding.ip),
                   utc_date_time(binding.from), binding.to ? utc_date_time(*binding.to) : "still", binding.zone,
                   binding.reason});
    }
    auto text = table.render();
    if (people.size() > 1) text += "Ambiguous: more than one person may have had it then. It names nobody.\n";
    return text;
}

constexpr const char* kFramesOnly =
    " What was seen on frames only, without lease, ARP, ND or session, is not in the journal.\n";

// Why there is no binding: nobody's, or somebody's without a record.
std::string without_binding(const JournalContent& journal, const WhoOptions& options, Timestamp at)
{
    const auto asked = "'" + printable(options.what) + "'";
    const auto people = journal.meant(options.what, at);
    const auto reaches = journal.reaches_back_to();
    const std::string old = !reaches || at < *reaches ? " The journal does not reach back so far." : "";
    if (people.size() == 1)
        return "No record: " + asked + " is enrolled (" + listed(people) +
               "), and nothing tells where the device was at " + options.at + "." + old + kFramesOnly;
    if (people.size() > 1) return "Ambiguous: " + asked + " may be " + listed(people) + ". Ask by staff id.\n";
    if (parse_ip(options.what))
        return "No record: nobody enrolled had " + asked + " at " + options.at + ", as far as is known." + old +
               kFramesOnly;
    if (parse_mac(options.what))
        return "Not enrolled: " + asked + " is no enrolled device, and no session of an enrolled person used it then." +
               old + "\n";
    return "Not enrolled: nobody who is enrolled is called " + asked + " by staff id, RADIUS user or name.\n";
}

JournalReply answer(const JournalContent& journal, const WhoOptions& options, Timestamp at)
{
    const auto mac = parse_mac(options.what);
    const auto ip = parse_ip(options.what);
    const auto named = mac || ip ? std::set<StaffId>{} : journal.meant(options.what, at);
    JournalReply reply;
    for (const auto& binding : journal.bindings) {
        if (!holds(binding, at)) continue;
        const bool wanted = mac  ? binding.mac == *mac
                            : ip ? binding.ip == *ip
                                 : named.size() == 1 && named.contains(binding.staff);
        if (wanted) reply.records.emplace_back(binding);
    }
    if (!reply.records.empty()) return reply;
    reply.words = without_binding(journal, options, at);
    for (const auto& staff : journal.meant(options.what, at)) {
        if (const auto* person = journal.person(staff)) reply.records.emplace_back(*person);
    }
    return reply;
}

}  // namespace

Outcome run_who(const WhoOptions& options)
{
    const auto reply = ask({options.state, options.at, options.reason, "who-asked"},
                           [&](const JournalContent& journal, Timestamp at) { return answer(journal, options, at); });
    if (!reply) return reply.error();
    std::vector<Binding> bindings;
    for (const auto& record : reply->records) {
        if (const auto* binding = std::get_if<Binding>(&record)) bindings.push_back(*binding);
    }
    std::ranges::sort(bindings, {}, [](const Binding& b) { return std::tie(b.grade, b.staff, b.from); });
    if (bindings.empty())
        return {tool_not_found, options.json ? "[]\n" : reply->words, options.json ? reply->words : ""};
    return {tool_success, options.json ? as_json(bindings) : as_text(bindings), ""};
}

}  // namespace breakwatch
