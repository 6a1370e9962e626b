#include "feeds/calls/generic/call_ndjson.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>

#include "feeds/core/json_reading.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 14> kKeys{"v",      "src", "id",    "type",   "agent", "t",      "queue",
                                                 "talk_s", "end", "acw_s", "hold_s", "seq",   "reason", "channel"};
constexpr std::array<std::string_view, 12> kCustomerWords{"ani",  "dnis",  "caller",  "customer", "phone",     "number",
                                                          "name", "email", "address", "account",  "recording", "text"};
constexpr std::size_t kLongestText = 200;

using Type = CallStatement::Type;

// Types that say nothing of calls or duty are taken and left.
struct TypeName {
    std::string_view word;
    std::optional<Type> type;
};
constexpr std::array kTypes{
    TypeName{"call_start", Type::call_start}, TypeName{"call_end", Type::call_end}, TypeName{"pause", Type::pause},
    TypeName{"unpause", Type::unpause},       TypeName{"login", Type::login},       TypeName{"logout", Type::logout},
    TypeName{"heartbeat", Type::heartbeat},   TypeName{"acw_start", std::nullopt},  TypeName{"acw_end", std::nullopt}};

std::optional<std::string> unknown_key(const json::object& object)
{
    for (const auto& pair : object) {
        const std::string_view key(pair.key());
        if (std::ranges::find(kKeys, key) != kKeys.end()) continue;
        std::string lower(key.substr(0, 40));
        std::ranges::transform(lower, lower.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const bool customer =
            std::ranges::any_of(kCustomerWords, [&](auto word) { return lower.find(word) != std::string::npos; });
        return lower + (customer ? ": customer data is not taken; leave the key out" : ": unknown key");
    }
    return std::nullopt;
}

std::expected<std::string, std::string> text_of(const json::object& object, std::string_view key, bool required)
{
    const auto* const value = object.if_contains(key);
    const std::string name(key);
    if (value == nullptr || value->is_null()) {
        if (required) return std::unexpected(name + ": missing; expected a text");
        return std::string();
    }
    if (required && value->is_string() && value->get_string().empty())
        return std::unexpected(name + ": empty; expected a text");
    if (value->is_int64() || value->is_uint64()) return json::serialize(*value);
    if (!value->is_string()) return std::unexpected(name + ": expected a text");
    if (value->get_string().size() > kLongestText) return std::unexpected(name + ": longer than 200 characters");
    return std::string(value->get_string());
}

std::expected<std::optional<Duration>, std::string> seconds_of(const json::object& object, std::string_view key)
{
    const auto* const value = object.if_contains(key);
    if (value == nullptr || value->is_null()) return std::nullopt;
    const double seconds = value->is_number() ? value->to_number<double>() : -1;
    if (!(seconds >= 0 && seconds <= 86'400))
        return std::unexpected(std::string(key) + ": expected seconds from 0 to 86400");
    return std::chrono::round<Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

std::expected<CallStatements, std::string> read_generic_call(std::string_view line)
{
    boost::system::error_code error;
    const auto parsed = json::parse(json::string_view(line.data(), line.size()), error);
    if (error || !parsed.is_object()) return std::unexpected("expected one JSON object on a line");
    const auto& object = parsed.get_object();
    if (const auto unknown = unknown_key(object)) return std::unexpected(*unknown);
    if (const auto* v = object.if_contains("v");
        v != nullptr && !v->is_null() && (!v->is_int64() || v->get_int64() != 1)) {
        return std::unexpected("v: expected 1");
    }
    const auto type = text_of(object, "type", true);
    if (!type) return std::unexpected(type.error());
    const auto known = std::ranges::find(kTypes, std::string_view(*type), &TypeName::word);
    if (known == kTypes.end()) {
        return std::unexpected(
            "type: expected call_start, call_end, acw_start, acw_end, pause, unpause, login, logout or heartbeat");
    }
    const auto moment = json_time(object, {"t"});
    if (!moment)
        return std::unexpected(
            "t: expected a time such as 2026-11-23T09:14:05.120Z, or seconds or milliseconds since 1970");

    // Only a call needs an id; only a heartbeat has no agent.
    const bool call = known->type == Type::call_start || known->type == Type::call_end;
    const auto id = text_of(object, "id", call);
    const auto agent = text_of(object, "agent", known->type != Type::heartbeat);
    const auto source = text_of(object, "src", false);
    const auto queue = text_of(object, "queue", false);
    const auto ended_by = text_of(object, "end", false);
    const auto reason = text_of(object, "reason", false);
    for (const auto* each : {&id, &agent, &source, &queue, &ended_by, &reason}) {
        if (!*each) return std::unexpected(each->error());
    }
    const auto talk = seconds_of(object, "talk_s");
    const auto hold = seconds_of(object, "hold_s");
    const auto wrap_up = seconds_of(object, "acw_s");
    for (const auto* each : {&talk, &hold, &wrap_up}) {
        if (!*each) return std::unexpected(each->error());
    }
    const auto said = text_of(object, "channel", false);
    if (!said) return std::unexpected(said.error());
    const auto channel = said->empty() ? Channel::voice : channel_of(*said);
    if (!channel) return std::unexpected("channel: expected voice, chat, email or task");
    if (!known->type) return CallStatements{};
    return CallStatements{{.type = *known->type,
                           .at = *moment,
                           .agents = {*agent},
                           .id = *id,
                           .queue = *queue,
                           .ended_by = *ended_by,
                           .talk = *talk,
                           .reason = reason_of(*reason),
                           .source = *source,
                           .channel = *channel,
                           .hold = *hold,
                           .wrap_up = *wrap_up}};
}

}  // namespace breakwatch
