// An alert as a JSON object in the Elastic Common Schema; fields that the schema has no name for are in the group
// `breakwatch`, under the catalogue's.
#include <string>
#include <utility>
#include <vector>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/field_names.hpp"
#include "alerts/formats/header_format.hpp"
#include "alerts/formats/json_text.hpp"
#include "alerts/formats/severity_scale.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kEcsVersion = "8.11.0";

// Groups of members, each in the order in which it was first spoken of.
class Groups {
  public:
    JsonObject& group(std::string_view name)
    {
        for (auto& [known, members] : groups_) {
            if (known == name) return members;
        }
        return groups_.emplace_back(std::string(name), JsonObject{}).second;
    }
    // `path`: "group.field".
    void add(std::string_view path, std::string_view json)
    {
        const auto dot = path.find('.');
        group(path.substr(0, dot)).add(path.substr(dot + 1), json);
    }
    void into(JsonObject& object) const
    {
        for (const auto& [name, members] : groups_) object.add(name, members.str());
    }

  private:
    std::vector<std::pair<std::string, JsonObject>> groups_;
};

std::string list_of(std::string_view word)
{
    return '[' + json_text(word) + ']';
}

// Nothing of it is an address; the host is the daemon's own.
void add_observer(JsonObject& observer, const SyslogIdentity& identity)
{
    observer.text("vendor", "Breakwatch").text("product", "breakwatch").text("type", "sensor");
    observer.text("version", BREAKWATCH_VERSION);
    if (const auto host = host_of(identity); !host.empty()) observer.text("hostname", host);
}

void add_field(Groups& groups, const std::string& name, const std::string& text)
{
    const auto* names = own_names(name);
    const bool mapped = names != nullptr && !names->ecs.empty();
    // A date that is none would be refused with the whole event.
    const bool fits = mapped && (names->ecs != "event.start" || parse_rfc3339(text));
    groups.add(fits ? std::string(names->ecs) : ecs_fallback(name), json_value(field_value(name, text)));
}

}  // namespace

std::string ecs_body(const ShownAlert& shown, const SyslogIdentity& identity)
{
    const auto& alert = shown.alert;
    const auto& sort = class_of(alert.code);
    Groups groups;
    groups.group("ecs").text("version", kEcsVersion);
    auto& event = groups.group("event");
    event.text("kind", sort.ecs_kind).add("category", list_of(sort.ecs_category)).add("type", list_of(sort.ecs_type));
    event.text("module", "breakwatch").text("dataset", "breakwatch.events").text("provider", "breakwatchd");
    event.text("code", alert.code).text("action", title_of(alert.code));
    event.number("severity", severity_scale(alert.severity).ten).number("sequence", alert.sequence);
    JsonObject severity;
    groups.group("log").add(
        "syslog", JsonObject{}.add("severity", severity.number("code", static_cast<int>(alert.severity)).str()).str());
    add_observer(groups.group("observer"), identity);
    auto& own = groups.group("breakwatch");
    own.text("schema", kEventSchema).number("prev", alert.previous).text("msgid", alert.message_id);
    if (!alert.epoch.empty()) own.text("epoch", alert.epoch);
    if (shown.truncated) own.add("truncated", "true");
    for (const auto& [name, value] : alert.fields) add_field(groups, name, value);
    JsonObject object;
    object.text("@timestamp", to_rfc3339(alert.at));
    groups.into(object);
    object.text("message", alert.text);
    return object.str();
}

}  // namespace breakwatch
