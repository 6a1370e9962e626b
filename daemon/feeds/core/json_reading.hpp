// Reading single members of other people's JSON: what is absent or of another type is none, and what
// nobody asks for is never looked at.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "feeds/calls/call_statement.hpp"
#include "policy/types.hpp"
#include "policy/text.hpp"

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

// A text, cut to what names and ids may be long; empty when there is none.
inline std::string json_text(const boost::json::object& object, std::initializer_list<std::string_view> path)
{
    const auto* value = json_at(object, path);
    if (value == nullptr || !value->is_string()) return {};
    const auto& text = value->get_string();
    return std::string(cut_text({text.data(), text.size()}, kLongestCallText));
}

inline std::optional<Timestamp> json_time(const boost::json::object& object, std::initializer_list<std::string_view> path)
{
    return parse_rfc3339(json_text(object, path));
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
