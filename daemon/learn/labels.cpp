#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "learn/lab.hpp"

namespace breakwatch {
namespace {

namespace json = boost::json;

Timestamp from_seconds(double time)
{
    return Timestamp{Duration{std::llround(time * 1e6) * 1000}};
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

bool is_time(const json::object& object, std::string_view key)
{
    const auto time = number(object, key, -1);
    return time >= 0 && time < static_cast<double>(kLatestEpoch);
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
        if (!request.is_object()) continue;
        const auto& object = request.get_object();
        if (text(object, "m") == "OPTIONS" || number(object, "t1") < made - 0.05) continue;
        action.publish = from_seconds(is_time(object, "t0") ? number(object, "t0") : made);
        action.host = text(object, "host");
    }
}

// What a line needs and has not; nullptr: it has all.
const char* missing(const json::object& line)
{
    if (!parse_mac(text(line, "client_mac"))) return "client_mac, a MAC address";
    if (text(line, "platform").empty()) return "platform, a name";
    if (!is_time(line, "t_start") || !is_time(line, "t_end")) return "t_start and t_end, in seconds since 1970";
    const auto* post = line.if_contains("is_post");
    if (post != nullptr && !post->is_bool()) return "is_post, true or false";
    const bool is_post = post != nullptr && post->get_bool();
    if (is_post && !is_time(line, "t_publish")) return "t_publish of a post, in seconds since 1970";
    return nullptr;
}

LabAction read_action(const json::object& line)
{
    LabAction action;
    action.mac = parse_mac(text(line, "client_mac")).value_or(MacAddress{});
    action.platform = text(line, "platform");
    action.action = text(line, "action");
    action.transport = text(line, "transport");
    action.client = text(line, "client");
    action.is_post = line.contains("is_post") && line.at("is_post").get_bool();
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
        if (const auto* what = missing(value.get_object()))
            return std::unexpected(file.string() + ":" + std::to_string(number) + ": expected " + what);
        actions.push_back(read_action(value.get_object()));
    }
    return actions;
}

}  // namespace breakwatch
