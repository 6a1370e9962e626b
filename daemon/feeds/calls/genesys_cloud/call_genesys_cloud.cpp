#include "feeds/calls/genesys_cloud/call_genesys_cloud.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "feeds/calls/genesys_cloud/genesys_conversation.hpp"
#include "feeds/core/json_reading.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;
using Type = CallStatement::Type;
using Said = std::expected<CallStatements, std::string>;

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

std::optional<Duration> length(const json::object& body, std::string_view key)
{
    return json_length<std::chrono::milliseconds>(body, {key});
}

// It rang, or was dialled, and nobody spoke.
bool in_vain(const json::object& body)
{
    const auto spoke = length(body, "interactingDurationMs").value_or(Duration{0}) +
                       length(body, "heldDurationMs").value_or(Duration{0});
    if (spoke > Duration{0}) return false;
    for (const auto key :
         {"alertingDurationMs", "dialingDurationMs", "contactingDurationMs", "interactingDurationMs"}) {
        if (length(body, key)) return true;
    }
    const auto why = lower(json_text(body, {"disconnectType"}));
    return why == "timeout" || why == "uncallable" || why.contains("noanswer") || why.contains("notavailable");
}

Said read_work(CallStatement said, const json::object& body)
{
    // Told when it is over: the agent is free again.
    CallStatements work;
    const auto over = said.at;
    if (const auto worked = length(body, "afterCallWorkDurationMs")) {
        said.type = Type::pause;
        said.at = over - *worked;
        said.reason = AgentStateEvent::Reason::after_call_work;
        work.push_back(said);
    }
    said.type = Type::unpause;
    said.at = over;
    said.reason = AgentStateEvent::Reason::none;
    work.push_back(std::move(said));
    return work;
}

Said read_end(CallStatement said, const json::object& body)
{
    if (in_vain(body)) return CallStatements{{.type = Type::heartbeat, .at = said.at}};
    said.type = Type::call_end;
    said.ended_by = ended_by(json_text(body, {"disconnectType"}));
    said.hold = length(body, "heldDurationMs");
    if (const auto talked = length(body, "interactingDurationMs"))
        said.talk = *talked + said.hold.value_or(Duration{0});
    return CallStatements{std::move(said)};
}

Said read_session(const json::object& body, std::string_view kind)
{
    const auto at = json_time(body, {"eventTime"});
    if (!at) return std::unexpected("eventTime: expected milliseconds since 1970");
    const auto user = json_text(body, {"userId"});
    const auto conversation = json_text(body, {"conversationId"});
    if (user.empty()) return std::unexpected("userId: missing; expected a text");
    if (conversation.empty()) return std::unexpected("conversationId: missing; expected a text");
    const auto channel = genesys_channel(json_text(body, {"mediaType"}));
    if (!channel || listens_in(body)) return CallStatements{{.type = Type::heartbeat, .at = *at}};
    CallStatement said{.type = Type::call_start,
                       .at = *at,
                       .agents = {user},
                       .id = conversation + "/" + json_text(body, {"sessionId"}),
                       .queue = json_text(body, {"queueId"}),
                       .channel = *channel};
    if (kind == "acw") return read_work(std::move(said), body);
    if (kind == "end") return read_end(std::move(said), body);
    return CallStatements{std::move(said)};
}

Said read_presence(const json::object& body, const std::string& user, std::optional<Timestamp> sent)
{
    const auto told = json_time(body, {"modifiedDate"});
    const auto at = told ? told : sent;
    if (!at)
        return std::unexpected(
            "modifiedDate, or time of the envelope: expected a time such as 2026-11-23T09:14:05.120Z");
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
    if (body.contains("participants") && (topic.empty() || topic.contains("conversations"))) return "conversation";
    if (!topic.empty()) return {};
    if (body.contains("afterCallWorkDurationMs")) return "acw";
    if (body.contains("disconnectType") || body.contains("interactingDurationMs")) return "end";
    return body.contains("userId") && body.contains("sessionId") ? "start" : std::string_view();
}

const json::object& inner(const json::object& outer, std::string_view key)
{
    const auto* found = json_at(outer, {key});
    return found != nullptr && found->is_object() ? found->get_object() : outer;
}

Said read_event(const json::object& event)
{
    const auto sent = json_time(event, {"time"});  // EventBridge's, in whole seconds
    const auto& told = inner(inner(event, "detail"), event.contains("specversion") ? "data" : "detail");
    const auto named = json_text(told, {"topicName"});
    const auto topic = named.empty() ? json_text(event, {"detail-type"}) : named;
    const auto& body = inner(told, "eventBody");
    constexpr std::string_view kBefore = "v2.users.";
    constexpr std::string_view kAfter = ".presence";
    if (topic.starts_with(kBefore) && topic.ends_with(kAfter)) {
        return read_presence(body, topic.substr(kBefore.size(), topic.size() - kBefore.size() - kAfter.size()), sent);
    }
    if (topic == "channel.metadata") return CallStatements{};  // its heartbeat has no time
    const auto kind = kind_of(topic, body);
    if (kind.empty())
        return std::unexpected(
            "topicName: expected one that ends with user.start, user.end, acw or presence, or has conversations");
    return kind == "conversation" ? read_conversation(body, topic) : read_session(body, kind);
}

}  // namespace

std::expected<CallStatements, std::string> GenesysCloud::read(std::string_view text)
{
    boost::system::error_code error;
    const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !parsed.is_object()) return std::unexpected("expected one JSON object, an event of Genesys Cloud");
    auto said = read_event(parsed.get_object());
    if (!said || said->empty()) return said;
    const auto now = said->back().at;
    // Only a session's own start is alone; a conversation's has been answered.
    const bool begins = said->size() == 1 && said->front().type == Type::call_start && !said->front().talk;
    if (begins) {
        note_start(said->front());
        said = CallStatements{{.type = Type::heartbeat, .at = now}};
    }
    note_end(*said);
    tell_answered(now, *said);
    return said;
}

void GenesysCloud::note_start(const CallStatement& start)
{
    if (ringing_.size() >= kMostSessions && !ringing_.contains(start.id)) return;
    ringing_.try_emplace(start.id, Session{start, false});
}

void GenesysCloud::note_end(CallStatements& said)
{
    CallStatements answers;
    for (const auto& each : said) {
        const auto session = each.type == Type::call_end ? ringing_.find(each.id) : ringing_.end();
        if (session == ringing_.end()) continue;
        if (session->second.told && each.talk) {
            auto answer = session->second.start;
            answer.at = each.at - *each.talk;
            answers.push_back(std::move(answer));
        }
        ringing_.erase(session);
    }
    said.insert(said.begin(), answers.begin(), answers.end());
}

void GenesysCloud::tell_answered(Timestamp now, CallStatements& said)
{
    if (now - looked_ < std::chrono::seconds{10} && now >= looked_) return;
    looked_ = now;
    std::erase_if(ringing_, [now](const auto& each) { return now - each.second.start.at > kLongestSession; });
    for (auto& [id, session] : ringing_) {
        if (session.told || now - session.start.at < kLongestRing) continue;
        session.told = true;
        said.push_back(session.start);
        said.back().at += kLongestRing;
    }
}

CallFormat genesys_cloud_format()
{
    return CallFormat::json(
        [cloud = std::make_shared<GenesysCloud>()](std::string_view text) { return cloud->read(text); },
        Envelopes::keep_event);
}

}  // namespace breakwatch
