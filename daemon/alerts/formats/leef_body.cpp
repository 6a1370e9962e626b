// An alert in IBM's Log Event Extended Format 2.0: header fields, then attributes parted by tabs. It has no escapes:
// what parts is not in a value, since text is one line without tabs (shown_alert.hpp), and not in the header.
#include <algorithm>
#include <string>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/field_names.hpp"
#include "alerts/formats/header_format.hpp"
#include "alerts/formats/severity_scale.hpp"

namespace breakwatch {

namespace {

class Attributes {
  public:
    void add(std::string_view key, std::string_view value)
    {
        if (value.empty()) return;
        if (!out_.empty()) out_ += '\t';
        out_ += key;
        out_ += '=';
        out_ += value;
    }
    const std::string& str() const { return out_; }

  private:
    std::string out_;
};

}  // namespace

std::string leef_body(const ShownAlert& shown, const SyslogIdentity& identity)
{
    const auto& alert = shown.alert;
    auto code = alert.code;
    std::ranges::replace(code, '|', '_');
    Attributes attributes;
    attributes.add("devTime", to_rfc3339(alert.at));
    attributes.add("devTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSX");
    attributes.add("sev", std::to_string(std::max(severity_scale(alert.severity).ten, 1)));
    attributes.add("cat", alert.message_id);
    attributes.add("sensor", host_of(identity));
    attributes.add("schema", kEventSchema);
    attributes.add("seq", std::to_string(alert.sequence));
    attributes.add("prev", std::to_string(alert.previous));
    if (shown.truncated) attributes.add("truncated", "1");
    for (const auto& [name, value] : alert.fields) {
        const auto* names = own_names(name);
        attributes.add(names != nullptr && !names->leef.empty() ? names->leef : std::string_view(name), value);
    }
    attributes.add("msg", alert.text);
    return "LEEF:2.0|Breakwatch|breakwatch|" BREAKWATCH_VERSION "|" + code + "|x09|" + attributes.str();
}

}  // namespace breakwatch
