#include "cli/keys_command.hpp"

#include <boost/json.hpp>

#include "config/feed_keys.hpp"
#include "config/sink_profiles.hpp"
#include "feeds/calls/call_systems.hpp"
#include "report/plain_text.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

constexpr std::size_t kKeysWidth = 80;
constexpr std::size_t kKeysIndent = 20;

json::array as_array(const std::vector<std::string>& words)
{
    json::array array;
    for (const auto& each : words) array.emplace_back(each);
    return array;
}

json::array kinds()
{
    json::array kinds;
    for (const auto& each : call_feed_vocabulary().call_kinds) {
        kinds.push_back(json::object{{"kind", each.word},
                                     {"meaning", each.meaning},
                                     {"needs", as_array(each.needs)},
                                     {"may", as_array(each.may)}});
    }
    return kinds;
}

json::array profiles()
{
    json::array profiles;
    for (const auto& each : kSinkProfiles)
        profiles.push_back(json::object{{"profile", each.word},
                                        {"header", each.header},
                                        {"format", each.format},
                                        {"framing", each.framing_word()},
                                        {"why", each.why}});
    return profiles;
}

std::string keys_as_json()
{
    json::object lists;
    for (const auto& table : key_tables()) {
        json::array keys;
        for (const auto& each : table.keys) {
            keys.push_back(json::object{{"key", each.key},
                                        {"type", each.type},
                                        {"default", each.fallback},
                                        {"otherwise", each.otherwise},
                                        {"meaning", each.meaning}});
        }
        lists[table.name] = std::move(keys);
    }
    return json::serialize(
               json::object{{"lists", std::move(lists)}, {"call_kinds", kinds()}, {"sink_profiles", profiles()}}) +
           "\n";
}

std::string sentence_of(const KeyFacts& key)
{
    auto text = std::string(key.type);
    const auto fallback = key.fallback.empty() ? key.otherwise : key.fallback;
    if (!fallback.empty()) text += ", default " + std::string(fallback);
    return text + (key.meaning.empty() ? "." : ". " + std::string(key.meaning));
}

}  // namespace

Outcome run_keys(const KeysOptions& options)
{
    if (options.json) return {tool_success, keys_as_json(), ""};
    std::string text;
    for (const auto& table : key_tables()) {
        text += std::string(table.name) + ":\n";
        for (const auto& key : table.keys) text += paragraph(sentence_of(key), kKeysIndent, key.key, kKeysWidth);
        text += "\n";
    }
    text += "kinds of calls:\n";
    for (const auto& kind : call_feed_vocabulary().call_kinds)
        text += paragraph(kind.meaning, kKeysIndent, kind.word, kKeysWidth);
    return {tool_success, text, ""};
}

}  // namespace breakwatch
