// An alert as a JSON object: what log pipelines take apart by themselves.
#include <string>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/json_text.hpp"
#include "policy/event_fields.hpp"

namespace breakwatch {

std::string json_body(const ShownAlert& shown, const SyslogIdentity& /*identity*/)
{
    const auto& alert = shown.alert;
    JsonObject object;
    object.number("seq", alert.sequence).number("prev", alert.previous);
    if (!alert.epoch.empty()) object.text("epoch", alert.epoch);
    object.text("code", alert.code).text("schema", kEventSchema).number("severity", static_cast<int>(alert.severity));
    object.text("time", to_rfc3339(alert.at)).text("msgid", alert.message_id).text("text", alert.text);
    for (const auto& [name, value] : alert.fields) object.add(name, json_value(field_value(name, value)));
    if (shown.truncated) object.add("truncated", "true");
    return object.str();
}

}  // namespace breakwatch
