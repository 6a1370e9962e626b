// An alert in the Common Event Format, version 0 (ArcSight's standard): seven header fields, then key=value. Keys of
// its dictionary where there are any (field_names.hpp), custom ones always with the same label, all others with the
// prefix `bw`. No address of anybody is told.
#include <string>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/field_names.hpp"
#include "alerts/formats/field_value.hpp"
#include "alerts/formats/header_format.hpp"
#include "alerts/formats/severity_scale.hpp"
#include "alerts/formats/syslog_text.hpp"

namespace breakwatch {

namespace {

// `also`: what has to be escaped besides the backslash.
std::string escaped(std::string_view text, char also)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == also) out += '\\';
        out += c;
    }
    return out;
}

// Blanks at the ends are lost in any reader: values are parted by them.
std::string_view trimmed(std::string_view text)
{
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

class Extension {
  public:
    void add(std::string_view key, std::string_view value)
    {
        const auto shown = trimmed(value);
        if (shown.empty()) return;
        if (!out_.empty()) out_ += ' ';
        out_ += key;
        out_ += '=';
        out_ += escaped(shown, '=');
    }
    const std::string& str() const { return out_; }

  private:
    std::string out_;
};

// As the key wants it; nothing where the text is no such value.
std::string typed(CefType type, const std::string& name, const std::string& text)
{
    const auto value = field_value(name, text);
    switch (type) {
        case CefType::text: return text;
        case CefType::whole: return std::holds_alternative<std::uint64_t>(value) ? text : "";
        case CefType::real: return std::holds_alternative<double>(value) ? text : "";
        case CefType::time: {
            const auto at = parse_rfc3339(text);
            return at ? epoch_milliseconds(*at) : "";
        }
    }
    return {};
}

void add_field(Extension& extension, const std::string& name, const std::string& text)
{
    if (trimmed(text).empty()) return;
    const auto* names = own_names(name);
    const auto value = names != nullptr ? typed(cef_type(names->cef), name, text) : "";
    if (value.empty()) return extension.add(cef_fallback(name), text);
    if (!names->cef_label.empty()) extension.add(std::string(names->cef) + "Label", names->cef_label);
    extension.add(names->cef, value);
}

}  // namespace

std::string cef_body(const ShownAlert& shown, const SyslogIdentity& identity)
{
    const auto& alert = shown.alert;
    auto out = std::string("CEF:0|Breakwatch|breakwatch|" BREAKWATCH_VERSION "|") + escaped(alert.code, '|') + '|';
    out += std::string(title_of(alert.code)) + '|' + std::to_string(severity_scale(alert.severity).ten) + '|';
    Extension extension;
    extension.add("rt", epoch_milliseconds(alert.at));
    extension.add("cat", alert.message_id);
    extension.add("dvchost", host_of(identity));
    extension.add("bwSchema", kEventSchema);
    extension.add("bwSeq", std::to_string(alert.sequence));
    extension.add("bwPrev", std::to_string(alert.previous));
    extension.add("bwEpoch", alert.epoch);
    if (shown.truncated) extension.add("bwTruncated", "1");
    for (const auto& [name, value] : alert.fields) add_field(extension, name, value);
    extension.add("msg", alert.text);
    return out + extension.str();
}

}  // namespace breakwatch
