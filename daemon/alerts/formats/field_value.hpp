// A field of an alert as what it is: the catalogue says its type and unit, the store keeps its text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "policy/event_fields.hpp"

namespace breakwatch {

// text, time (RFC 3339 in UTC): as they stand; count; ratio (0 to 1) and seconds; flag.
using FieldValue = std::variant<std::string, std::uint64_t, double, bool>;

// A field that the catalogue does not know, or whose text is not of its type, is text.
FieldValue field_value(std::string_view name, std::string_view text);

}  // namespace breakwatch
