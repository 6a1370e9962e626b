#include "config/feed_keys.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "config/read_values.hpp"
#include "config/sink_keys.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;
using namespace key_of;
using Client = RadiusConfig::Client;
using Framing = SyslogConfig::Framing;

// RFC 5424 table 1; those a program of ours may use.
constexpr std::array kFacilities{std::pair{"user"sv, 1},      std::pair{"daemon"sv, 3},  std::pair{"auth"sv, 4},
                                 std::pair{"authpriv"sv, 10}, std::pair{"local0"sv, 16}, std::pair{"local1"sv, 17},
                                 std::pair{"local2"sv, 18},   std::pair{"local3"sv, 19}, std::pair{"local4"sv, 20},
                                 std::pair{"local5"sv, 21},   std::pair{"local6"sv, 22}, std::pair{"local7"sv, 23}};
constexpr std::array kFramings{std::pair{"octet-counting"sv, Framing::octet_counting}, std::pair{"lf"sv, Framing::lf}};

void read_listen(YamlMap& map, const std::string& key, RadiusConfig& radius)
{
    map.text(key, radius.listen);
    if (!parse_ip(radius.listen)) map.wrong(key, "found '" + radius.listen + "'; expected an IP address");
}

void read_client_address(YamlMap& map, const std::string& key, Client& client)
{
    map.text(key, client.address);
    if (client.address.empty() || parse_ip(client.address) || good_subnet(client.address)) return;
    map.wrong(key,
              "found '" + client.address + "'; expected an IP address or network such as 10.20.0.2 or 10.20.0.0/24");
}

void read_clients(YamlMap& map, const std::string& key, RadiusConfig& radius)
{
    map.required(key, "a list of RADIUS clients");
    map.maps(key, [&](YamlMap& each) {
        each.required("address", "an IP address or network");
        each.required("secret_file", "a file with the shared secret");
        read_keys(each, radius_client_keys(), radius.clients.emplace_back());
    });
}

void read_sink_host(YamlMap& map, const std::string& key, SyslogConfig& syslog)
{
    map.text(key, syslog.host);
    check_host(map, syslog.host);
}

// As receivers and openssl(1) print them: with or without colons, in either case, after the name of the hash or not.
void read_fingerprints(YamlMap& map, const std::string& key, SyslogTls& tls)
{
    std::vector<std::string> found;
    map.text_or_texts(key, found);
    for (const auto& each : found) {
        std::string digits;
        const auto text = each.substr(each.find_last_of(" =") + 1);
        const auto begin = text.find(':');
        const bool named = begin != std::string::npos && begin > 2;
        for (const char c : named ? text.substr(begin + 1) : text) {
            if (c != ':') digits += c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
        }
        if (digits.size() != 64 || digits.find_first_not_of("0123456789abcdef") != std::string::npos)
            map.wrong(key, "found '" + each + "'; expected the SHA-256 of a certificate, 64 digits of hex");
        tls.fingerprints.push_back(std::move(digits));
    }
}

void read_verify(YamlMap& map, const std::string& key, SyslogTls& tls)
{
    constexpr std::array kVerify{std::pair{"full"sv, true}, std::pair{"none"sv, false}};
    map.one_of<bool>(key, tls.verify, kVerify);
}

void read_tls(YamlMap& map, const std::string& key, SyslogConfig& syslog)
{
    map.map(key, [&](YamlMap& tls) {
        read_keys(tls, syslog_tls_keys(), syslog.tls.emplace());
        if (syslog.tls->certificate.empty() != syslog.tls->key.empty())
            tls.wrong("", "has one of certificate and key; expected both or neither");
    });
}

void read_heartbeat(YamlMap& map, const std::string& key, SyslogConfig& syslog)
{
    map.duration(key, syslog.heartbeat);
    if (syslog.heartbeat < std::chrono::seconds{1}) map.wrong(key, "expected at least 1s");
}

