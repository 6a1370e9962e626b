// Reading single members of other people's JSON: what is absent or of another type is none, and what
// nobody asks for is never looked at.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_statement.hpp"
#include "feeds/core/loose_time.hpp"
#include "policy/text.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// The value at a path of keys; null when a step is missing.
inline const boost::json::value* json_at(const boost::json::object& object,
                                         std::initializer_list<std::string_view> path)
{
    const auto* here = &object;
    const boost::json::value* found = nullptr;
    for (const auto key : path) {
        if (here == nullptr) return nullptr;
        found = here->if_contains(boost::json::string_view(key.data(), key.size()));
        if (found == nullptr) return nullptr;
        here = found->if_object();
    }
    return found;
}

// A text, cut to what names and ids may be long; empty when there is none. Ids are often whole numbers.
inline std::string json_text(const boost::json::object& object, std::initializer_list<std::string_view> path)
{
    const auto* value = json_at(object, path);
    if (value == nullptr) return {};
    if (value->is_int64() || value->is_uint64()) return boost::json::serialize(*value);
    if (!value->is_string()) return {};
    const auto& text = value->get_string();
    return std::string(cut_text({text.data(), text.size()}, kLongestCallText));
}

// As a text or as a number since 1970.
inline std::optional<Timestamp> json_time(const boost::json::value& value)
{
    if (value.is_int64()) return time_of_epoch(value.get_int64());
    if (value.is_double()) return time_of_epoch(value.get_double());
    return value.is_string() ? parse_loose_time(std::string_view(value.get_string())) : std::nullopt;
}

inline std::optional<Timestamp> json_time(const boost::json::object& object,
                                          std::initializer_list<std::string_view> path)
{
    const auto* value = json_at(object, path);
    return value == nullptr ? std::nullopt : json_time(*value);
}

// The length of time that a number of seconds or milliseconds says; none: absent, negative, more than a day.
template <typename Unit>
std::optional<Duration> json_length(const boost::json::object& object, std::initializer_list<std::string_view> path)
{
    const auto* value = json_at(object, path);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const auto length = std::chrono::duration<double, typename Unit::period>(value->to_number<double>());
    if (!(length.count() >= 0 && length <= std::chrono::hours{24})) return std::nullopt;
    return std::chrono::round<Duration>(length);
}

// A whole number, also one written as a text; none outside 0 to 2^53.
inline std::optional<std::int64_t> json_count(const boost::json::object& object,
                                              std::initializer_list<std::string_view> path)
{
    const auto* value = json_at(object, path);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    const double number = value->to_number<double>();
    if (!(number >= 0 && number <= 9'007'199'254'740'992.0)) return std::nullopt;
    return static_cast<std::int64_t>(number);
}

}  // namespace breakwatch
