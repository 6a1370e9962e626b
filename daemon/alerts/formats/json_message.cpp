// An alert as a JSON object behind RFC 5424's header, without structured data: what log pipelines take apart by
// themselves.
#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/field_value.hpp"
#include "alerts/formats/syslog_text.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kNameOctets = 32;
// Of the members, those before the text: what a receiver sees gaps by is never cut.
constexpr std::size_t kMembersNeverCut = 5;
constexpr std::string_view kTruncated = R"(,"truncated":true)";

// Name and value as they stand in the object.
using Members = std::vector<std::pair<std::string, std::string>>;

std::string json_text(std::string_view text)
{
    return boost::json::serialize(boost::json::string_view(clean_line(text)));
}

std::string written(const FieldValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) return json_text(*text);
    if (const auto* count = std::get_if<std::uint64_t>(&value)) return std::to_string(*count);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    // The shortest that is read as the same: "0.99".
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), std::get<double>(value)).ptr;
    return {digits.data(), end};
}

Members members_of(const Alert& alert)
{
    Members members{
        {"seq", std::to_string(alert.sequence)},   {"prev", std::to_string(alert.previous)},
        {"code", json_text(alert.code)},           {"severity", std::to_string(static_cast<int>(alert.severity))},
        {"time", json_text(to_rfc3339(alert.at))}, {"text", json_text(alert.text)}};
    for (const auto& [field, value] : alert.fields) {
        auto name = header_field(field, kNameOctets);
        const bool taken = std::ranges::find(members, name, &Members::value_type::first) != members.end();
        if (!taken) members.emplace_back(std::move(name), written(field_value(field, value)));
    }
    return members;
}

std::size_t octets_of(const Members& members)
{
    std::size_t octets = 1;  // of the braces, one; each member has a comma or the other
    for (const auto& [name, value] : members) octets += json_text(name).size() + value.size() + 2;
    return octets;
}

// The text gives way first, then whole members from the last one on.
bool fit(Members& members, std::string text, std::size_t most)
{
    if (octets_of(members) <= most) return false;
    const auto left = most - std::min(most, kTruncated.size());
    auto& shown = members[kMembersNeverCut].second;
    for (auto octets = octets_of(members); octets > left && !text.empty(); octets = octets_of(members)) {
        cut_line(text, text.size() - std::min(text.size(), octets - left), false);
        shown = json_text(text);
    }
    while (octets_of(members) > left && members.size() > kMembersNeverCut) members.pop_back();
    return true;
}

}  // namespace

SyslogMessage format_json(const Alert& alert, const SyslogIdentity& identity)
{
    auto bytes = syslog_header(alert, identity) + " - ";
    auto members = members_of(alert);
    const auto most = std::max(identity.most_octets, kLeastMostOctets);
    const bool truncated = fit(members, clean_line(alert.text), most - std::min(most, bytes.size()));
    char before = '{';
    for (const auto& [name, value] : members) {
        bytes += std::exchange(before, ',') + json_text(name) + ':' + value;
    }
    if (truncated) bytes += kTruncated;
    return {bytes + '}', truncated};
}

}  // namespace breakwatch