void read_loopback(YamlMap& map, const std::string& key, MetricsConfig& metrics)
{
    map.text(key, metrics.listen);
    const auto address = parse_ip(metrics.listen);
    const bool v4 = address && address->family == IpAddress::Family::v4;
    if (address && (v4 ? address->octets[0] == 127 : address == parse_ip("::1"))) return;
    map.wrong(key, "found '" + metrics.listen +
                       "'; expected a loopback address, 127.0.0.1 or ::1: anybody who reaches it is answered");
}

constexpr std::array kRadius{
    ConfigKey<RadiusConfig>{{"listen", "an IP address", "\"::\"", "", "`::` takes IPv4 too."}, read_listen},
    ConfigKey<RadiusConfig>{{"port", "a port's number", "1813", "", ""}, port<&RadiusConfig::port>},
    ConfigKey<RadiusConfig>{
        {"answer", "true or false", "true", "",
         "Whether requests are acknowledged; false where another server answers and this is a copy."},
        boolean<&RadiusConfig::answer>},
    ConfigKey<RadiusConfig>{{"clients", "a list of RADIUS clients", "", "", "Needed: who may send."}, read_clients},
};
constexpr std::array kRadiusClient{
    ConfigKey<Client>{{"name", "a text", "", "", "For messages about it."}, text<&Client::name>},
    ConfigKey<Client>{
        {"address", "an IP address or network", "", "", "Needed: of the access point, controller or proxy."},
        read_client_address},
    ConfigKey<Client>{
        {"secret_file", "a file name", "", "", "Needed: the shared secret, one line, readable by the daemon."},
        file<&Client::secret_file>},
};
constexpr std::array kFile{ConfigKey<FileFeedConfig>{{"path", "a file name", "", "", "Needed."},
                                                     [](YamlMap& map, const std::string& key, FileFeedConfig& feed) {
                                                         map.required(key, "a file name");
                                                         map.file_path(key, feed.path);
                                                     }}};
