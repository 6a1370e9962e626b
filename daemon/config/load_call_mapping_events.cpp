#include <algorithm>
#include <array>

#include "config/mapping_reader.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;
using Says = MappedEvent::Says;

constexpr std::array kChannelWords{"voice"sv, "chat"sv, "email"sv, "task"sv, "none"sv};
constexpr std::array kEndedBy{"agent"sv, "caller"sv, "transfer"sv, "server"sv, ""sv};
constexpr std::array kReasons{"break"sv, "meal"sv, "training"sv, "after_call_work"sv, "other"sv};
constexpr std::array kSays{"contact"sv, "begin"sv,   "end"sv,       "login"sv,  "logout"sv,
                           "pause"sv,   "unpause"sv, "heartbeat"sv, "nothing"sv};
constexpr std::size_t kMostCandidates = 8;
constexpr std::size_t kMostEvents = 100;

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

bool says_any(const MappedEvent& event, std::initializer_list<Says> any)
{
    return std::ranges::any_of(event.says, [&](Says each) { return std::ranges::find(any, each) != any.end(); });
}

}  // namespace

FieldTemplate MappingReader::source(YamlMap& map, const std::string& key, const std::string& text)
{
    FieldTemplate parts;
    const auto refer = [&](const std::string& to) {
        const bool pointer = to.starts_with('/') || to.starts_with("$/") || to.starts_with("^");
        if (to.empty()) {
            map.wrong(key, "is empty; expected the name of a field");
        } else if (mapping_.shape == CallMapping::Shape::json && !pointer) {
            map.wrong(key, "found '" + to + "'; expected a JSON pointer such as /agentId");
        } else if (!known_.empty() && !known_.contains(to)) {
            const std::vector<std::string> words(known_.begin(), known_.end());
            const auto near = nearest_word(to, words);
            map.wrong(key, "the record has no '" + to + "'" + (near ? "; did you mean '" + *near + "'?" : ""));
        }
        parts.push_back({.reference = true, .text = to});
    };
    if (!text.contains('{')) return refer(text), parts;
    for (std::string_view rest = text; !rest.empty();) {
        const auto open = rest.find('{');
        if (open != 0) parts.push_back({.reference = false, .text = std::string(rest.substr(0, open))});
        if (open == std::string_view::npos) break;
        const auto close = rest.find('}', open);
        if (close == std::string_view::npos) return map.wrong(key, "a '{' without its '}'"), parts;
        refer(std::string(rest.substr(open + 1, close - open - 1)));
        rest.remove_prefix(close + 1);
    }
    return parts;
}

void MappingReader::values(YamlMap& map, MappedField& field, std::span<const std::string_view> words)
{
    map.map("values", [&](YamlMap& table) {
        table.named_texts([&](const std::string& name, const std::string& word) {
            if (!words.empty()) (void)table.index_of(name, word, words);
            field.values[lower(name)] = word;
        });
    });
    std::string otherwise;
    map.text("otherwise", otherwise);
    if (!map.has("otherwise")) return;
    if (!words.empty()) (void)map.index_of("otherwise", otherwise, words);
    field.otherwise = otherwise;
}

void MappingReader::field(YamlMap& map, const std::string& key, MappedField& field,
                          std::span<const std::string_view> words)
{
    const auto read_sources = [&](YamlMap& from, const std::string& where) {
        std::vector<std::string> sources;
        if (from.shape(where) == YamlMap::Shape::list) {
            from.texts(where, sources);
        } else {
            from.text(where, sources.emplace_back());
        }
        if (sources.size() > kMostCandidates) from.wrong(where, "more than 8 of them");
        for (const auto& each : sources) field.from.push_back(source(from, where, each));
    };
    const auto shape = map.shape(key);
    if (shape == YamlMap::Shape::absent) return;
    field = {};
    if (shape != YamlMap::Shape::map) return read_sources(map, key);
    map.map(key, [&](YamlMap& nested) {
        std::string always;
        nested.text("always", always);
        if (nested.has("always")) {
            if (!words.empty()) (void)nested.index_of("always", always, words);
            field.from.push_back({{.reference = false, .text = always}});
        } else {
            nested.required("from", "the name of a field, or a list of them");
        }
        if (nested.has("from")) read_sources(nested, "from");
        values(nested, field, words);
    });
}

