#include "config/load_mention_feed.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "config/feed_keys.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

constexpr std::array kOfWebhook{"certificate_file"sv, "key_file"sv, "secret_file"sv, "listen"sv, "port"sv};
constexpr std::size_t kNeededByWebhook = 3;

// A key that would be passed over is an error.
void check_kind(YamlMap& map, const MentionFeedConfig& feed)
{
    const bool webhook = feed.kind == MentionFeedConfig::Kind::webhook;
    if (!webhook) map.required("path", "the file of the export");
    for (std::size_t i = 0; webhook && i < kNeededByWebhook; ++i)
        map.required(std::string(kOfWebhook[i]), "a file name; kind webhook needs it");
    const auto means_nothing = [&](std::string_view key) {
        if (map.has(std::string(key)))
            map.wrong(std::string(key), webhook ? "means nothing for kind webhook" : "means nothing for a file");
    };
    if (webhook) means_nothing("path");
    if (!webhook) std::ranges::for_each(kOfWebhook, means_nothing);
    if (feed.kind != MentionFeedConfig::Kind::csv_file && map.has("encoding"))
        map.wrong("encoding", "means nothing for JSON, which is UTF-8");
}

}  // namespace

void read_mention_feed(YamlMap& map, MentionFeedConfig& feed)
{
    read_keys(map, mention_feed_keys(), feed);
    if (feed.name == "operator") map.wrong("name", "is what people enter with `breakwatch mention`; expected another");
    check_kind(map, feed);
}

}  // namespace breakwatch