constexpr std::array kSyslog{
    // First: every other key overrides what it chose.
    ConfigKey<SyslogConfig>{{"profile", "a word", "", "none",
                             "What suits a receiver, for keys that do not stand here: `splunk`, `qradar`, `sentinel`, "
                             "`elastic`, `wazuh`, `graylog`, `rsyslog`, `syslog-ng` or `ocsf`; see PROFILES."},
                            read_profile},
    ConfigKey<SyslogConfig>{{"transport", "a word", "local", "",
                             "`local`, `udp` (RFC 5426), `tcp` (RFC 6587), `tls` (RFC 5425), `relp`, with `tls:` by "
                             "TLS, where an alert is done when the receiver says that it has it, or `file`: a line "
                             "each, done when it is on the disk."},
                            text<&SyslogConfig::transport>},
    ConfigKey<SyslogConfig>{{"format", "a word", "rfc5424", "",
                             "The body of a message, see breakwatch-events(7). `rfc5424`: structured data, then a "
                             "text for people; `json`: an object with the same names, whose counts, ratios, seconds "
                             "and flags are numbers and booleans; `cef`: Common Event Format; `leef`: IBM's LEEF 2.0; "
                             "`ecs`: an object in the Elastic Common Schema; `ocsf`: one of the Open Cybersecurity "
                             "Schema Framework."},
                            text<&SyslogConfig::format>},
    ConfigKey<SyslogConfig>{{"header", "a word", "rfc5424", "",
                             "What stands before the body: `rfc5424`, or `rfc3164`, the older header, in this "
                             "machine's local time without its year; the body then tells the whole time."},
                            text<&SyslogConfig::header>},
    ConfigKey<SyslogConfig>{
        {"most_octets", "a number of octets", "", "2048 by `udp`, 8192 otherwise",
         "A message is never longer; what is cut to make it fit is marked, and no number, id or time is. At least "
         "1024, at most 65000."},
        [](YamlMap& map, const std::string& key, SyslogConfig& syslog) {
            map.integer(key, syslog.most_octets, 1'024, 65'000);
        }},
    ConfigKey<SyslogConfig>{{"severity", "a mapping of codes to severities", "", "as the events have it",
                             "What this sink tells an event's severity as: `{BW-1001: critical, BW-3003: notice}`. "
                             "`emergency`, `alert`, `critical`, `error`, `warning`, `notice`, `informational`, "
                             "`debug`."},
                            read_severities},
    ConfigKey<SyslogConfig>{{"filter", "a mapping", "", "everything is told",
                             "Which events this sink is told: those that meet each of its keys. `codes`: a list of "
                             "codes or beginnings of some, such as `BW-10`; `severity`: this severe or more, by the "
                             "mapping above; `rules`: of events that name a rule, these alone. What is kept back is "
                             "counted in the status and the heartbeat, which always comes."},
                            read_filter},
    ConfigKey<SyslogConfig>{{"host", "a host's name or address", "127.0.0.1", "", "The receiver."}, read_sink_host},
    ConfigKey<SyslogConfig>{{"port", "a port's number", "", "514; 6514 of `tls`, 2514 of `relp`", ""},
                            port<&SyslogConfig::port>},
    ConfigKey<SyslogConfig>{{"framing", "a word", "octet-counting", "",
                             "Of `tcp` and `tls`: `octet-counting` (RFC 6587 section 3.4.1) or `lf`, a line feed after "
                             "each message (3.4.2), for "
                             "receivers that read lines: they would store counted messages without their ends."},
                            [](YamlMap& map, const std::string& key, SyslogConfig& syslog) {
                                map.one_of<Framing>(key, syslog.framing, kFramings);
                            }},
    ConfigKey<SyslogConfig>{{"tls", "a mapping", "", "",
                             "Of `tls` and `relp`: see TLS OF A DESTINATION. `relp` without it speaks in clear."},
                            read_tls},
    ConfigKey<SyslogConfig>{
        {"path", "a file name", "/dev/log", "",
         "Of `local`: the socket. Of `file`, needed: the file, which is made where it is not there; "
         "renamed or removed, as logrotate(8) does, it is made anew before the next line."},
        file<&SyslogConfig::path>},
    ConfigKey<SyslogConfig>{
        {"facility", "a word", "local0", "", "`user`, `daemon`, `auth`, `authpriv` or `local0` to `local7`."},
        [](YamlMap& map, const std::string& key, SyslogConfig& syslog) {
            map.one_of<int>(key, syslog.facility, kFacilities);
        }},
    ConfigKey<SyslogConfig>{{"hostname", "a host's name", "", "the machine's",
                             "It stays the same over restarts, so that a SIEM knows the source."},
                            text<&SyslogConfig::hostname>},
    ConfigKey<SyslogConfig>{{"app_name", "a text", "breakwatch", "", ""}, text<&SyslogConfig::app_name>},
    ConfigKey<SyslogConfig>{
        {"enterprise", "a number", "32473", "",
         "Of `rfc5424`: the IANA private enterprise number in the structured data's name. 32473 is the one for "
         "documentation; a site with its own "
         "puts it here."},
        integer<&SyslogConfig::enterprise, 1, 4'294'967'295>},
    ConfigKey<SyslogConfig>{{"delimiter", "a character", "tab", "",
                             "Of `leef`: what parts attributes, `tab` or one sign such as `^`, for receivers on whose "
                             "way tabs are lost. Where it stands in a value it becomes a blank."},
                            read_delimiter},
    ConfigKey<SyslogConfig>{{"bom", "true or false", "false", "",
                             "Of `rfc5424`: begin the text with a byte order mark, as RFC 5424 section 6.4 has it and "
                             "some receivers dislike."},
                            boolean<&SyslogConfig::bom>},
    ConfigKey<SyslogConfig>{
        {"heartbeat", "a duration", "60s", "", "How often BW-9001 tells that the daemon lives, at least 1s."},
        read_heartbeat},
    ConfigKey<SyslogConfig>{
        {"confirm_after", "a duration", "60s", "",
         "Of all but `relp`, whose receiver says what it has: an alert that was written is owed until its connection "
         "has "
         "stayed up for so long, and sent again, with its number, when it breaks before. Of `udp` it is at least the "
         "heartbeat, whose refusal shows that nobody is there. `0s`: what is written is done."},
        duration<&SyslogConfig::confirm_after>},
};
constexpr std::array kSyslogTls{
    ConfigKey<SyslogTls>{{"ca", "a file name", "", "those the system trusts",
                          "PEM: the CAs one of which the receiver's certificate has to be of."},
                         file<&SyslogTls::ca>},
    ConfigKey<SyslogTls>{
        {"name", "a host's name or address", "", "the `host`", "The receiver's certificate has to be for it."},
        text<&SyslogTls::name>},
    ConfigKey<SyslogTls>{{"certificate", "a file name", "", "",
                          "PEM: our own certificate, then the CAs between; a receiver may ask for one."},
                         file<&SyslogTls::certificate>},
    ConfigKey<SyslogTls>{{"key", "a file name", "", "", "PEM: its private key, without a passphrase."},
                         file<&SyslogTls::key>},
    ConfigKey<SyslogTls>{{"crl", "a file name", "", "",
                          "PEM: certificates that the CA has revoked. It is read at each connection, and refused when "
                          "it has expired."},
                         file<&SyslogTls::crl>},
    ConfigKey<SyslogTls>{
        {"fingerprints", "a list of texts", "", "",
         "SHA-256 in hex, as `openssl x509 -fingerprint -sha256` prints it: the receiver's certificate "
         "has to be one of these. Without `ca` that is enough, and its CA and name are not asked for."},
        read_fingerprints},
    ConfigKey<SyslogTls>{{"verify", "a word", "full", "",
                          "`full` or `none`: whoever answers is believed, which each start tells as a health event."},
                         read_verify},
};
constexpr std::array kMetrics{
    ConfigKey<MetricsConfig>{{"listen", "a loopback address", "127.0.0.1", "",
                              "127.0.0.1 or `::1`: whoever asks is answered, so it is this machine alone."},
                             read_loopback},
    ConfigKey<MetricsConfig>{{"port", "a port's number", "9477", "", ""}, port<&MetricsConfig::port>},
};

}  // namespace

