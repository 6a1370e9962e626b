#include "alerts/formats/sample_alert.hpp"

#include <algorithm>
#include <stdexcept>

namespace breakwatch {

namespace {

std::string example_of(std::string_view name)
{
    const auto field = std::ranges::find(kEventFields, name, &EventField::name);
    if (field == kEventFields.end()) throw std::logic_error("no field of events: " + std::string(name));
    return std::string(field->example);
}

}  // namespace

Alert sample_alert(const EventKind& event, Timestamp at)
{
    Alert alert;
    alert.code = event.code;
    alert.message_id = event.message_ids.substr(0, event.message_ids.find(','));
    alert.severity = event.severity;
    alert.at = at;
    for (const auto list : {event.always, event.sometimes}) {
        for (const auto name : names_in(list)) alert.fields.emplace_back(name, example_of(name));
    }
    alert.fields.emplace_back("sample", "1");
    alert.epoch = example_of("epoch");
    alert.text = "sample, no event: " + std::string(event.title);
    return alert;
}

}  // namespace breakwatch
