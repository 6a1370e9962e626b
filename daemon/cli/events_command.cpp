#include "cli/events_command.hpp"

#include <boost/json.hpp>

#include "alerts/formats/field_names.hpp"
#include "policy/event_catalogue.hpp"
#include "report/plain_text.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kEventsWidth = 80;
constexpr std::size_t kEventsIndent = 8;

boost::json::array words(std::string_view names)
{
    boost::json::array out;
    for (const auto& each : names_in(names)) out.emplace_back(each);
    return out;
}

boost::json::object facts_of(const EventKind& event)
{
    const auto& sort = class_of(event.code);
    return {{"code", event.code},
            {"msgid", event.message_ids},
            {"title", event.title},
            {"class", name(event.sort)},
            {"severity", name(event.severity)},
            {"ecs", {{"kind", sort.ecs_kind}, {"category", sort.ecs_category}, {"type", sort.ecs_type}}},
            {"ocsf", {{"class_uid", sort.ocsf_class}, {"activity_id", sort.ocsf_activity}}},
            {"always", words(event.always)},
            {"sometimes", words(event.sometimes)},
            {"meaning", event.meaning},
            {"action", event.action}};
}

boost::json::object facts_of(const EventField& field)
{
    const auto* own = own_names(field.name);
    const auto or_else = [&](std::string_view FieldNames::* member, const std::string& otherwise) {
        return own != nullptr && !(own->*member).empty() ? std::string(own->*member) : otherwise;
    };
    return {{"name", field.name},
            {"type", name(field.type)},
            {"unit", unit(field.type)},
            {"example", field.example},
            {"cef", or_else(&FieldNames::cef, cef_fallback(field.name))},
            {"cef_label", or_else(&FieldNames::cef_label, "")},
            {"cef_otherwise", cef_fallback(field.name)},
            {"leef", or_else(&FieldNames::leef, std::string(field.name))},
            {"ecs", or_else(&FieldNames::ecs, ecs_fallback(field.name))},
            {"meaning", field.meaning}};
}

std::string events_as_json()
{
    boost::json::array events;
    for (const auto& each : kEvents) events.push_back(facts_of(each));
    boost::json::array fields;
    for (const auto& each : kEventFields) fields.push_back(facts_of(each));
    return boost::json::serialize(boost::json::object{
               {"schema", kEventSchema}, {"events", std::move(events)}, {"fields", std::move(fields)}}) +
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
