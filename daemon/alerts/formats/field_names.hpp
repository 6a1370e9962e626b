// What a field of an event is called in formats that have names of their own. The one table of them: bodies write by
// it, and breakwatch-events(7), the samples and the content for SIEMs are held against it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/event_catalogue.hpp"
#include "policy/event_fields.hpp"

namespace breakwatch {

// How a text of the catalogue is written where a format wants another kind of value.
enum class CefType : std::uint8_t { text, whole, real, time };

struct FieldNames {
    std::string_view name;
    std::string_view cef;        // a key of the CEF dictionary
    std::string_view cef_label;  // of a custom one: what its label says
    std::string_view leef;       // a predefined attribute
    std::string_view ecs;        // "group.field"
};

// "": the format's own form of the field's name, see below.
inline constexpr std::array kFieldNames{
    FieldNames{"id", "externalId", "", "", "event.id"},
    FieldNames{"rev", "cn1", "revision", "", ""},
    FieldNames{"rule", "cs2", "rule", "policy", "rule.name"},
    FieldNames{"subj", "suser", "", "usrName", "user.id"},
    FieldNames{"plat", "app", "", "resource", "network.application"},
    FieldNames{"kind", "cs3", "kind", "", ""},
    FieldNames{"tier", "cs1", "tier", "", ""},
    FieldNames{"conf", "cfp1", "confidence", "", ""},
    FieldNames{"rank", "cfp4", "rank", "", ""},
    FieldNames{"at", "start", "", "", "event.start"},
    FieldNames{"after_call_s", "cfp2", "secondsAfterCall", "", ""},
    FieldNames{"call", "cs4", "call", "", ""},
    FieldNames{"chan", "cs5", "channel", "", ""},
    FieldNames{"queue", "cs6", "queue", "", ""},
    FieldNames{"cov", "cfp3", "coverage", "", ""},
    FieldNames{"cnt", "cnt", "", "", ""},
    FieldNames{"zone", "flexString1", "zone", "", ""},
    FieldNames{"grade", "flexString2", "grade", "", ""},
};

// By whether the name is in the table: "cs2", or "bwFoundTrue"; "policy", or "found_true"; "rule.name", or
// "breakwatch.found_true".
const FieldNames* own_names(std::string_view field);
std::string cef_fallback(std::string_view field);
CefType cef_type(std::string_view cef_key);
inline std::string ecs_fallback(std::string_view field)
{
    return "breakwatch." + std::string(field);
}

// What an event's class is in ECS and OCSF.
struct ClassNames {
    EventClass sort;
    std::string_view ecs_kind, ecs_category, ecs_type;
    int ocsf_class, ocsf_activity;
    bool is_alert;  // of OCSF's Detection Finding
};
// Of a code that the catalogue does not know: `health`.
const ClassNames& class_of(std::string_view code);
std::string_view title_of(std::string_view code);

}  // namespace breakwatch
