#include "alerts/formats/json_text.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace breakwatch {

std::string json_text(std::string_view text)
{
    return boost::json::serialize(boost::json::string_view(text));
}

std::string json_value(const FieldValue& value)
{
    if (const auto* text = std::get_if<std::string>(&value)) return json_text(*text);
    if (const auto* count = std::get_if<std::uint64_t>(&value)) return std::to_string(*count);
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    // The shortest that is read as the same: "0.99".
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), std::get<double>(value)).ptr;
    return {digits.data(), end};
}

JsonObject& JsonObject::add(std::string_view name, std::string_view value)
{
    if (!members_.empty()) members_ += ',';
    members_ += json_text(name);
    members_ += ':';
    members_ += value;
    return *this;
}

}  // namespace breakwatch
