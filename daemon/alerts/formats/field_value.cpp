#include "alerts/formats/field_value.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace breakwatch {

namespace {

template <typename Number>
std::optional<Number> number_of(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

}  // namespace

FieldValue field_value(std::string_view name, std::string_view text)
{
    const auto field = std::ranges::find(kEventFields, name, &EventField::name);
    switch (field == kEventFields.end() ? FieldType::text : field->type) {
        case FieldType::count:
            if (const auto count = number_of<std::uint64_t>(text)) return *count;
            break;
        case FieldType::ratio:
        case FieldType::seconds:
            if (const auto number = number_of<double>(text); number && std::isfinite(*number)) return *number;
            break;
        case FieldType::flag:
            if (text == "0" || text == "1") return text == "1";
            break;
        case FieldType::text:
        case FieldType::time: break;
    }
    return std::string(text);
}

}  // namespace breakwatch
