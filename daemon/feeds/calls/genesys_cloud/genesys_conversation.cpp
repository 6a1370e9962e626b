#include "feeds/calls/genesys_cloud/genesys_conversation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "feeds/core/json_reading.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;
using Type = CallStatement::Type;

constexpr std::size_t kMostParts = 200;

struct Media {
    std::string_view list;  // of a participant of a whole conversation; the end of a topic of its own
    Channel channel;
};
constexpr std::array kMedia{Media{"calls", Channel::voice},   Media{"callbacks", Channel::voice},
                            Media{"videos", Channel::voice},  Media{"chats", Channel::chat},
                            Media{"messages", Channel::chat}, Media{"socialExpressions", Channel::chat},
                            Media{"emails", Channel::email},  Media{"workitems", Channel::task}};

constexpr std::array<std::string_view, 4> kListening{"monitor", "coach", "barge", "consult"};

bool is_listening(const std::string& word)
{
    return std::ranges::any_of(kListening, [&](auto each) { return word.starts_with(each); });
}

const json::array* parts_of(const json::object& object, std::string_view key)
{
    const auto* list = json_at(object, {key});
    return list == nullptr ? nullptr : list->if_array();
}

// One leg of one participant.
struct Leg {
    const json::object& participant;
    const json::object& media;
    Channel channel;

    std::string text(std::string_view key) const
    {
        auto own = json_text(media, {key});
        return own.empty() ? json_text(participant, {key}) : own;
    }
    std::optional<Timestamp> time(std::string_view key) const
    {
        const auto own = json_time(media, {key});
        return own ? own : json_time(participant, {key});
    }
    std::optional<Timestamp> ended() const
    {
        const auto told = time("disconnectedTime");
        return told ? told : time("endTime");
    }
};

template <typename Take>
void for_each_leg(const json::object& body, std::string_view topic, const Take& take)
{
    const auto* participants = parts_of(body, "participants");
    if (participants == nullptr) return;
    for (std::size_t i = 0; i < std::min(participants->size(), kMostParts); ++i) {
        const auto* participant = (*participants)[i].if_object();
        if (participant == nullptr) continue;
        bool any = false;
        for (const auto& media : kMedia) {
            const auto* legs = parts_of(*participant, media.list);
            if (legs == nullptr) continue;
            any = true;
            for (std::size_t j = 0; j < std::min(legs->size(), kMostParts); ++j) {
                if (const auto* leg = (*legs)[j].if_object()) take(Leg{*participant, *leg, media.channel});
            }
        }
        // A topic of one kind: the participant is the leg.
        const auto own = std::ranges::find_if(
            kMedia, [&](const Media& media) { return topic.ends_with("." + lower(std::string(media.list))); });
        if (!any && own != kMedia.end()) take(Leg{*participant, *participant, own->channel});
    }
}

bool is_customer(const Leg& leg)
{
    const auto purpose = lower(json_text(leg.participant, {"purpose"}));
    return purpose == "customer" || purpose == "external";
}

bool is_agent(const Leg& leg)
{
    const auto purpose = lower(json_text(leg.participant, {"purpose"}));
    return purpose.empty() || purpose == "agent" || purpose == "user";
}

std::string agent_of(const Leg& leg)
{
    auto id = json_text(leg.participant, {"userId"});
    return id.empty() ? json_text(leg.participant, {"user", "id"}) : id;
}

std::string queue_of(const Leg& leg)
{
    auto id = json_text(leg.participant, {"queueId"});
    return id.empty() ? json_text(leg.participant, {"queue", "id"}) : id;
}

}  // namespace

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

std::optional<Channel> genesys_channel(const std::string& media)
{
    const auto word = lower(media);
    if (word.empty() || word == "voice" || word == "callback" || word == "video") return Channel::voice;
    if (word == "chat" || word == "message" || word == "webmessaging" || word == "sms" || word == "socialexpression")
        return Channel::chat;
    if (word == "email") return Channel::email;
    if (word == "workitem" || word == "task") return Channel::task;
    return std::nullopt;
}

bool listens_in(const json::object& part)
{
    for (const auto& member : part) {
        const auto key = lower(std::string(member.key().substr(0, kLongestCallText)));
        const auto& value = member.value();
        if (is_listening(key) &&
            ((value.is_string() && !value.get_string().empty()) || (value.is_bool() && value.get_bool())))
            return true;
        if ((key == "purpose" || key == "mediarole" || key == "sessiontype") && value.is_string() &&
            is_listening(lower(std::string(value.get_string().subview(0, kLongestCallText))))) {
            return true;
        }
        const auto* roles = key == "mediaroles" ? value.if_array() : nullptr;
        if (roles != nullptr && std::ranges::any_of(*roles, [](const json::value& role) {
                return role.is_string() &&
                       is_listening(lower(std::string(role.get_string().subview(0, kLongestCallText))));
            })) {
            return true;
        }
    }
    return false;
}

CallStatements read_conversation(const json::object& body, std::string_view topic)
{
    // A leg of the agent that is connected while nobody has answered at the other end is dialling.
    bool customer_known = false;
    std::optional<Timestamp> customer_since;
    for_each_leg(body, topic, [&](const Leg& leg) {
        if (!is_customer(leg) || leg.channel != Channel::voice) return;
        customer_known = true;
        const auto since = leg.time("connectedTime");
        if (since && (!customer_since || *since < *customer_since)) customer_since = since;
    });
    CallStatements said;
    for_each_leg(body, topic, [&](const Leg& leg) {
        const auto connected = leg.time("connectedTime");
        const auto agent = agent_of(leg);
        if (!connected || agent.empty() || !is_agent(leg) || listens_in(leg.participant) || listens_in(leg.media))
            return;
        const bool spoken = leg.channel == Channel::voice && customer_known;
        if (spoken && !customer_since) return;
        const auto answered = spoken ? std::max(*connected, *customer_since) : *connected;
        const auto ended = leg.ended();
        if (ended && *ended <= answered) return;
        CallStatement start{.type = Type::call_start,
                            .at = answered,
                            .agents = {agent},
                            .id = json_text(body, {"id"}) + "/" + leg.text("id"),
                            .queue = queue_of(leg),
                            .channel = leg.channel};
        said.push_back(start);
        // Two statements, so that a session's own start is told from it.
        start.type = ended ? Type::call_end : Type::heartbeat;
        start.at = ended.value_or(answered);
        said.push_back(std::move(start));
    });
    return said;
}

}  // namespace breakwatch
