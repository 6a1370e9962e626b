// An alert as a JSON object of the Open Cybersecurity Schema Framework, of the version below: incidents are Detection
// Findings with their activity, what the daemon tells of itself is of the class that field_names.cpp says. What the
// class has no attribute for is in `unmapped`, under the catalogue's names.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/field_names.hpp"
#include "alerts/formats/json_text.hpp"
#include "alerts/formats/severity_scale.hpp"
#include "alerts/formats/syslog_text.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kOcsfVersion = "1.4.0";
constexpr int kDetectionFinding = 2004;
constexpr int kEntityManagement = 3004;
constexpr int kApplicationLifecycle = 6002;

std::string product()
{
    return JsonObject{}
        .text("name", "breakwatch")
        .text("vendor_name", "Breakwatch")
        .text("version", BREAKWATCH_VERSION)
        .str();
}

// Takes fields out of an alert for attributes of their own; what nobody took is unmapped.
class Fields {
  public:
    explicit Fields(const ShownAlert& shown) : fields_(shown.alert.fields) {}
    std::optional<std::string> take(std::string_view name)
    {
        const auto field = std::ranges::find(fields_, name, &std::pair<std::string, std::string>::first);
        if (field == fields_.end() || field->second.empty()) return {};
        auto value = std::move(field->second);
        fields_.erase(field);
        return value;
    }
    // Without taking it: one that is told in another form, too.
    std::optional<FieldValue> look(std::string_view name) const
    {
        const auto field = std::ranges::find(fields_, name, &std::pair<std::string, std::string>::first);
        if (field == fields_.end()) return {};
        return field_value(field->first, field->second);
    }
    void into(JsonObject& unmapped) const
    {
        for (const auto& [name, value] : fields_) unmapped.add(name, json_value(field_value(name, value)));
    }

  private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

std::string user(std::string_view key, const std::string& value)
{
    return JsonObject{}.add("user", JsonObject{}.text(key, value).str()).str();
}

void add_times_and_counts(JsonObject& object, Fields& fields)
{
    if (const auto count = fields.look("cnt"); count && std::holds_alternative<std::uint64_t>(*count))
        object.add("count", *fields.take("cnt"));
    if (const auto at = fields.look("at")) {
        if (const auto start = parse_rfc3339(std::get<std::string>(*at))) {
            object.add("start_time", epoch_milliseconds(*start));
            fields.take("at");
        }
    }
    // A whole number of hundredths; the ratio itself stays among the unmapped.
    if (const auto conf = fields.look("conf"); conf && std::holds_alternative<double>(*conf))
        object.number("confidence_score", std::lround(std::clamp(std::get<double>(*conf), 0.0, 1.0) * 100));
}

void add_finding(JsonObject& object, const Alert& alert, const ClassNames& sort, Fields& fields)
{
    object.add("is_alert", sort.is_alert ? "true" : "false");
    JsonObject info;
    auto uid = fields.take("id");
    if (!uid) uid = fields.take("ref");
    info.text("uid", uid.value_or("seq-" + std::to_string(alert.sequence))).text("title", title_of(alert.code));
    if (const auto rule = fields.take("rule"))
        info.add("analytic", JsonObject{}.text("name", *rule).number("type_id", 1).str());
    object.add("finding_info", info.str());
    if (const auto subject = fields.take("subj"))
        object.add("evidences", '[' + JsonObject{}.add("actor", user("uid", *subject)).str() + ']');
    add_times_and_counts(object, fields);
}

void add_audit(JsonObject& object, Fields& fields)
{
    JsonObject entity;
    if (const auto incident = fields.take("id")) {
        entity.text("type", "incident").text("uid", *incident);
    } else if (const auto mention = fields.take("ref")) {
        entity.text("type", "mention").text("uid", *mention);
    } else if (const auto subject = fields.take("subj")) {
        entity.text("type", "person").text("uid", *subject);
    } else {
        entity.text("type", "record").text("name", "breakwatch");
    }
    object.add("entity", entity.str());
    if (const auto by = fields.take("by")) object.add("actor", user("name", *by));
}

}  // namespace

std::string ocsf_body(const ShownAlert& shown, const SyslogIdentity& /*identity*/)
{
    const auto& alert = shown.alert;
    const auto& sort = class_of(alert.code);
    Fields fields(shown);
    JsonObject object;
    object.number("category_uid", sort.ocsf_class / 1'000).number("class_uid", sort.ocsf_class);
    object.number("activity_id", sort.ocsf_activity).number("type_uid", sort.ocsf_class * 100 + sort.ocsf_activity);
    if (sort.ocsf_activity == 99) object.text("activity_name", title_of(alert.code));
    object.number("severity_id", severity_scale(alert.severity).ocsf).add("time", epoch_milliseconds(alert.at));
    JsonObject metadata;
    metadata.text("version", kOcsfVersion).add("product", product()).text("event_code", alert.code);
    metadata.number("sequence", alert.sequence).text("log_name", alert.message_id);
    object.add("metadata", metadata.str());
    if (sort.ocsf_class == kDetectionFinding) add_finding(object, alert, sort, fields);
    if (sort.ocsf_class == kEntityManagement) add_audit(object, fields);
    if (sort.ocsf_class == kApplicationLifecycle) object.add("app", product());
    JsonObject unmapped;
    unmapped.text("schema", kEventSchema).number("prev", alert.previous);
    if (!alert.epoch.empty()) unmapped.text("epoch", alert.epoch);
    if (shown.truncated) unmapped.add("truncated", "true");
    fields.into(unmapped);
    object.text("message", alert.text).add("unmapped", unmapped.str());
    return object.str();
}

}  // namespace breakwatch
