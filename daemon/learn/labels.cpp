#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "learn/lab.hpp"

namespace breakwatch {
namespace {

namespace json = boost::json;

Timestamp from_seconds(double seconds)
{
    return Timestamp{Duration{std::llround(seconds * 1e6) * 1000}};
}

std::string text(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string{};
}

double number(const json::object& object, std::string_view key, double otherwise = 0)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_number() ? value->to_number<double>() : otherwise;
}

// The publish call is the last request of the action that the server had not answered before the
// client made it (preflights and uploads are over by then).
void add_publish_call(LabAction& action, const json::object& line)
{
    const auto made = number(line, "t_publish");
    action.publish = from_seconds(made);
    const auto* requests = line.if_contains("reqs");
    if (requests == nullptr || !requests->is_array()) return;
    for (const auto& request : requests->as_array()) {
        const auto& object = request.as_object();
        if (text(object, "m") == "OPTIONS" || number(object, "t1") < made - 0.05) continue;
        action.publish = from_seconds(number(object, "t0"));
        action.host = text(object, "host");
    }
}

LabAction read_action(const json::object& line)
{
    LabAction action;
    action.mac = parse_mac(text(line, "client_mac")).value_or(MacAddress{});
    action.platform = text(line, "platform");
    action.action = text(line, "action");
    action.transport = text(line, "transport");
    action.client = text(line, "client");
    action.is_post = line.contains("is_post") && line.at("is_post").as_bool();
    action.start = from_seconds(number(line, "t_start"));
    action.end = from_seconds(number(line, "t_end"));
    if (action.is_post) add_publish_call(action, line);
    return action;
}

}  // namespace

std::expected<std::vector<LabAction>, std::string> read_labels(const std::filesystem::path& file)
{
    std::ifstream in(file);
    if (!in) return std::unexpected(file.string() + ": cannot be opened");
    std::vector<LabAction> actions;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        boost::system::error_code error;
        const auto value = json::parse(line, error);
        if (error || !value.is_object()) {
            return std::unexpected(file.string() + ":" + std::to_string(number) + ": not a JSON object");
        }
        actions.push_back(read_action(value.as_object()));
    }
    return actions;
}

}  // namespace breakwatch
