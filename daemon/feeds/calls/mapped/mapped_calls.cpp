#include "feeds/calls/mapped/mapped_calls.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "feeds/calls/mapped/mapped_time.hpp"

namespace breakwatch {

namespace {

using Type = CallStatement::Type;
using Says = MappedEvent::Says;
using Reason = AgentStateEvent::Reason;
using Failure = std::unexpected<std::string>;

// Ids are put together of several fields, perhaps.
constexpr std::size_t kLongestId = 2 * kLongestCallText;

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

// Empty as soon as one of its fields is: a date without its time is none.
std::string text_of(const FieldTemplate& parts, const FieldReader& record)
{
    std::string text;
    for (const auto& part : parts) {
        if (!part.reference) {
            text += part.text;
            continue;
        }
        const auto value = record(part.text);
        if (value.empty()) return {};
        text += value;
    }
    return text;
}

std::string text_of(const MappedField& field, const FieldReader& record)
{
    std::string text;
    for (const auto& each : field.from) {
        text = text_of(each, record);
        if (!text.empty()) break;
    }
    if (field.values.empty()) return text.empty() ? field.otherwise.value_or("") : text;
    const auto known = field.values.find(lower(text));
    return known != field.values.end() ? known->second : field.otherwise.value_or("");
}

// One event of a mapping, read out of one record.
class Event {
  public:
    Event(const CallMapping& mapping, const MappedEvent& event, const FieldReader& record, const std::string& zone)
        : mapping_(mapping), fields_(event.fields), record_(record), zone_(zone)
    {}

    std::expected<void, std::string> say(Says what, CallStatements& statements)
    {
        switch (what) {
            case Says::nothing: return {};
            case Says::contact: return contact(statements);
            case Says::begin: return leg(Type::call_start, fields_.answered_at, "answered_at", statements);
            case Says::end: return leg(Type::call_end, fields_.ended_at, "ended_at", statements);
            case Says::login: return state(Type::login, statements);
            case Says::logout: return state(Type::logout, statements);
            case Says::pause: return state(Type::pause, statements);
            case Says::unpause: return state(Type::unpause, statements);
            case Says::heartbeat: break;
        }
        const auto at = moment(fields_.at, "at");
        if (!at) return Failure(at.error());
        if (*at) statements.push_back({.type = Type::heartbeat, .at = **at});
        return {};
    }

  private:
    template <typename T>
    using Maybe = std::expected<std::optional<T>, std::string>;

    Maybe<Timestamp> moment(const MappedField& field, const std::string& key) const
    {
        const auto text = text_of(field, record_);
        if (text.empty()) return std::nullopt;
        const auto read = read_moment(text, mapping_.time_formats, zone_);
        if (read) return *read;
        std::string formats;
        for (const auto& each : mapping_.time_formats) formats += (formats.empty() ? "" : ", ") + each;
        return Failure(key + ": expected a time by " + formats);
    }
    Maybe<Duration> duration(const MappedField& field, const std::string& key) const
    {
        const auto text = text_of(field, record_);
        if (text.empty()) return std::nullopt;
        const auto read = read_duration(text, mapping_.unit);
        if (!read) return Failure(key + ": expected a duration of at most a week, in the unit that `durations` says");
        return *read;
    }