std::span<const ConfigKey<RadiusConfig>> radius_keys()
{
    return kRadius;
}
std::span<const ConfigKey<RadiusConfig::Client>> radius_client_keys()
{
    return kRadiusClient;
}
std::span<const ConfigKey<FileFeedConfig>> file_feed_keys()
{
    return kFile;
}
std::span<const ConfigKey<SyslogConfig>> syslog_keys()
{
    return kSyslog;
}
std::span<const ConfigKey<SyslogTls>> syslog_tls_keys()
{
    return kSyslogTls;
}
std::span<const ConfigKey<MetricsConfig>> metrics_keys()
{
    return kMetrics;
}

std::vector<KeyTable> key_tables()
{
    const auto table = [](std::string_view name, const auto& keys) {
        KeyTable facts{.name = name, .keys = {}};
        for (const auto& each : keys) facts.keys.push_back(each.facts);
        return facts;
    };
    return {table("calls", call_feed_keys()),
            table("mentions", mention_feed_keys()),
            table("mentions.fields", mention_field_keys()),
            table("radius", radius_keys()),
            table("radius.clients", radius_client_keys()),
            table("radius_detail", file_feed_keys()),
            table("dnsmasq_leases", file_feed_keys()),
            table("kea_leases", file_feed_keys()),
            table("syslog", syslog_keys()),
            table("syslog.tls", syslog_tls_keys()),
            table("metrics", metrics_keys())};
}

}  // namespace breakwatch
