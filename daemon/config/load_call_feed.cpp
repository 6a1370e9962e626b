#include "config/load_call_feed.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "config/load_call_mapping.hpp"
#include "config/near_word.hpp"
#include "config/read_values.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

std::string what_is(const std::string& key)
{
    if (key == "host") return "a host's name or address";
    if (key == "url") return "an address such as https://api.example.com";
    if (key == "port") return "a port's number";
    if (key == "format") return "mapped, or the name of a preset";
    if (key == "peers") return "a list of the addresses or networks that may connect";
    if (key == "user") return "a user's name";
    return "a file name";
}

// Keys that mean something for some kinds only; a key that would be passed over is an error.
void check_call_keys(YamlMap& map, const CallFeedConfig& feed, const CallFeedKind& kind)
{
    for (const auto& key : kind.needs) map.required(key, what_is(key) + "; kind " + feed.kind + " needs it");
    for (const auto* key : {"path", "format", "host", "port", "user", "tls", "ca_file", "server_name", "listen",
                            "certificate_file", "key_file", "secret_file", "peers", "mapping", "time_zone", "url", "authorization",
                            "header", "token_url", "scope", "interval"}) {
        const bool used = std::ranges::find(kind.needs, key) != kind.needs.end() ||
                          std::ranges::find(kind.may, key) != kind.may.end();
        if (!used && map.has(key)) map.wrong(key, "means nothing for kind " + feed.kind);
    }
    if (feed.tls || !feed.url.empty()) return;
    for (const auto* key : {"ca_file", "server_name"}) {
        if (map.has(key)) map.wrong(key, "means nothing without tls: true");
    }
}

// The mapping that `format` and `mapping` name; a preset is one that ships with the program.
void read_mapping(YamlMap& map, CallFeedConfig& feed, const CallFeedVocabulary& vocabulary)
{
    const auto presets = call_preset_names();
    const bool preset = std::ranges::find(presets, feed.format) != presets.end();
    if (feed.format == "mapped") map.required("mapping", "a file that says how records are to be read");
    if (feed.format != "mapped" && !feed.mapping_file.empty()) map.wrong("mapping", "means nothing without format: mapped");
    if (!preset && (feed.format != "mapped" || feed.mapping_file.empty())) return;
    auto read = preset ? load_call_preset(feed.format, vocabulary.pattern_groups) : load_call_mapping(feed.mapping_file, vocabulary.pattern_groups);
    if (!read) return map.take(read.error());
    feed.mapping = std::make_shared<const CallMapping>(std::move(*read));
}

void read_service(YamlMap& map, CallFeedConfig& feed)
{
    using Authorization = CallFeedConfig::Authorization;
    constexpr std::array kWays{std::pair{"bearer"sv, Authorization::bearer}, std::pair{"basic"sv, Authorization::basic},
                               std::pair{"header"sv, Authorization::header}, std::pair{"oauth2"sv, Authorization::oauth2},
                               std::pair{"none"sv, Authorization::none}};
    const auto check_url = [&](const std::string& key, const std::string& url) {
        const auto host = url.substr(std::min(url.size(), "https://"sv.size()));
        const bool plain = url.find_first_of(" \t\r\n#@{}") == std::string::npos;
        if (!url.empty() && (!url.starts_with("https://") || host.empty() || host.starts_with('/') || !plain)) {
            map.wrong(key, "expected an address such as https://api.example.com, without user, password or fragment");
        }
    };
    map.text("url", feed.url);
    map.text("token_url", feed.token_url);
    check_url("url", feed.url);
    check_url("token_url", feed.token_url);
    map.one_of<Authorization>("authorization", feed.authorization, kWays);
    map.text("header", feed.header);
    map.text("scope", feed.scope);
    map.duration("interval", feed.interval);
    if (feed.interval < std::chrono::seconds{1}) map.wrong("interval", "expected at least 1s");
    if (feed.url.empty()) return;
    const auto way = feed.authorization;
    const auto goes_with = [&](const std::string& key, bool with) {
        if (with) map.required(key, "what this authorization needs");
        if (!with && map.has(key)) map.wrong(key, "means nothing for this authorization");
    };
    goes_with("header", way == Authorization::header);
    goes_with("token_url", way == Authorization::oauth2);
    goes_with("user", way == Authorization::basic || way == Authorization::oauth2);
    goes_with("secret_file", way != Authorization::none);
    if (way != Authorization::oauth2 && map.has("scope")) map.wrong("scope", "means nothing without authorization: oauth2");
}

void read_peers(YamlMap& map, CallFeedConfig& feed)
{
    map.texts("peers", feed.peers);
    for (const auto& peer : feed.peers) {
        if (!parse_ip(peer) && !good_subnet(peer)) map.wrong("peers", "found '" + peer + "'; expected an address or a network such as 10.77.0.0/24");
    }
    if (map.has("peers") && feed.peers.empty()) map.wrong("peers", "is empty; expected who may connect");
}

}  // namespace

void read_call_feed(YamlMap& map, CallFeedConfig& feed, const CallFeedVocabulary& vocabulary)
{
    map.text("kind", feed.kind);
    map.text("format", feed.format);
    map.file_path("path", feed.path);
    map.encoding_of_lines("encoding", feed.encoding);
    map.duration("silence", feed.silence);
    map.duration("clock_limit", feed.clock_limit);
    map.texts("contexts", feed.contexts);
    map.text("host", feed.host);
    map.integer("port", feed.port, 1, 65'535);
    check_host(map, feed.host);
    map.text("user", feed.user);
    map.boolean("tls", feed.tls);
    map.file_path("ca_file", feed.ca_file);
    map.text("server_name", feed.server_name);
    map.text("listen", feed.listen);
    if (!parse_ip(feed.listen)) map.wrong("listen", "found '" + feed.listen + "'; expected an IP address");
    map.file_path("certificate_file", feed.certificate_file);
    map.file_path("key_file", feed.key_file);
    map.file_path("secret_file", feed.secret_file);
    if (feed.user.find_first_of("\r\n") != std::string::npos) map.wrong("user", "expected one line");
    map.file_path("mapping", feed.mapping_file);
    read_time_zone(map, feed.time_zone);
    read_service(map, feed);
    read_peers(map, feed);
    if (vocabulary.kinds.empty()) return;

    const auto kind = std::ranges::find(vocabulary.kinds, feed.kind, &CallFeedKind::word);
    if (kind == vocabulary.kinds.end()) {
        std::vector<std::string> words;
        for (const auto& each : vocabulary.kinds) words.push_back(each.word);
        const auto near = nearest_word(feed.kind, words);
        return map.wrong("kind", "found '" + feed.kind + "'; expected one of " + listed(words) + (near ? "; did you mean '" + *near + "'?" : ""));
    }
    if (std::ranges::find(vocabulary.formats, feed.format) == vocabulary.formats.end()) {
        map.wrong("format", "found '" + feed.format + "'; expected one of " + listed(vocabulary.formats));
    }
    read_mapping(map, feed, vocabulary);
    check_call_keys(map, feed, *kind);
    if (feed.kind == "https-poll" && feed.mapping && !feed.mapping->poll) {
        map.wrong("format", "'" + feed.format + "' says nothing of requests; expected a mapping with poll:");
    }
}

}  // namespace breakwatch
