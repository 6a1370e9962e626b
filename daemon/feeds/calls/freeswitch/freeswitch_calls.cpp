#include "feeds/calls/freeswitch/freeswitch_calls.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "feeds/core/json_reading.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using Type = CallStatement::Type;

constexpr Duration kSameEnd = std::chrono::seconds{1};
constexpr Duration kLookBack = std::chrono::hours{2};

std::optional<std::int64_t> number(std::string_view text, std::int64_t most)
{
    std::int64_t value = 0;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || at != text.data() + text.size() || value <= 0 || value > most) return std::nullopt;
    return value;
}

std::optional<Timestamp> from_seconds(std::string_view text)
{
    const auto value = number(text, kLatestEpoch);
    return value ? std::optional(Timestamp(std::chrono::seconds{*value})) : std::nullopt;
}

std::optional<Timestamp> from_microseconds(std::string_view text)
{
    const auto value = number(text, kLatestEpoch * 1'000'000);
    return value ? std::optional(Timestamp(std::chrono::microseconds{*value})) : std::nullopt;
}

// Values of plain events are URL-encoded.
std::string decoded(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size() && plain.size() < kLongestCallText; ++i) {
        unsigned octet = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, octet, 16).ptr == text.data() + i + 3) {
            plain += static_cast<char>(octet);
            i += 2;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

std::string plain_value(std::string_view body, std::string_view key)
{
    while (!body.empty()) {
        const auto end = body.find('\n');
        const auto line = body.substr(0, end);
        if (line.starts_with(key) && line.substr(key.size()).starts_with(": ")) {
            auto value = line.substr(key.size() + 2);
            if (value.ends_with('\r')) value.remove_suffix(1);
            return decoded(value);
        }
        if (end == std::string_view::npos) break;
        body.remove_prefix(end + 1);
    }
    return {};
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string end_id(const std::string& agent, Timestamp end)
{
    return agent + "/" + std::to_string(std::chrono::floor<std::chrono::seconds>(end).time_since_epoch().count());
}

}  // namespace

std::expected<CallStatements, std::string> FreeSwitchCalls::event(std::string_view body, bool as_json)
{
    if (!as_json) return told([body](std::string_view key) { return plain_value(body, key); });
    boost::system::error_code error;
    const auto parsed = boost::json::parse(boost::json::string_view(body.data(), body.size()), error);
    if (error || !parsed.is_object()) return std::unexpected("expected an event as one JSON object");
    const auto& object = parsed.get_object();
    return told([&object](std::string_view key) { return json_text(object, {key}); });
}

CallStatements FreeSwitchCalls::told(const Get& get)
{
    const auto at = from_microseconds(get("Event-Date-Timestamp"));
    if (!at) return {};
    const auto action = get("CC-Action");
    const auto name = get("CC-Agent");
    if (name.empty() || (!agents_.contains(name) && agents_.size() >= kMostAgents)) {
        return {{.type = Type::heartbeat, .at = *at}};
    }
    if (action == "agent-status-change") return status_changed(name, get("CC-Agent-Status"), *at);
    const bool start = action == "bridge-agent-start";
    if (!start && action != "bridge-agent-end") return {{.type = Type::heartbeat, .at = *at}};

    auto& agent = agents_[name];
    CallStatement call{.type = start ? Type::call_start : Type::call_end, .at = *at, .agents = {name}};
    const auto session = get("CC-Member-Session-UUID");
    call.id = (session.empty() ? get("CC-Member-UUID") : session) + "/" + get("CC-Agent-UUID");
    call.queue = get("CC-Queue");
    if (start) {
        agent.open = call.id;
        agent.queue = call.queue;
        agent.answered = *at;
        agent.before_gap = false;
        return {std::move(call)};
    }
    const auto answered = from_seconds(get("CC-Agent-Answered-Time"));
    const auto ended = from_seconds(get("CC-Bridge-Terminated-Time"));
    if (answered && ended && *ended >= *answered) call.talk = *ended - *answered;
    const auto cause = get("CC-Hangup-Cause");
    if (cause == "ATTENDED_TRANSFER" || cause == "BLIND_TRANSFER") call.ended_by = "transfer";
    agent.open.clear();
    agent.last_end = std::max(agent.last_end, *at);
    return {std::move(call)};
}

CallStatements FreeSwitchCalls::status_changed(const std::string& name, const std::string& status, Timestamp at)
{
    auto& agent = agents_[name];
    if (agent.status == status) return {{.type = Type::heartbeat, .at = at}};
    const bool was_out = agent.status.empty() || agent.status == "Logged Out";
    agent.status = status;
    const auto say = [&](Type type) { return CallStatement{.type = type, .at = at, .agents = {name}}; };
    if (status == "Logged Out") return {say(Type::logout)};
    CallStatements said;
    if (was_out) said.push_back(say(Type::login));
    said.push_back(say(status == "On Break" ? Type::pause : Type::unpause));
    if (status == "On Break") said.back().reason = AgentStateEvent::Reason::break_;
    return said;
}

void FreeSwitchCalls::lost()
{
    for (auto& [name, agent] : agents_) agent.before_gap = !agent.open.empty();
}

CallStatements FreeSwitchCalls::agent_list(std::string_view text, Timestamp now)
{
    CallStatements said;
    std::vector<std::string_view> columns;
    for (const auto line : split(text, '\n')) {
        const auto cells = split(line, '|');
        if (columns.empty()) {
            if (cells.front() == "name") columns = cells;
            continue;
        }
        if (cells.size() != columns.size()) continue;
        const auto cell = [&](std::string_view column) {
            const auto found = std::ranges::find(columns, column);
            return found == columns.end() ? std::string_view()
                                          : cells[static_cast<std::size_t>(found - columns.begin())];
        };
        const std::string name(cut_text(cell("name"), kLongestCallText));
        if (name.empty() || (!agents_.contains(name) && agents_.size() >= kMostAgents)) continue;
        const auto since = from_seconds(cell("last_status_change")).value_or(now);
        for (auto& each : status_changed(name, std::string(cell("status").substr(0, kLongestCallText)), since)) {
            if (each.type != Type::heartbeat) said.push_back(std::move(each));
        }
        auto& agent = agents_[name];
        if (agent.last_end == Timestamp{}) agent.last_end = now - kLookBack;
        make_good(name, agent, from_seconds(cell("last_bridge_start")).value_or(Timestamp{}),
                  from_seconds(cell("last_bridge_end")).value_or(Timestamp{}), cell("state") == "In a queue call",
                  said);
    }
    return said;
}

// What happened to an agent's calls while nobody listened.
void FreeSwitchCalls::make_good(const std::string& name, Agent& agent, Timestamp start, Timestamp end, bool talking,
                                CallStatements& said)
{
    const auto say = [&](Type type, Timestamp at, std::string id) {
        said.push_back({.type = type, .at = at, .agents = {name}, .id = std::move(id), .queue = agent.queue});
    };
    const bool another = talking && start > agent.answered + kSameEnd;
    if (!agent.open.empty() && agent.before_gap && (!talking || another)) {
        say(Type::call_end, std::max(end, agent.answered), std::exchange(agent.open, {}));
        agent.last_end = std::max(end, agent.answered);
    } else if (agent.open.empty() && end > agent.last_end + kSameEnd && !talking) {
        if (start > Timestamp{} && start < end) say(Type::call_start, start, end_id(name, end));
        say(Type::call_end, end, end_id(name, end));
        agent.last_end = end;
    }
    if (!talking || !agent.open.empty() || start == Timestamp{}) return;
    agent.open = end_id(name, start);
    agent.answered = start;
    say(Type::call_start, start, agent.open);
}

}  // namespace breakwatch
