#include <algorithm>
#include <array>

#include "config/feed_keys.hpp"
#include "config/read_values.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;
using namespace key_of;
using Feed = CallFeedConfig;
using Authorization = CallFeedConfig::Authorization;

constexpr std::array kWays{std::pair{"bearer"sv, Authorization::bearer}, std::pair{"basic"sv, Authorization::basic},
                           std::pair{"header"sv, Authorization::header}, std::pair{"oauth2"sv, Authorization::oauth2},
                           std::pair{"none"sv, Authorization::none}};

void read_host(YamlMap& map, const std::string& key, Feed& feed)
{
    map.text(key, feed.host);
    check_host(map, feed.host);
}

void read_user(YamlMap& map, const std::string& key, Feed& feed)
{
    map.text(key, feed.user);
    if (feed.user.find_first_of("\r\n") != std::string::npos) map.wrong(key, "expected one line");
}

void read_listen(YamlMap& map, const std::string& key, Feed& feed)
{
    map.text(key, feed.listen);
    if (!parse_ip(feed.listen)) map.wrong(key, "found '" + feed.listen + "'; expected an IP address");
}

template <auto Member>
void read_url(YamlMap& map, const std::string& key, Feed& feed)
{
    const auto& url = feed.*Member;
    map.text(key, feed.*Member);
    const auto host = url.substr(std::min(url.size(), "https://"sv.size()));
    const bool plain = url.find_first_of(" \t\r\n#@{}") == std::string::npos;
    if (!url.empty() && (!url.starts_with("https://") || host.empty() || host.starts_with('/') || !plain)) {
        map.wrong(key, "expected an address such as https://api.example.com, without user, password or fragment");
    }
}

void read_interval(YamlMap& map, const std::string& key, Feed& feed)
{
    map.duration(key, feed.interval);
    if (feed.interval < std::chrono::seconds{1}) map.wrong(key, "expected at least 1s");
}

void read_peers(YamlMap& map, const std::string& key, Feed& feed)
{
    map.texts(key, feed.peers);
    for (const auto& peer : feed.peers) {
        if (!parse_ip(peer) && !good_subnet(peer))
            map.wrong(key, "found '" + peer + "'; expected an address or a network such as 10.77.0.0/24");
    }
    if (map.has(key) && feed.peers.empty()) map.wrong(key, "is empty; expected who may connect");
}

