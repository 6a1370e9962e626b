// An alert as structured data of RFC 5424, then a text for people:
//   [breakwatch@N seq=".." prev=".." code=".." ..] text
#include <string>
#include <string_view>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/header_format.hpp"
#include "policy/event_fields.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// RFC 5424 section 6.3.3.
void add(std::string& out, std::string_view name, std::string_view value)
{
    out += ' ';
    out += name;
    out += "=\"";
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == ']') out += '\\';
        out += c;
    }
    out += '"';
}

}  // namespace

std::string structured_body(const ShownAlert& shown, const SyslogIdentity& identity)
{
    const auto& alert = shown.alert;
    auto out = "[breakwatch@" + std::to_string(identity.enterprise);
    add(out, "seq", std::to_string(alert.sequence));
    add(out, "prev", std::to_string(alert.previous));
    if (!alert.epoch.empty()) add(out, "epoch", alert.epoch);
    add(out, "code", alert.code);
    add(out, "schema", kEventSchema);
    if (!header_of(identity).dated) {
        add(out, "time", to_rfc3339(alert.at));
        add(out, "msgid", alert.message_id);
    }
    if (shown.truncated) add(out, "truncated", "1");
    for (const auto& [name, value] : alert.fields) add(out, name, value);
    out += ']';
    if (alert.text.empty()) return out;
    out += ' ';
    if (identity.bom) out += kByteOrderMark;
    return out += alert.text;
}

}  // namespace breakwatch