    // Who, where, by which channel. None: of a channel that is nobody's contact.
    std::expected<std::optional<CallStatement>, std::string> about(Type type)
    {
        CallStatement said{.type = type, .at = {}};
        for (const auto& each : fields_.agent.from) {
            auto name = text_of(each, record_);
            if (fields_.agent.from.size() == 1) name = text_of(fields_.agent, record_);
            if (name.size() > kLongestCallText) return Failure("agent: longer than 200 characters");
            if (!name.empty() && std::ranges::find(said.agents, name) == said.agents.end())
                said.agents.push_back(std::move(name));
        }
        if (said.agents.empty()) return Failure("agent: missing");
        said.queue = text_of(fields_.queue, record_);
        if (said.queue.size() > kLongestCallText) return Failure("queue: longer than 200 characters");
        const bool contact = type == Type::call_start || type == Type::call_end;
        if (contact && fields_.channel.given()) {
            const auto word = text_of(fields_.channel, record_);
            if (word == "none") return std::nullopt;
            const auto channel = channel_of(lower(word));
            if (!channel && !word.empty())
                return Failure(
                    "channel: a word that the mapping's `values` do not name; expected one that means voice, chat, "
                    "email, task or none");
            said.channel = channel.value_or(Channel::voice);
        }
        return said;
    }
    std::expected<std::string, std::string> id() const
    {
        auto text = text_of(fields_.id, record_);
        if (text.size() > kLongestId) return Failure("id: longer than 400 characters");
        return text;
    }
    std::string ended_by() const
    {
        const auto word = text_of(fields_.ended_by, record_);
        const bool ours = word == "agent" || word == "caller" || word == "transfer" || word == "server";
        return ours ? word : std::string();
    }

    struct Times {
        std::optional<Timestamp> started, answered, ended;
        std::optional<Duration> ring, talk, hold, wrap, total;
    };
    std::expected<Times, std::string> times() const
    {
        Times all;
        std::string wrong;
        const auto take = [&wrong](auto& into, const auto& read) {
            if (read) {
                into = *read;
            } else if (wrong.empty()) {
                wrong = read.error();
            }
        };
        take(all.started, moment(fields_.started_at, "started_at"));
        take(all.answered, moment(fields_.answered_at, "answered_at"));
        take(all.ended, moment(fields_.ended_at, "ended_at"));
        take(all.ring, duration(fields_.ring, "ring"));
        take(all.talk, duration(fields_.talk, "talk"));
        take(all.hold, duration(fields_.hold, "hold"));
        take(all.wrap, duration(fields_.wrap, "wrap"));
        take(all.total, duration(fields_.total, "total"));
        if (!wrong.empty()) return Failure(wrong);
        return all;
    }
    // What is not stated follows from what is.
    static void derive(Times& all)
    {
        const auto together = all.talk ? std::optional(*all.talk + all.hold.value_or(Duration{0})) : std::nullopt;
        if (!all.ended && all.started && all.total) all.ended = *all.started + *all.total;
        if (!all.ended && all.answered && together) all.ended = *all.answered + *together;
        if (!all.ended && all.started && together)
            all.ended = *all.started + all.ring.value_or(Duration{0}) + *together;
        if (!all.answered && all.ended && together) all.answered = *all.ended - *together;
        if (!all.answered && all.started && all.ring) all.answered = *all.started + *all.ring;
    }

    std::expected<void, std::string> contact(CallStatements& statements)
    {
        auto all = times();
        if (!all) return Failure(all.error());
        derive(*all);
        if (!all->ended) return Failure("ended_at: missing, and nothing it follows from");
        if (all->answered && *all->answered > *all->ended) return Failure("answered_at: later than ended_at");
        auto end = about(Type::call_end);
        const auto name = id();
        if (!end) return Failure(end.error());
        if (!name) return Failure(name.error());
        if (!*end) return {};
        auto& said = **end;
        // Without an id of its own a contact is known by who and when.
        said.id = name->empty() ? said.agents.front() + "@" + to_rfc3339(*all->ended) : *name;
        if (all->answered) {
            auto start = said;
            start.type = Type::call_start;
            start.at = *all->answered;
            statements.push_back(std::move(start));
        }
        said.at = *all->ended;
        said.ended_by = ended_by();
        said.hold = all->hold;
        said.wrap_up = all->wrap;
        statements.push_back(std::move(said));
        return {};
    }

