#include "alerts/formats/shown_alert.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "alerts/formats/syslog_text.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kNameOctets = 32;  // of RFC 5424's PARAM-NAME
constexpr std::size_t kCodeOctets = 32;
constexpr std::size_t kMessageIdOctets = 32;
// Longer than any number, time or id: what is cut to it was words.
constexpr std::size_t kLeastValueOctets = 40;
// What bodies tell besides the fields.
constexpr std::array<std::string_view, 19> kOwnNames{
    "seq", "prev",   "epoch", "code", "schema",  "severity", "time",          "text",   "truncated", "msgid",
    "sev", "sensor", "cat",   "msg",  "devTime", "usrName",  "devTimeFormat", "policy", "resource"};

std::string field_name(std::string_view name)
{
    std::string out(name.empty() ? "_" : name.substr(0, kNameOctets));
    for (char& c : out) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!good) c = '_';
    }
    return out;
}

bool is_taken(const Alert& alert, std::string_view name)
{
    return std::ranges::find(kOwnNames, name) != kOwnNames.end() ||
           std::ranges::find(alert.fields, name, &std::pair<std::string, std::string>::first) != alert.fields.end();
}

std::string free_name(const Alert& alert, const std::string& name)
{
    auto free = name;
    for (int again = 2; is_taken(alert, free); ++again) {
        const auto mark = "_" + std::to_string(again);
        free = name.substr(0, kNameOctets - mark.size()) + mark;
    }
    return free;
}

// The greatest of 0..limit that fits, where every smaller one does; 0 when none does.
std::size_t greatest(std::size_t limit, const std::function<bool(std::size_t)>& fits)
{
    std::size_t good = 0;
    std::size_t bad = limit + 1;
    while (bad - good > 1) {
        const auto middle = good + (bad - good) / 2;
        (fits(middle) ? good : bad) = middle;
    }
    return good;
}

}  // namespace

ShownAlert clean_alert(const Alert& alert)
{
    ShownAlert shown;
    auto& out = shown.alert;
    out.sequence = alert.sequence;
    out.previous = alert.previous;
    out.epoch = alert.epoch;
    out.code = clean_line(alert.code);
    cut_line(out.code, kCodeOctets);
    out.message_id = header_field(alert.message_id, kMessageIdOctets);
    out.severity = static_cast<Severity>(std::min(static_cast<int>(alert.severity), 7));
    out.at = alert.at;
    out.text = clean_line(alert.text);
    out.fields.reserve(alert.fields.size());
    for (const auto& [name, value] : alert.fields)
        out.fields.emplace_back(free_name(out, field_name(name)), clean_line(value));
    return shown;
}

std::string fit_alert(ShownAlert& shown, std::size_t most, const std::function<std::string()>& write)
{
    auto body = write();
    if (body.size() <= most) return body;
    shown.truncated = true;
    auto& alert = shown.alert;
    const auto fits = [&] { return write().size() <= most; };

    const auto whole_text = alert.text;
    const auto with_text = [&](std::size_t octets) {
        alert.text = whole_text;
        cut_line(alert.text, octets);
        return fits();
    };
    with_text(greatest(whole_text.size(), with_text));
    if (fits()) return write();

    const auto whole = alert.fields;
    std::size_t longest = 0;
    for (const auto& [name, value] : whole) longest = std::max(longest, value.size());
    std::size_t level = kLeastValueOctets;
    std::size_t count = whole.size();
    const auto with_fields = [&] {
        alert.fields.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(count));
        for (auto& [name, value] : alert.fields) cut_line(value, level);
        return fits();
    };
    const auto as_many = [&](std::size_t many) { return count = many, with_fields(); };
    if (!with_fields()) as_many(greatest(whole.size(), as_many));
    const auto as_long = [&](std::size_t octets) { return level = std::max(octets, kLeastValueOctets), with_fields(); };
    as_long(greatest(longest, as_long));
    return write();
}

}  // namespace breakwatch
