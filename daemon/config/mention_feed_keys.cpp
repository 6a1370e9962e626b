#include <array>
#include <utility>

#include "config/feed_keys.hpp"
#include "config/read_values.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;
using namespace key_of;
using Mentions = MentionFeedConfig;

constexpr std::array kMentionKinds{std::pair{"csv-file"sv, Mentions::Kind::csv_file},
                                   std::pair{"ndjson-file"sv, Mentions::Kind::ndjson_file},
                                   std::pair{"webhook"sv, Mentions::Kind::webhook}};

constexpr std::array kFieldMembers{
    std::pair{"platform"sv, &MentionFields::platform}, std::pair{"at"sv, &MentionFields::at},
    std::pair{"within"sv, &MentionFields::within},     std::pair{"reference"sv, &MentionFields::reference},
    std::pair{"about_us"sv, &MentionFields::about_us}, std::pair{"contact"sv, &MentionFields::contact}};

// After `kind`: a table's cells have names alone.
void read_mention_fields(YamlMap& map, const std::string& key, Mentions& feed)
{
    map.map(key, [&](YamlMap& fields) {
        read_keys(fields, mention_field_keys(), feed.fields);
        for (const auto& [word, member] : kFieldMembers) {
            const auto& name = feed.fields.*member;
            if (name.empty()) fields.wrong(std::string(word), "is empty; expected a name, or no such key");
            if (name.starts_with('/') && feed.kind == Mentions::Kind::csv_file)
                fields.wrong(std::string(word),
                             "found '" + name + "'; expected a column's name, csv-file has no pointers");
        }
    });
}

void read_mention_platforms(YamlMap& map, const std::string& key, Mentions& feed)
{
    map.map(key, [&](YamlMap& words) {
        words.named_texts([&](const std::string& word, const std::string& platform) {
            if (platform.empty()) words.wrong(word, "is empty; expected a platform's name");
            feed.platforms[word] = platform;
        });
    });
}

void read_mention_within(YamlMap& map, const std::string& key, Mentions& feed)
{
    map.duration(key, feed.within);
    if (feed.within > Mentions::kMostWithin)
        map.wrong(key, "is over 24h; expected how exact the times are, such as 5min");
}

void read_mention_listen(YamlMap& map, const std::string& key, Mentions& feed)
{
    map.text(key, feed.listen);
    if (!parse_ip(feed.listen)) map.wrong(key, "found '" + feed.listen + "'; expected an IP address");
}

constexpr std::array kMentions{
    ConfigKey<Mentions>{{"kind", "a word", "csv-file", "",
                         "`csv-file`: a table with a mention in each row, the first row its columns' names; "
                         "`ndjson-file`: a file of JSON objects; `webhook`: an HTTPS server that the daemon is, to "
                         "which such objects are posted, signed as for `calls`."},
                        [](YamlMap& map, const std::string& key, Mentions& feed) {
                            map.one_of<Mentions::Kind>(key, feed.kind, kMentionKinds);
                        }},
    ConfigKey<Mentions>{{"path", "a file name", "", "",
                         "Of `csv-file` and `ndjson-file`, needed: followed as it grows, is rotated or made anew."},
                        file<&Mentions::path>},
    ConfigKey<Mentions>{
        {"encoding", "an encoding", "auto", "", "Of `csv-file`, see TEXT ENCODINGS; none of UTF-16 and UTF-32."},
        [](YamlMap& map, const std::string& key, Mentions& feed) { map.encoding_of_lines(key, feed.encoding); }},
    ConfigKey<Mentions>{{"fields", "a mapping", "", "", "Where each fact stands in a record."}, read_mention_fields},
    ConfigKey<Mentions>{{"platforms", "a mapping of words to platforms", "", "",
                         "What the export calls a platform, in any case of letters, and which of the platforms it is: "
                         "`{Twitter: x}`. Our own names need no row. Of a platform that is neither, records are "
                         "refused."},
                        read_mention_platforms},
    ConfigKey<Mentions>{{"within", "a duration", "60s", "",
                         "How much earlier or later than told a post may have been, of which the record says nothing; "
                         "at most 24h."},
                        read_mention_within},
    ConfigKey<Mentions>{{"time_zone", "an IANA time zone", "", "the site's", "Of local times in the records."},
                        [](YamlMap& map, const std::string&, Mentions& feed) { read_time_zone(map, feed.time_zone); }},
    ConfigKey<Mentions>{
        {"listen", "an IP address", "\"::\"", "", "Of `webhook`: where the daemon listens; `::` takes IPv4 too."},
        read_mention_listen},
    ConfigKey<Mentions>{{"port", "a port's number", "8444", "", "Of `webhook`."}, port<&Mentions::port>},
    ConfigKey<Mentions>{{"certificate_file", "a file name", "", "",
                         "Of `webhook`, needed: its own, PEM, with the chain; read again at SIGHUP."},
                        file<&Mentions::certificate_file>},
    ConfigKey<Mentions>{
        {"key_file", "a file name", "", "", "Of `webhook`, needed: of the certificate, PEM; read again at SIGHUP."},
        file<&Mentions::key_file>},
    ConfigKey<Mentions>{{"secret_file", "a file name", "", "",
                         "Of `webhook`, needed: up to four lines of at least 16 characters, any of which will do."},
                        file<&Mentions::secret_file>},
};

using Fields = MentionFields;

constexpr std::array kMentionFields{
    ConfigKey<Fields>{{"platform", "a name", "platform", "", "Of the platform's name."}, text<&Fields::platform>},
    ConfigKey<Fields>{{"at", "a name", "at", "",
                       "Of the time of the post: with an offset, local (`2026-11-24 06:00:00`, `2026/11/24 06:00`), or "
                       "seconds or milliseconds since 1970."},
                      text<&Fields::at>},
    ConfigKey<Fields>{{"within", "a name", "within", "",
                       "Of how much earlier or later it may have been: seconds, or a duration such as `5min`."},
                      text<&Fields::within>},
    ConfigKey<Fields>{{"reference", "a name", "reference", "",
                       "Of the export's own id of the post, at most 200 octets: the same again takes its place."},
                      text<&Fields::reference>},
    ConfigKey<Fields>{{"about_us", "a name", "about_us", "",
                       "Of whether it concerns the site: what says `false`, `no` or `0` is left out."},
                      text<&Fields::about_us>},
    ConfigKey<Fields>{{"contact", "a name", "contact", "",
                       "Of the id of the contact that a complaint names, as the call system has it."},
                      text<&Fields::contact>},
};

}  // namespace

std::span<const ConfigKey<MentionFeedConfig>> mention_feed_keys()
{
    return kMentions;
}
std::span<const ConfigKey<MentionFields>> mention_field_keys()
{
    return kMentionFields;
}

}  // namespace breakwatch