    // One side of a contact, of a stream of events.
    std::expected<void, std::string> leg(Type type, const MappedField& own, const std::string& key,
                                         CallStatements& statements)
    {
        auto said = about(type);
        const auto name = id();
        const auto all = times();
        auto at = moment(own, key);
        if (at && !*at) at = moment(fields_.at, "at");
        if (!said) return Failure(said.error());
        if (!name) return Failure(name.error());
        if (!all) return Failure(all.error());
        if (!at) return Failure(at.error());
        if (!*said) return {};
        if (name->empty()) return Failure("id: missing");
        if (!*at) return Failure(key + ": missing");
        auto& told = **said;
        told.id = *name;
        told.at = **at;
        if (type == Type::call_end) {
            told.ended_by = ended_by();
            told.hold = all->hold;
            told.wrap_up = all->wrap;
            if (all->talk) told.talk = *all->talk + all->hold.value_or(Duration{0});
        }
        statements.push_back(std::move(told));
        return {};
    }

    std::expected<void, std::string> state(Type type, CallStatements& statements)
    {
        auto said = about(type);
        const auto at = moment(fields_.at, "at");
        if (!said) return Failure(said.error());
        if (!at) return Failure(at.error());
        if (!*said) return {};
        if (!*at) return Failure("at: missing");
        (*said)->at = **at;
        (*said)->queue.clear();  // these are of the agent, for all queues
        if (type == Type::pause) (*said)->reason = reason();
        statements.push_back(std::move(**said));
        return {};
    }
    Reason reason() const
    {
        const auto text = text_of(fields_.reason, record_);
        if (text == "after_call_work") return Reason::after_call_work;
        return text == "other" ? Reason::other : reason_of(text);
    }

    const CallMapping& mapping_;
    const MappedFields& fields_;
    const FieldReader& record_;
    const std::string& zone_;
};

bool holds(const MappedCondition& asked, const FieldReader& record, CallMapping::Unit unit)
{
    const auto text = text_of(asked.field, record);
    if (asked.given && *asked.given == text.empty()) return false;
    const auto word = lower(text);
    if (!asked.is.empty() && std::ranges::find(asked.is, word) == asked.is.end()) return false;
    if (std::ranges::find(asked.is_not, word) != asked.is_not.end()) return false;
    if (!asked.above) return true;
    const auto length = read_duration(text, unit);
    return length && std::chrono::duration<double>(*length).count() > *asked.above;
}

}  // namespace

MappedCalls::MappedCalls(std::shared_ptr<const CallMapping> mapping, const std::string& zone)
    : mapping_(std::move(mapping)), zone_(mapping_->time_zone.empty() ? zone : mapping_->time_zone), records_(mapping_)
{}

MappedCalls::Read MappedCalls::meaning_of(const FieldReader& record) const
{
    const auto event = std::ranges::find_if(mapping_->events, [&](const MappedEvent& each) {
        return std::ranges::all_of(each.when, [&](const auto& asked) { return holds(asked, record, mapping_->unit); });
    });
    CallStatements statements;
    if (event == mapping_->events.end()) return statements;
    Event read(*mapping_, *event, record, zone_);
    for (const auto what : event->says) {
        if (const auto said = read.say(what, statements); !said) return Failure(said.error());
    }
    return statements;
}

std::vector<MappedCalls::Read> MappedCalls::read(std::string_view text)
{
    std::vector<Read> all;
    records_.read(text, [&](const std::expected<FieldReader, std::string>& record) {
        all.push_back(record ? meaning_of(*record) : Read(Failure(record.error())));
    });
    return all;
}

CallFormat mapped_call_format(std::shared_ptr<const CallMapping> mapping, std::string zone)
{
    return [calls = std::make_shared<MappedCalls>(std::move(mapping), std::move(zone))](
               std::string_view text) -> MappedCalls::Read {
        auto read = calls->read(text);
        if (read.size() == 1) return std::move(read.front());
        // A bad record takes no other away; all of them bad: as one.
        if (!read.empty() && std::ranges::none_of(read, [](const auto& each) { return each.has_value(); }))
            return std::move(read.front());
        CallStatements all;
        for (auto& each : read) {
            if (each) {
                std::ranges::move(*each, std::back_inserter(all));
            } else {
                all.push_back({.type = Type::refused, .at = {}, .id = each.error()});
            }
        }
        return all;
    };
}

}  // namespace breakwatch
