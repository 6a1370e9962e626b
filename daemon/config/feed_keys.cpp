#include "config/feed_keys.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "config/read_values.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;
using namespace key_of;
using Client = RadiusConfig::Client;
using Transport = SyslogConfig::Transport;

// RFC 5424 table 1; those a program of ours may use.
constexpr std::array kFacilities{std::pair{"user"sv, 1},      std::pair{"daemon"sv, 3},  std::pair{"auth"sv, 4},
                                 std::pair{"authpriv"sv, 10}, std::pair{"local0"sv, 16}, std::pair{"local1"sv, 17},
                                 std::pair{"local2"sv, 18},   std::pair{"local3"sv, 19}, std::pair{"local4"sv, 20},
                                 std::pair{"local5"sv, 21},   std::pair{"local6"sv, 22}, std::pair{"local7"sv, 23}};
constexpr std::array kTransports{std::pair{"local"sv, Transport::local}, std::pair{"udp"sv, Transport::udp},
                                 std::pair{"tcp"sv, Transport::tcp}};

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
    ConfigKey<SyslogConfig>{
        {"transport", "a word", "local", "", "`local`, `udp` (RFC 5426) or `tcp` (RFC 6587, octet counting)."},
        [](YamlMap& map, const std::string& key, SyslogConfig& syslog) {
            map.one_of<Transport>(key, syslog.transport, kTransports);
        }},
    ConfigKey<SyslogConfig>{{"format", "a word", "rfc5424", "",
                             "`rfc5424`: structured data (see STRUCTURED DATA), then a text for people; `json`: an "
                             "object with the same names, whose "
                             "counts, ratios, seconds and flags are numbers and booleans, behind the same header."},
                            text<&SyslogConfig::format>},
    ConfigKey<SyslogConfig>{{"host", "a host's name or address", "127.0.0.1", "", "The receiver."}, read_sink_host},
    ConfigKey<SyslogConfig>{{"port", "a port's number", "514", "", ""}, port<&SyslogConfig::port>},
    ConfigKey<SyslogConfig>{{"path", "a file name", "/dev/log", "", "Of `local`: the socket."},
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
    ConfigKey<SyslogConfig>{{"bom", "true or false", "false", "",
                             "Of `rfc5424`: begin the text with a byte order mark, as RFC 5424 section 6.4 has it and "
                             "some receivers dislike."},
                            boolean<&SyslogConfig::bom>},
    ConfigKey<SyslogConfig>{
        {"heartbeat", "a duration", "60s", "", "How often BW-9001 tells that the daemon lives, at least 1s."},
        read_heartbeat},
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
            table("metrics", metrics_keys())};
}

}  // namespace breakwatch
