#include "feeds/calls/amazon_connect/call_amazon_connect.hpp"

#include <algorithm>
#include <array>

#include "feeds/calls/amazon_connect/connect_contact.hpp"
#include "feeds/core/json_reading.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;
using Type = CallStatement::Type;

constexpr std::size_t kMostContacts = 64;  // Connect allows 10 chats and one call at a time

bool is_talking(std::string_view state)
{
    return state == "CONNECTED" || state == "CONNECTED_ONHOLD" || state == "PAUSED";
}

bool is_over(std::string_view state)
{
    return state == "ENDED" || state == "ERROR";
}

const json::array* contacts_of(const json::object& record, std::string_view snapshot)
{
    const auto* contacts = json_at(record, {snapshot, "Contacts"});
    return contacts == nullptr ? nullptr : contacts->if_array();
}

const json::object* find_contact(const json::array* contacts, const std::string& id)
{
    if (contacts == nullptr) return nullptr;
    for (const auto& each : *contacts) {
        const auto* contact = each.if_object();
        if (contact != nullptr && json_text(*contact, {"ContactId"}) == id) return contact;
    }
    return nullptr;
}

class Record {
  public:
    Record(const json::object& record, Timestamp at) : record_(record), at_(at)
    {
        for (const auto snapshot : {"CurrentAgentSnapshot", "PreviousAgentSnapshot"}) {
            add_name(json_text(record, {snapshot, "Configuration", "Username"}));
        }
        add_name(connect_id_of_arn(json_text(record, {"AgentARN"})));
    }

    CallStatements statements()
    {
        said_.push_back({.type = Type::heartbeat, .at = at_});
        if (names_.empty()) return std::move(said_);
        state_of_agent();
        const auto* now = contacts_of(record_, "CurrentAgentSnapshot");
        const auto* before = contacts_of(record_, "PreviousAgentSnapshot");
        for_each_call(now, [this, before](const json::object& contact) { current(contact, before); });
        for_each_call(before, [this, now](const json::object& contact) { previous(contact, now); });
        return std::move(said_);
    }

  private:
    void add_name(std::string name)
    {
        if (!name.empty() && std::ranges::find(names_, name) == names_.end()) names_.push_back(std::move(name));
    }

    template <typename Take>
    void for_each_call(const json::array* contacts, const Take& take)
    {
        if (contacts == nullptr) return;
        for (std::size_t i = 0; i < std::min(contacts->size(), kMostContacts); ++i) {
            const auto* contact = (*contacts)[i].if_object();
            if (contact == nullptr || json_text(*contact, {"ContactId"}).empty()) continue;
            if (connect_channel(json_text(*contact, {"Channel"})) &&
                with_customer(json_text(*contact, {"InitiationMethod"})))
                take(*contact);
        }
    }

    void state_of_agent()
    {
        const auto event = json_text(record_, {"EventType"});
        if (event == "LOGIN") say(Type::login, at_);
        if (event == "LOGOUT") say(Type::logout, at_);
        if (event != "STATE_CHANGE" && event != "LOGIN") return;
        const auto status = [this](std::string_view snapshot, std::string_view key) {
            return json_text(record_, {snapshot, "AgentStatus", key});
        };
        const auto since = status("CurrentAgentSnapshot", "StartTimestamp");
        if (since.empty() || since == status("PreviousAgentSnapshot", "StartTimestamp")) return;
        const auto at = parse_rfc3339(since).value_or(at_);
        const auto type = status("CurrentAgentSnapshot", "Type");
        if (type == "ROUTABLE") say(Type::unpause, at);
        if (type == "OFFLINE") say(Type::pause, at, AgentStateEvent::Reason::other);
        if (type == "CUSTOM") say(Type::pause, at, reason_of(status("CurrentAgentSnapshot", "Name")));
    }

    // One that is dialled counts from its being connected: to the agent it is so while it still rings.
    static bool dialled(const json::object& contact)
    {
        return json_text(contact, {"InitiationMethod"}) == "OUTBOUND" &&
               connect_channel(json_text(contact, {"Channel"})) == Channel::voice;
    }

    void current(const json::object& contact, const json::array* before)
    {
        const auto state = json_text(contact, {"State"});
        const auto since = json_time(contact, {"StateStartTimestamp"}).value_or(at_);
        const auto agent_since = json_time(contact, {"ConnectedToAgentTimestamp"});
        const auto* earlier = find_contact(before, json_text(contact, {"ContactId"}));
        const bool talked = earlier != nullptr && is_talking(json_text(*earlier, {"State"}));
        if (dialled(contact)) {
            if (state == "CONNECTED") call(Type::call_start, contact, since);
            if (is_over(state) && talked) call(Type::call_end, contact, since);
            return;
        }
        if (is_talking(state)) call(Type::call_start, contact, agent_since.value_or(since));
        // One that was never answered (missed) ends, too; it is no call.
        if (is_over(state) && agent_since) {
            call(Type::call_start, contact, *agent_since);
            call(Type::call_end, contact, since);
        }
    }

    // A call that was there and is not any more, without having been seen to end.
    void previous(const json::object& contact, const json::array* now)
    {
        if (!is_talking(json_text(contact, {"State"}))) return;
        const auto* still = find_contact(now, json_text(contact, {"ContactId"}));
        const auto state = still == nullptr ? std::string() : json_text(*still, {"State"});
        if (still != nullptr && (is_talking(state) || is_over(state))) {
            if (is_over(state) && !dialled(contact) && !json_time(*still, {"ConnectedToAgentTimestamp"})) {
                call(Type::call_end, *still, json_time(*still, {"StateStartTimestamp"}).value_or(at_));
            }
            return;
        }
        const auto answered = json_time(contact, {"ConnectedToAgentTimestamp"});
        if (answered && !dialled(contact)) call(Type::call_start, contact, *answered);
        call(Type::call_end, contact, at_);
    }

    void say(Type type, Timestamp at, AgentStateEvent::Reason reason = AgentStateEvent::Reason::none)
    {
        said_.push_back({.type = type, .at = at, .agents = names_, .reason = reason});
    }

    void call(Type type, const json::object& contact, Timestamp at)
    {
        said_.push_back({.type = type,
                         .at = at,
                         .agents = names_,
                         .id = json_text(contact, {"ContactId"}),
                         .queue = json_text(contact, {"Queue", "Name"}),
                         .channel = connect_channel(json_text(contact, {"Channel"})).value_or(Channel::voice)});
    }

    const json::object& record_;
    Timestamp at_;
    std::vector<std::string> names_;
    CallStatements said_;
};

}  // namespace

std::expected<CallStatements, std::string> read_amazon_connect(std::string_view text)
{
    boost::system::error_code error;
    const auto parsed = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !parsed.is_object())
        return std::unexpected("expected one JSON record of an agent event stream, or a contact record");
    const auto& record = parsed.get_object();
    if (is_contact_record(record)) return read_contact_record(record);
    if (is_contact_event(record)) return read_contact_event(record);
    if (json_text(record, {"EventType"}).empty())
        return std::unexpected("EventType: missing; expected LOGIN, LOGOUT, STATE_CHANGE or HEART_BEAT");
    const auto at = json_time(record, {"EventTimestamp"});
    if (!at) return std::unexpected("EventTimestamp: expected a time such as 2026-11-23T09:14:05.120Z");
    if (json_text(record, {"AgentARN"}).empty()) return std::unexpected("AgentARN: missing; expected a text");
    return Record(record, *at).statements();
}

}  // namespace breakwatch
