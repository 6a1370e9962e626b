#include "cli/events_command.hpp"

#include <boost/json.hpp>

#include "policy/event_catalogue.hpp"
#include "report/plain_text.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kEventsWidth = 80;
constexpr std::size_t kEventsIndent = 8;

std::string events_as_json()
{
    boost::json::array events;
    for (const auto& each : kEvents)
        events.push_back(boost::json::object{
            {"code", each.code}, {"msgid", each.message_ids}, {"meaning", each.meaning}, {"action", each.action}});
    boost::json::array fields;
    for (const auto& each : kEventFields)
        fields.push_back(
            boost::json::object{{"name", each.name}, {"type", name(each.type)}, {"meaning", each.meaning}});
    return boost::json::serialize(boost::json::object{{"events", std::move(events)}, {"fields", std::move(fields)}}) +
           "\n";
}

}  // namespace

Outcome run_events(const EventsOptions& options)
{
    if (options.json) return {tool_success, events_as_json(), ""};
    std::string text;
    for (const auto& each : kEvents) {
        text += paragraph(each.meaning, kEventsIndent, each.code, kEventsWidth);
        text += paragraph("-> " + std::string(each.action), kEventsIndent, "", kEventsWidth);
    }
    return {tool_success, text, ""};
}

}  // namespace breakwatch