constexpr std::array kKeys{
    ConfigKey<Feed>{{"kind", "a kind", "ndjson-file", "", "How records come."}, text<&Feed::kind>},
    ConfigKey<Feed>{{"path", "a file name", "", "", "The file, or the name of the pipe or socket."}, file<&Feed::path>},
    ConfigKey<Feed>{{"format", "a format's name", "generic", "",
                     "Of the records: `generic` (see CALL EVENTS), `csv`, `queue-log`, `amazon-connect`, "
                     "`genesys-cloud`, `mapped`, or a preset's "
                     "name (see PRESETS)."},
                    text<&Feed::format>},
    ConfigKey<Feed>{{"mapping", "a file name", "", "",
                     "Of `format: mapped`: how records are to be read, see breakwatch-mapping(5)."},
                    file<&Feed::mapping_file>},
    ConfigKey<Feed>{{"time_zone", "an IANA time zone", "", "the site's", "Of local times in the records."},
                    [](YamlMap& map, const std::string&, Feed& feed) { read_time_zone(map, feed.time_zone); }},
    ConfigKey<Feed>{
        {"encoding", "an encoding", "auto", "",
         "Of its lines and names, see TEXT ENCODINGS; none of UTF-16 and UTF-32. A name that cannot be read is no "
         "reason to lose its "
         "call: what is in no known encoding becomes U+FFFD, and that is told (BW-3003)."},
        [](YamlMap& map, const std::string& key, Feed& feed) { map.encoding_of_lines(key, feed.encoding); }},
    ConfigKey<Feed>{{"silence", "a duration", "60min", "",
                     "Longer without a word, a heartbeat included, and the feed is told to be down (BW-3001)."},
                    duration<&Feed::silence>},
    ConfigKey<Feed>{{"clock_limit", "a duration", "2min", "",
                     "Further off, and the source's clock is told to be wrong (BW-3002), once, and its end too."},
                    duration<&Feed::clock_limit>},
    ConfigKey<Feed>{{"contexts", "a list of words", "",
                     "those that systems with one tenant have (`from-queue`, `from-internal`, `default`, `agents` "
                     "and the like), addresses, and `host`",
                     "The contexts of Asterisk, or domains of FreeSWITCH, in which a bare extension among the aliases "
                     "holds: `Local/1001@clientB` is "
                     "alias `1001` only if `clientB` stands here."},
                    texts<&Feed::contexts>},
    ConfigKey<Feed>{{"host", "a host's name or address", "", "", "The server to connect to."}, read_host},
    ConfigKey<Feed>{{"port", "a port's number", "",
                     "the kind's usual one: `ami` 5038, with TLS 5039; `freeswitch` 8021; `webhook` 8443",
                     "Of the server, or to listen on."},
                    port<&Feed::port>},
    ConfigKey<Feed>{{"user", "a user's name", "", "", "Of the manager interface, or of the service that is asked."},
                    read_user},
    ConfigKey<Feed>{{"secret_file", "a file name", "", "",
                     "The manager's secret, the event socket's password, the service's token or password, or the "
                     "webhook's secrets: the first line, or "
                     "for the webhook up to four lines of at least 16 characters, any of which will do. It is read "
                     "again at each login."},
                    file<&Feed::secret_file>},
    ConfigKey<Feed>{
        {"tls", "true or false", "false", "", "Whether the connection to the server is by TLS, 1.2 or later."},
        boolean<&Feed::tls>},
    ConfigKey<Feed>{{"ca_file", "a file name", "", "what the system trusts", "Who may sign the server's certificate."},
                    file<&Feed::ca_file>},
    ConfigKey<Feed>{
        {"server_name", "a host's name", "", "the host's", "The name that the server's certificate is for."},
        text<&Feed::server_name>},
    ConfigKey<Feed>{{"listen", "an IP address", "\"::\"", "", "Where the daemon listens; `::` takes IPv4 too."},
                    read_listen},
    ConfigKey<Feed>{
        {"certificate_file", "a file name", "", "", "The webhook's own, PEM, with the chain; read again at SIGHUP."},
        file<&Feed::certificate_file>},
    ConfigKey<Feed>{{"key_file", "a file name", "", "", "Of the certificate, PEM; read again at SIGHUP."},
                    file<&Feed::key_file>},
    ConfigKey<Feed>{{"peers", "a list of the addresses or networks that may connect", "", "",
                     "At most 64 connections, 4 of a peer: for a further one the one idle for longest is closed. Each "
                     "is read at no more than 1 MiB a "
                     "second; a record that is begun is to end within a minute."},
                    read_peers},
    ConfigKey<Feed>{{"url", "an address such as https://api.example.com", "", "",
                     "`https://host[:port][/path]`. Where a look ended, and what it brought, is kept in "
                     "`state_directory`, so that a restart loses "
                     "nothing. An answer is at most 4 MiB and comes within a minute; redirects are not followed. The "
                     "service's own sandbox lets it "
                     "speak with private addresses alone: `IPAddressAllow=` in a drop-in names others."},
                    read_url<&Feed::url>},
    ConfigKey<Feed>{{"authorization", "a word", "bearer", "",
                     "How the service is told who asks: `bearer` (the secret is a token), `basic` (with `user`), "
                     "`header` (the secret is the value of a "
                     "header), `oauth2` (client credentials: `user` is the client's id), or `none`."},
                    [](YamlMap& map, const std::string& key, Feed& feed) {
                        map.one_of<Authorization>(key, feed.authorization, kWays);
                    }},
    ConfigKey<Feed>{{"header", "a header's name", "", "", "Of `authorization: header`."}, text<&Feed::header>},
    ConfigKey<Feed>{{"token_url", "an address such as https://api.example.com", "", "",
                     "Of `authorization: oauth2`: where tokens are got."},
                    read_url<&Feed::token_url>},
    ConfigKey<Feed>{{"scope", "a text", "", "", "Of `authorization: oauth2`: what is asked for."}, text<&Feed::scope>},
    ConfigKey<Feed>{{"interval", "a duration", "60s", "",
                     "Between two looks, at least 1s. After a failure the next waits longer, and as long as the "
                     "service asks for (Retry-After)."},
                    read_interval},
};

}  // namespace

std::span<const ConfigKey<CallFeedConfig>> call_feed_keys()
{
    return kKeys;
}

bool of_every_kind(std::string_view key)
{
    constexpr std::array kAny{"kind"sv, "encoding"sv, "silence"sv, "clock_limit"sv, "contexts"sv};
    return std::ranges::find(kAny, key) != kAny.end();
}

}  // namespace breakwatch