void MappingReader::fields(YamlMap& map, MappedFields& all)
{
    field(map, "id", all.id);
    field(map, "agent", all.agent);
    field(map, "queue", all.queue);
    field(map, "channel", all.channel, kChannelWords);
    field(map, "ended_by", all.ended_by, kEndedBy);
    field(map, "reason", all.reason, kReasons);
    field(map, "at", all.at);
    field(map, "started_at", all.started_at);
    field(map, "answered_at", all.answered_at);
    field(map, "ended_at", all.ended_at);
    field(map, "ring", all.ring);
    field(map, "talk", all.talk);
    field(map, "hold", all.hold);
    field(map, "wrap", all.wrap);
    field(map, "total", all.total);
}

void MappingReader::condition(YamlMap& map, MappedCondition& condition)
{
    std::string text;
    map.required("field", "the name of a field");
    map.text("field", text);
    if (!text.empty()) condition.field = source(map, "field", text);
    const auto words = [&](const std::string& key, std::vector<std::string>& list) {
        if (map.shape(key) == YamlMap::Shape::list) {
            map.texts(key, list);
        } else if (map.shape(key) != YamlMap::Shape::absent) {
            map.text(key, list.emplace_back());
        }
        for (auto& each : list) each = lower(each);
        if (map.has(key) && list.empty()) map.wrong(key, "an empty list; expected values");
    };
    words("is", condition.is);
    words("is_not", condition.is_not);
    bool given = true;
    map.boolean("given", given);
    if (map.has("given")) condition.given = given;
    double above = 0;
    map.real("above", above, -1, 1e9);
    if (map.has("above")) condition.above = above;
    if (condition.is.empty() && condition.is_not.empty() && !condition.given && !condition.above) {
        map.wrong("", "asks nothing; expected is, is_not, given or above");
    }
}

void MappingReader::says(YamlMap& map, MappedEvent& event)
{
    std::vector<std::string> words;
    map.required("says", "contact, begin, end, login, logout, pause, unpause, heartbeat or nothing");
    if (map.shape("says") == YamlMap::Shape::list) {
        map.texts("says", words);
    } else if (map.has("says")) {
        map.text("says", words.emplace_back());
    }
    for (const auto& word : words) {
        if (const auto index = map.index_of("says", word, kSays)) event.says.push_back(static_cast<Says>(*index));
    }
}

// What each thing said cannot do without.
void MappingReader::needs(YamlMap& map, const MappedEvent& event)
{
    const auto& fields = event.fields;
    const auto need = [&](bool there, const std::string& what) {
        if (!there) map.wrong("", what);
    };
    const bool any =
        says_any(event, {Says::contact, Says::begin, Says::end, Says::login, Says::logout, Says::pause, Says::unpause});
    need(!any || fields.agent.given(), "'agent' is missing; expected the field with the agent's name");
    need(!says_any(event, {Says::begin, Says::end}) || fields.id.given(),
         "'id' is missing; expected the field with the contact's id");
    need(!says_any(event, {Says::begin}) || fields.answered_at.given() || fields.at.given(),
         "'answered_at' or 'at' is missing");
    need(!says_any(event, {Says::end}) || fields.ended_at.given() || fields.at.given(),
         "'ended_at' or 'at' is missing");
    need(
        !says_any(event, {Says::login, Says::logout, Says::pause, Says::unpause, Says::heartbeat}) || fields.at.given(),
        "'at' is missing; expected the field with the moment of the event");
    const bool end = fields.ended_at.given() || (fields.answered_at.given() && fields.talk.given()) ||
                     (fields.started_at.given() && (fields.total.given() || fields.talk.given()));
    need(!says_any(event, {Says::contact}) || end,
         "the end of a contact: 'ended_at', or 'answered_at' and 'talk', or 'started_at' and 'total' or 'talk'");
}

void MappingReader::event(YamlMap& map, MappedEvent& event)
{
    says(map, event);
    map.maps("when", [&](YamlMap& each) { condition(each, event.when.emplace_back()); });
    map.map("fields", [&](YamlMap& own) { fields(own, event.fields); });
    needs(map, event);
}

void MappingReader::events(YamlMap& top)
{
    MappedFields shared;
    top.map("fields", [&](YamlMap& map) { fields(map, shared); });
    top.required("events", "a list of what records mean");
    top.maps("events", [&](YamlMap& map) {
        auto& one = mapping_.events.emplace_back();
        one.fields = shared;
        event(map, one);
    });
    if (top.has("events") && mapping_.events.empty()) top.wrong("events", "is empty; expected what records mean");
    if (mapping_.events.size() > kMostEvents) top.wrong("events", "more than 100 of them");
}

}  // namespace breakwatch
