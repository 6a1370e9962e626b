#include "config/load_call_feed.hpp"

#include <algorithm>
#include <memory>

#include "config/feed_keys.hpp"
#include "config/load_call_mapping.hpp"
#include "config/near_word.hpp"
#include "config/read_values.hpp"

namespace breakwatch {

namespace {

// Keys that mean something for some kinds only; a key that would be passed over is an error.
void check_call_keys(YamlMap& map, const CallFeedConfig& feed, const CallFeedKind& kind)
{
    const auto among = [](const std::vector<std::string>& keys, const std::string& key) {
        return std::ranges::find(keys, key) != keys.end();
    };
    for (const auto& each : call_feed_keys()) {
        const std::string key(each.facts.key);
        if (among(kind.needs, key)) {
            map.required(key, std::string(each.facts.type) + "; kind " + feed.kind + " needs it");
        } else if (map.has(key) && !of_every_kind(key) && !among(kind.may, key)) {
            map.wrong(key, "means nothing for kind " + feed.kind);
        }
    }
    if (feed.tls || !feed.url.empty()) return;
    for (const auto* key : {"ca_file", "server_name"}) {
        if (map.has(key)) map.wrong(key, "means nothing without tls: true");
    }
}

// The mapping that `format` and `mapping` name; a preset is one that ships with the program.
void read_mapping(YamlMap& map, CallFeedConfig& feed, const ConfigVocabulary& vocabulary)
{
    const auto presets = call_preset_names();
    const bool preset = std::ranges::find(presets, feed.format) != presets.end();
    if (feed.format == "mapped") map.required("mapping", "a file that says how records are to be read");
    if (feed.format != "mapped" && !feed.mapping_file.empty())
        map.wrong("mapping", "means nothing without format: mapped");
    if (!preset && (feed.format != "mapped" || feed.mapping_file.empty())) return;
    auto read = preset ? load_call_preset(feed.format, vocabulary.pattern_groups)
                       : load_call_mapping(feed.mapping_file, vocabulary.pattern_groups);
    if (!read) return map.take(read.error());
    feed.mapping = std::make_shared<const CallMapping>(std::move(*read));
}

// What goes with how a service is told who asks.
void check_authorization(YamlMap& map, const CallFeedConfig& feed)
{
    if (feed.url.empty()) return;
    const auto way = feed.authorization;
    const auto goes_with = [&](const std::string& key, bool with) {
        if (with) map.required(key, "what this authorization needs");
        if (!with && map.has(key)) map.wrong(key, "means nothing for this authorization");
    };
    goes_with("header", way == CallFeedConfig::Authorization::header);
    goes_with("token_url", way == CallFeedConfig::Authorization::oauth2);
    goes_with("user", way == CallFeedConfig::Authorization::basic || way == CallFeedConfig::Authorization::oauth2);
    goes_with("secret_file", way != CallFeedConfig::Authorization::none);
    if (way != CallFeedConfig::Authorization::oauth2 && map.has("scope"))
        map.wrong("scope", "means nothing without authorization: oauth2");
}

}  // namespace

void read_call_feed(YamlMap& map, CallFeedConfig& feed, const ConfigVocabulary& vocabulary)
{
    read_keys(map, call_feed_keys(), feed);
    check_authorization(map, feed);
    if (vocabulary.call_kinds.empty()) return;

    const auto kind = std::ranges::find(vocabulary.call_kinds, feed.kind, &CallFeedKind::word);
    if (kind == vocabulary.call_kinds.end()) {
        std::vector<std::string> words;
        for (const auto& each : vocabulary.call_kinds) words.push_back(each.word);
        const auto near = nearest_word(feed.kind, words);
        return map.wrong("kind", "found '" + feed.kind + "'; expected one of " + listed(words) +
                                     (near ? "; did you mean '" + *near + "'?" : ""));
    }
    const auto& formats = vocabulary.call_formats;
    const bool known = std::ranges::find(formats, feed.format) != formats.end();
    if (!known) map.wrong("format", "found '" + feed.format + "'; expected one of " + listed(formats));
    read_mapping(map, feed, vocabulary);
    check_call_keys(map, feed, *kind);
    // A mapping that is missing, or could not be read, is told as that.
    const bool tells_none = feed.mapping ? !feed.mapping->poll : known && feed.format != "mapped";
    if (feed.kind == "https-poll" && tells_none && map.has("format")) {
        map.wrong("format", "'" + feed.format + "' says nothing of requests; expected a mapping with poll:");
    }
}

}  // namespace breakwatch
