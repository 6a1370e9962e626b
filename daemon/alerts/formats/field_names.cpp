#include "alerts/formats/field_names.hpp"

#include <algorithm>
#include <cctype>

namespace breakwatch {

namespace {

// ECS 8.11: event.kind, event.category and event.type by its lists of allowed values. OCSF 1.4.0: Detection Finding
// (2004; created, updated, closed), Entity Management (3004; read, updated), Application Lifecycle (6002; started,
// stopped), and Base Event (0; other) for what the daemon tells of its own health, which none of its classes is about.
constexpr std::array<ClassNames, 10> kClasses{{
    {EventClass::incident, "alert", "intrusion_detection", "info", 2004, 1, true},
    {EventClass::revision, "alert", "intrusion_detection", "info", 2004, 2, false},
    {EventClass::withdrawal, "alert", "intrusion_detection", "info", 2004, 3, false},
    {EventClass::mention, "event", "intrusion_detection", "info", 2004, 1, false},
    {EventClass::health, "state", "host", "info", 0, 99, false},
    {EventClass::audit_read, "event", "configuration", "access", 3004, 2, false},
    {EventClass::audit_change, "event", "configuration", "change", 3004, 3, false},
    {EventClass::heartbeat, "state", "host", "info", 0, 99, false},
    {EventClass::start, "event", "process", "start", 6002, 3, false},
    {EventClass::stop, "event", "process", "end", 6002, 4, false},
}};

const EventKind* kind_of(std::string_view code)
{
    const auto kind = std::ranges::find(kEvents, code, &EventKind::code);
    return kind == kEvents.end() ? nullptr : &*kind;
}

}  // namespace

const FieldNames* own_names(std::string_view field)
{
    const auto names = std::ranges::find(kFieldNames, field, &FieldNames::name);
    return names == kFieldNames.end() ? nullptr : &*names;
}

std::string cef_fallback(std::string_view field)
{
    // Names that are not the catalogue's stay as they are, so that no two of them become one.
    const bool known = std::ranges::find(kEventFields, field, &EventField::name) != kEventFields.end();
    if (!known) return "bw_" + std::string(field);
    std::string out = "bw";
    bool begins = true;
    for (const char c : field) {
        if (c != '_') out += begins ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        begins = c == '_';
    }
    return out;
}

CefType cef_type(std::string_view cef_key)
{
    if (cef_key.starts_with("cfp")) return CefType::real;
    if (cef_key.starts_with("cn")) return CefType::whole;
    return cef_key == "start" ? CefType::time : CefType::text;
}

const ClassNames& class_of(std::string_view code)
{
    const auto* kind = kind_of(code);
    return *std::ranges::find(kClasses, kind != nullptr ? kind->sort : EventClass::health, &ClassNames::sort);
}

std::string_view title_of(std::string_view code)
{
    const auto* kind = kind_of(code);
    return kind != nullptr ? kind->title : "An event that the catalogue does not know";
}

}  // namespace breakwatch
