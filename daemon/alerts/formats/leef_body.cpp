// An alert in IBM's Log Event Extended Format 2.0: header fields, then attributes parted by tabs or another character.
// It has no escapes: where what parts stands in a value it becomes a blank.
#include <algorithm>
#include <iterator>
#include <string>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/field_names.hpp"
#include "alerts/formats/header_format.hpp"
#include "alerts/formats/severity_scale.hpp"

namespace breakwatch {

namespace {

class Attributes {
  public:
    explicit Attributes(char delimiter) : delimiter_(delimiter) {}

    void add(std::string_view key, std::string_view value)
    {
        if (value.empty()) return;
        if (!out_.empty()) out_ += delimiter_;
        out_ += key;
        out_ += '=';
        std::ranges::replace_copy(value, std::back_inserter(out_), delimiter_, ' ');
    }
    const std::string& str() const { return out_; }

  private:
    char delimiter_;
    std::string out_;
};

}  // namespace

std::string leef_body(const ShownAlert& shown, const SyslogIdentity& identity)
{
    const auto& alert = shown.alert;
    auto code = alert.code;
    std::ranges::replace(code, '|', '_');
    Attributes attributes(identity.delimiter);
    attributes.add("devTime", to_rfc3339(alert.at));
    attributes.add("devTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSX");
    attributes.add("sev", std::to_string(std::max(severity_scale(alert.severity).ten, 1)));
    attributes.add("cat", alert.message_id);
    attributes.add("sensor", host_of(identity));
    attributes.add("schema", kEventSchema);
    attributes.add("seq", std::to_string(alert.sequence));
    attributes.add("prev", std::to_string(alert.previous));
    attributes.add("epoch", alert.epoch);
    if (shown.truncated) attributes.add("truncated", "1");
    for (const auto& [name, value] : alert.fields) {
        const auto* names = own_names(name);
        attributes.add(names != nullptr && !names->leef.empty() ? names->leef : std::string_view(name), value);
    }
    attributes.add("msg", alert.text);
    return "LEEF:2.0|Breakwatch|breakwatch|" BREAKWATCH_VERSION "|" + code + '|' +
           (identity.delimiter == '\t' ? "x09" : std::string(1, identity.delimiter)) + '|' + attributes.str();
}

}  // namespace breakwatch
