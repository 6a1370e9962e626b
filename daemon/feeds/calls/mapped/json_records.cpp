#include "feeds/calls/mapped/json_records.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <cmath>

namespace breakwatch {

namespace {

namespace json = boost::json;

// One token of a pointer and what follows it; "~1" is a slash, "~0" a tilde.
std::string take_token(std::string_view& pointer)
{
    pointer.remove_prefix(1);
    const auto size = std::min(pointer.find('/'), pointer.size());
    std::string token;
    for (std::size_t i = 0; i < size; ++i) {
        const bool coded = pointer[i] == '~' && i + 1 < size && (pointer[i + 1] == '0' || pointer[i + 1] == '1');
        token += coded ? (pointer[++i] == '0' ? '~' : '/') : pointer[i];
    }
    pointer.remove_prefix(size);
    return token;
}

const json::value* step(const json::value& value, const std::string& token)
{
    if (const auto* object = value.if_object()) return object->if_contains(token);
    const auto* array = value.if_array();
    if (array == nullptr) return nullptr;
    std::size_t index = 0;
    const auto* const end = token.data() + token.size();
    const auto [at, error] = std::from_chars(token.data(), end, index);
    if (error != std::errc{} || at != end || index >= array->size()) return nullptr;
    return &(*array)[index];
}

using Take = std::function<void(const JsonPlace&)>;

// Whether the way went through: an array that is empty is a way, too.
bool walk(JsonPlace& place, const json::value& here, std::string_view pointer, const Take& take)
{
    const json::value* value = &here;
    while (!pointer.empty()) {
        const auto token = take_token(pointer);
        if (token == "*") break;
        value = step(*value, token);
        if (value == nullptr) return false;
        if (value->is_null()) return true;
    }
    const auto* array = value->if_array();
    bool through = true;
    const auto deeper = [&](const json::value& element) {
        place.path.push_back(&element);
        if (pointer.empty()) {
            take(place);
        } else {
            through = walk(place, element, pointer, take) || through;
        }
        place.path.pop_back();
    };
    if (array == nullptr) {
        deeper(*value);
        return through;
    }
    for (const auto& element : *array) deeper(element);
    return through;
}

std::string number_text(double number)
{
    char buffer[64];
    if (std::trunc(number) == number && std::abs(number) < 9e15)
        return std::to_string(static_cast<std::int64_t>(number));
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed);
    return error == std::errc{} ? std::string(buffer, end) : std::string();
}

}  // namespace

const json::value* value_at(const json::value& value, std::string_view pointer)
{
    const json::value* found = &value;
    while (found != nullptr && pointer.starts_with('/')) found = step(*found, take_token(pointer));
    return found;
}

std::string text_at(const JsonPlace& place, std::string_view pointer)
{
    auto at = place.path.size() - 1;
    if (pointer.starts_with('$')) {
        at = 0;
        pointer.remove_prefix(1);
    }
    while (pointer.starts_with('^')) {
        pointer.remove_prefix(1);
        if (at == 0) return {};
        --at;
    }
    const auto* value = value_at(*place.path[at], pointer);
    if (value == nullptr) return {};
    switch (value->kind()) {
        case json::kind::string: return std::string(value->get_string());
        case json::kind::int64: return std::to_string(value->get_int64());
        case json::kind::uint64: return std::to_string(value->get_uint64());
        case json::kind::double_: return number_text(value->get_double());
        case json::kind::bool_: return value->get_bool() ? "true" : "false";
        default: return {};
    }
}

std::string for_each_json_record(std::string_view text, std::string_view records, const Take& take)
{
    json::stream_parser parser;
    while (text.find_first_not_of(" \t\r\n") != std::string_view::npos) {
        boost::system::error_code error;
        const auto read = parser.write_some(text.data(), text.size(), error);
        if (!error && !parser.done()) parser.finish(error);
        if (error) return "expected JSON; " + error.message();
        text.remove_prefix(read);
        const auto document = parser.release();
        parser.reset();
        JsonPlace place{{&document}};
        // A pointer that leads nowhere is an answer of another kind, which must not pass for "no calls".
        if (!walk(place, document, records, take)) return "expected records at " + std::string(records);
    }
    return {};
}

}  // namespace breakwatch
