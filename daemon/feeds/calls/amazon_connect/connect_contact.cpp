#include "feeds/calls/amazon_connect/connect_contact.hpp"

#include <algorithm>

#include "feeds/core/json_reading.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;
using Type = CallStatement::Type;

std::string ended_by(const std::string& reason)
{
    if (reason == "AGENT_DISCONNECT" || reason == "AGENT_COMPLETED") return "agent";
    if (reason == "CUSTOMER_DISCONNECT") return "caller";
    if (reason.contains("TRANSFER")) return "transfer";
    return reason.empty() ? "" : "server";
}

void add_name(std::vector<std::string>& names, std::string name)
{
    if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
}

std::optional<Timestamp> first_of(const json::object& record,
                                  std::initializer_list<std::initializer_list<std::string_view>> paths)
{
    for (const auto& path : paths) {
        if (const auto time = json_time(record, path)) return time;
    }
    return std::nullopt;
}

CallStatements heartbeat(std::optional<Timestamp> at)
{
    return at ? CallStatements{{.type = Type::heartbeat, .at = *at}} : CallStatements{};
}

// Who is dialled has answered no earlier than the line was up.
Timestamp answered_of(Timestamp agent, std::optional<Timestamp> line, const std::string& method)
{
    return method == "OUTBOUND" && line ? std::max(agent, *line) : agent;
}

}  // namespace

std::optional<Channel> connect_channel(std::string_view word)
{
    if (word.empty() || word == "VOICE") return Channel::voice;
    if (word == "CHAT") return Channel::chat;
    if (word == "EMAIL") return Channel::email;
    if (word == "TASK") return Channel::task;
    return std::nullopt;
}

bool with_customer(std::string_view method)
{
    return method != "MONITOR" && method != "BARGE" && method != "EXTERNAL_OUTBOUND";
}

std::string connect_id_of_arn(const std::string& arn)
{
    const auto slash = arn.rfind('/');
    return slash == std::string::npos ? arn : arn.substr(slash + 1);
}

bool is_contact_record(const json::object& record)
{
    return record.contains("AWSContactTraceRecordFormatVersion") ||
           (record.contains("ContactId") && record.contains("InitiationTimestamp"));
}

bool is_contact_event(const json::object& record)
{
    return record.contains("contactId") && record.contains("eventType");
}

std::expected<CallStatements, std::string> read_contact_record(const json::object& record)
{
    const auto id = json_text(record, {"ContactId"});
    if (id.empty()) return std::unexpected("ContactId: missing; expected a text");
    // When the agent was free of the customer: transferred, or after-contact work began, or it was over for all.
    const auto ended = first_of(
        record, {{"TransferCompletedTimestamp"}, {"Agent", "AfterContactWorkStartTimestamp"}, {"DisconnectTimestamp"}});
    const auto agent_since = json_time(record, {"Agent", "ConnectedToAgentTimestamp"});
    const auto method = json_text(record, {"InitiationMethod"});
    const auto line = json_time(record, {"ConnectedToSystemTimestamp"});
    const auto channel = connect_channel(json_text(record, {"Channel"}));
    // Nobody took it, or nobody answered at the other end.
    if (!agent_since || !channel || !with_customer(method) ||
        (method == "OUTBOUND" && *channel == Channel::voice && !line)) {
        return heartbeat(ended);
    }
    const auto answered = answered_of(*agent_since, line, method);
    if (ended && *ended < answered) return heartbeat(ended);
    CallStatement call{.type = Type::call_start,
                       .at = answered,
                       .id = id,
                       .queue = json_text(record, {"Queue", "Name"}),
                       .channel = *channel};
    add_name(call.agents, json_text(record, {"Agent", "Username"}));
    add_name(call.agents, connect_id_of_arn(json_text(record, {"Agent", "ARN"})));
    if (call.agents.empty()) return std::unexpected("Agent: neither Username nor ARN; expected a text");
    CallStatements said{call};
    if (!ended) return said;
    call.type = Type::call_end;
    call.at = *ended;
    const bool transferred = json_time(record, {"TransferCompletedTimestamp"}).has_value();
    call.ended_by = transferred ? "transfer" : ended_by(json_text(record, {"DisconnectReason"}));
    call.hold = json_length<std::chrono::seconds>(record, {"Agent", "CustomerHoldDuration"});
    call.wrap_up = json_length<std::chrono::seconds>(record, {"Agent", "AfterContactWorkDuration"});
    said.push_back(std::move(call));
    return said;
}

std::expected<CallStatements, std::string> read_contact_event(const json::object& event)
{
    const auto type = json_text(event, {"eventType"});
    const auto answered = json_time(event, {"agentInfo", "connectedToAgentTimestamp"});
    const auto channel = connect_channel(json_text(event, {"channel"}));
    const auto over = json_time(event, {"disconnectTimestamp"});
    const auto method = json_text(event, {"initiationMethod"});
    const auto line = json_time(event, {"connectedToSystemTimestamp"});
    const bool taken =
        answered && channel && with_customer(method) && (type == "CONNECTED_TO_AGENT" || type == "DISCONNECTED");
    if (!taken || (method == "OUTBOUND" && *channel == Channel::voice && !line))
        return heartbeat(answered ? answered : over);
    CallStatement call{.type = Type::call_start,
                       .at = answered_of(*answered, line, method),
                       .agents = {connect_id_of_arn(json_text(event, {"agentInfo", "agentArn"}))},
                       .id = json_text(event, {"contactId"}),
                       .queue = connect_id_of_arn(json_text(event, {"queueInfo", "queueArn"})),
                       .channel = *channel};
    if (call.agents.front().empty()) return std::unexpected("agentInfo.agentArn: missing; expected a text");
    CallStatements said{call};
    if (type != "DISCONNECTED" || !over || *over < call.at) return said;
    call.type = Type::call_end;
    call.at = *over;
    call.ended_by = ended_by(json_text(event, {"disconnectReason"}));
    said.push_back(std::move(call));
    return said;
}

}  // namespace breakwatch
