#include "feeds/calls/call_genesys_cloud.hpp"

#include <algorithm>

#include "feeds/core/json_reading.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;
using Type = CallStatement::Type;

constexpr std::int64_t kLatestMs = kLatestEpoch * 1000;
constexpr std::int64_t kDayMs = 86'400'000;

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// Who hung up, from the agent's side: his own client, the other party, or neither.
std::string ended_by(const std::string& disconnect)
{
    const auto word = lower(disconnect);
    if (word.contains("transfer")) return "transfer";
    if (word == "client" || word == "endpoint") return "agent";
    if (word == "peer") return "caller";
    if (word == "system" || word == "error" || word == "timeout" || word == "uncallable") return "server";
    return {};
}

std::optional<Duration> milliseconds_of(const json::object& body, std::string_view key)
{
    const auto count = json_count(body, {key});
    if (!count || *count > kDayMs) return std::nullopt;
    return std::chrono::milliseconds{*count};
}

std::optional<Timestamp> event_time(const json::object& body)
{
    const auto count = json_count(body, {"eventTime"});
    if (!count || *count > kLatestMs) return json_time(body, {"eventTime"});
    return Timestamp(std::chrono::milliseconds{*count});
}

std::expected<CallStatements, std::string> read_session(const json::object& body, std::string_view kind)
{
    const auto at = event_time(body);
    if (!at) return std::unexpected("eventTime: expected milliseconds since 1970");
    const auto user = json_text(body, {"userId"});
    const auto conversation = json_text(body, {"conversationId"});
    if (user.empty()) return std::unexpected("userId: missing; expected a text");
    if (conversation.empty()) return std::unexpected("conversationId: missing; expected a text");
    const auto media = lower(json_text(body, {"mediaType"}));
    if (!media.empty() && media != "voice" && media != "callback") return CallStatements{{.type = Type::heartbeat, .at = *at}};

    CallStatement said{.type = Type::call_start, .at = *at, .agents = {user},
                       .id = conversation + "/" + json_text(body, {"sessionId"}), .queue = json_text(body, {"queueId"})};
    if (kind == "acw") {
        // Told when it is over: the agent is free again.
        CallStatements work;
        if (const auto length = milliseconds_of(body, "afterCallWorkDurationMs")) {
            said.type = Type::pause;
            said.at = *at - *length;
            said.reason = AgentStateEvent::Reason::after_call_work;
            work.push_back(said);
        }
        said.type = Type::unpause;
        said.at = *at;
        said.reason = AgentStateEvent::Reason::none;
        work.push_back(std::move(said));
        return work;
    }
    if (kind == "end") {
        said.type = Type::call_end;
        said.ended_by = ended_by(json_text(body, {"disconnectType"}));
        const auto talked = milliseconds_of(body, "interactingDurationMs");
        if (talked) said.talk = *talked + milliseconds_of(body, "heldDurationMs").value_or(Duration{0});
    }
    return CallStatements{std::move(said)};
}

std::expected<CallStatements, std::string> read_presence(const json::object& body, const std::string& user, std::optional<Timestamp> sent)
{
    const auto told = json_time(body, {"modifiedDate"});
    const auto at = told ? told : sent;
    if (!at) return std::unexpected("modifiedDate, or time of the envelope: expected a time such as 2026-11-23T09:14:05.120Z");
    const auto presence = lower(json_text(body, {"presenceDefinition", "systemPresence"}));
    const auto say = [&](Type type, AgentStateEvent::Reason reason = AgentStateEvent::Reason::none) {
        return CallStatement{.type = type, .at = *at, .agents = {user}, .reason = reason};
    };
    if (presence.empty()) return std::unexpected("presenceDefinition.systemPresence: missing; expected a text");
    if (presence == "offline") return CallStatements{say(Type::logout)};
    if (presence == "available" || presence == "on_queue" || presence == "on queue") {
        return CallStatements{say(Type::login), say(Type::unpause)};
    }
    return CallStatements{say(Type::login), say(Type::pause, reason_of(presence))};
}

// ".../user.end" -> "end", from the topic or, for a body alone, from what it holds.
std::string_view kind_of(std::string_view topic, const json::object& body)
{
    if (topic.ends_with(".user.start")) return "start";
    if (topic.ends_with(".user.end")) return "end";
    if (topic.ends_with(".acw")) return "acw";
    if (!topic.empty()) return {};
    if (body.contains("afterCallWorkDurationMs")) return "acw";
    if (body.contains("disconnectType") || body.contains("interactingDurationMs")) return "end";
    return body.contains("userId") && body.contains("sessionId") ? "start" : std::string_view();
}

}  // namespace

std::expected<CallStatements, std::string> read_genesys_cloud(std::string_view text)
{
    boost::system::error_code error;
    const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !parsed.is_object()) return std::unexpected("expected one JSON object, an event of Genesys Cloud");
    const auto* envelope = &parsed.get_object();
    const auto sent = json_time(*envelope, {"time"});  // EventBridge's, in whole seconds
    auto topic = json_text(*envelope, {"detail-type"});
    if (const auto* detail = json_at(*envelope, {"detail"}); detail != nullptr && detail->is_object()) {
        envelope = &detail->get_object();
    }
    if (const auto named = json_text(*envelope, {"topicName"}); !named.empty()) topic = named;
    const auto* inner = json_at(*envelope, {"eventBody"});
    const auto& body = inner != nullptr && inner->is_object() ? inner->get_object() : *envelope;

    if (topic.starts_with("v2.users.") && topic.ends_with(".presence")) {
        constexpr std::size_t kBefore = 9;
        return read_presence(body, topic.substr(kBefore, topic.size() - kBefore - std::string_view(".presence").size()), sent);
    }
    if (topic == "channel.metadata") return CallStatements{};
    const auto kind = kind_of(topic, body);
    if (kind.empty()) return std::unexpected("topicName: expected one that ends with user.start, user.end, acw or presence");
    return read_session(body, kind);
}

}  // namespace breakwatch
