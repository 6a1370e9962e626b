#include "config/load_config.hpp"

#include <array>
#include <charconv>
#include <set>

#include "config/yaml_reader.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

// RFC 5424 table 1; those a program of ours may use.
constexpr std::array kFacilities{std::pair{"user"sv, 1},    std::pair{"daemon"sv, 3},  std::pair{"auth"sv, 4},
                                 std::pair{"authpriv"sv, 10}, std::pair{"local0"sv, 16}, std::pair{"local1"sv, 17},
                                 std::pair{"local2"sv, 18}, std::pair{"local3"sv, 19}, std::pair{"local4"sv, 20},
                                 std::pair{"local5"sv, 21}, std::pair{"local6"sv, 22}, std::pair{"local7"sv, 23}};
constexpr std::array kTransports{std::pair{"local"sv, SyslogConfig::Transport::local},
                                 std::pair{"udp"sv, SyslogConfig::Transport::udp},
                                 std::pair{"tcp"sv, SyslogConfig::Transport::tcp}};
constexpr std::array kCallKinds{std::pair{"ndjson-file"sv, CallFeedConfig::Kind::ndjson_file},
                                std::pair{"unix-socket"sv, CallFeedConfig::Kind::unix_socket}};

// Names stand in health events and files of the store: short, plain, and each once.
void read_name(YamlMap& map, std::string& name, std::set<std::string>& taken)
{
    map.text("name", name);
    const bool plain = !name.empty() && name.size() <= 48 &&
                       name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == std::string::npos;
    if (!plain) map.wrong("name", "found '" + name + "'; expected letters, digits, '-', '_', '.'");
    if (!taken.insert(name).second) map.wrong("name", "'" + name + "' is taken already; names are unique");
}

void read_purpose(YamlMap& map, PurposeConfig& purpose)
{
    map.text("text", purpose.text);
    map.text("responsible", purpose.responsible);
    map.text("rules_reference", purpose.rules_reference);
    map.date("notice_date", purpose.notice_date);
    Duration retention{0};
    map.duration("retention", retention);
    if (retention == Duration{0}) {
        if (map.has("retention")) map.wrong("retention", "expected at least one day, such as 180 days");
        return;
    }
    purpose.retention = std::chrono::floor<std::chrono::days>(retention);
    if (*purpose.retention < std::chrono::days{1}) map.wrong("retention", "expected at least one day, such as 180 days");
}

void read_site(YamlMap& map, SiteConfig& site)
{
    map.text("name", site.name);
    map.text("time_zone", site.time_zone);
    const bool plain = site.time_zone.find("..") == std::string::npos && !site.time_zone.starts_with('/');
    std::error_code error;
    if (!plain || !std::filesystem::is_regular_file("/usr/share/zoneinfo/" + site.time_zone, error)) {
        map.wrong("time_zone", "found '" + site.time_zone + "'; expected an IANA time zone such as Asia/Tokyo");
    }
}

void read_due(YamlMap& map, DueConfig& due)
{
    map.duration("triaged", due.triaged);
    map.duration("principal_notified", due.principal_notified);
    map.duration("answered", due.answered);
    map.duration("closed", due.closed);
}

void read_capture(YamlMap& map, CaptureConfig& capture)
{
    map.text("interface", capture.interface);
    map.integer("snaplen", capture.snaplen, 128, 262'144);
    map.integer("ring_mib", capture.ring_mib, 1, 2047);
    map.boolean("promiscuous", capture.promiscuous);
    map.text("filter", capture.filter);
}

void read_call_feed(YamlMap& map, CallFeedConfig& feed)
{
    map.required("path", "a file or socket name");
    map.one_of<CallFeedConfig::Kind>("kind", feed.kind, kCallKinds);
    map.file_path("path", feed.path);
    map.duration("silence", feed.silence);
}

void read_radius(YamlMap& map, RadiusConfig& radius)
{
    map.text("listen", radius.listen);
    if (!parse_ip(radius.listen)) map.wrong("listen", "found '" + radius.listen + "'; expected an IP address");
    map.integer("port", radius.port, 1, 65'535);
    map.boolean("answer", radius.answer);
    map.required("clients", "a list of RADIUS clients");
    map.maps("clients", [&](YamlMap& each) {
        auto& client = radius.clients.emplace_back();
        each.required("address", "an IP address or network");
        each.required("secret_file", "a file with the shared secret");
        each.text("name", client.name);
        each.text("address", client.address);
        each.file_path("secret_file", client.secret_file);
    });
}

bool good_subnet(const std::string& text)
{
    const auto slash = text.find('/');
    if (slash == std::string::npos) return false;
    const auto ip = parse_ip(text.substr(0, slash));
    unsigned bits = 0;
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + slash + 1, end, bits);
    return ip && error == std::errc{} && at == end && bits <= ip->bytes().size() * 8;
}

void read_zone(YamlMap& map, ZoneRule& zone)
{
    map.required("zone", "a name such as break-area");
    map.text("zone", zone.zone);
    map.texts("ssids", zone.ssids);
    map.texts("access_points", zone.access_points);
    for (auto& point : zone.access_points) {
        if (const auto mac = parse_mac(point)) point = to_string(*mac);
    }
    std::vector<std::string> vlans;
    map.texts("vlans", vlans);
    for (const auto& vlan : vlans) {
        std::uint16_t number = 0;
        const auto* const end = vlan.data() + vlan.size();
        const auto [at, error] = std::from_chars(vlan.data(), end, number);
        if (error != std::errc{} || at != end || number == 0 || number > 4094) {
            map.wrong("vlans", "found '" + vlan + "'; expected VLAN numbers from 1 to 4094");
        }
        zone.vlans.push_back(number);
    }
    map.texts("subnets", zone.subnets);
    for (const auto& subnet : zone.subnets) {
        if (!good_subnet(subnet)) map.wrong("subnets", "found '" + subnet + "'; expected a network such as 10.77.0.0/24");
    }
    map.boolean("devices_allowed", zone.devices_allowed);
}

void read_syslog(YamlMap& map, SyslogConfig& syslog)
{
    map.one_of<SyslogConfig::Transport>("transport", syslog.transport, kTransports);
    map.text("host", syslog.host);
    map.integer("port", syslog.port, 1, 65'535);
    map.file_path("path", syslog.path);
    map.one_of<int>("facility", syslog.facility, kFacilities);
    map.text("hostname", syslog.hostname);
    map.text("app_name", syslog.app_name);
    map.integer("enterprise", syslog.enterprise, 1, 4'294'967'295);
    map.boolean("bom", syslog.bom);
    map.duration("heartbeat", syslog.heartbeat);
    if (syslog.heartbeat < std::chrono::seconds{1}) map.wrong("heartbeat", "expected at least 1s");
}

// Lists of things with a `name` of their own.
template <typename Item>
void read_named(YamlMap& top, const std::string& key, std::vector<Item>& items, std::set<std::string>& taken,
                void (*read)(YamlMap&, Item&))
{
    top.maps(key, [&](YamlMap& map) {
        auto& item = items.emplace_back();
        map.required("name", "a name for messages about it");
        if (map.has("name")) read_name(map, item.name, taken);
        read(map, item);
    });
}

void read_file_feed(YamlMap& map, FileFeedConfig& feed)
{
    map.required("path", "a file name");
    map.file_path("path", feed.path);
}

void read_feeds(YamlMap& top, Config& config)
{
    std::set<std::string> feeds;
    read_named<CallFeedConfig>(top, "calls", config.calls, feeds, read_call_feed);
    read_named<RadiusConfig>(top, "radius", config.radius, feeds, read_radius);
    read_named<FileFeedConfig>(top, "radius_detail", config.radius_detail, feeds, read_file_feed);
    read_named<FileFeedConfig>(top, "dnsmasq_leases", config.dnsmasq_leases, feeds, read_file_feed);
    read_named<FileFeedConfig>(top, "kea_leases", config.kea_leases, feeds, read_file_feed);
}

// A file that is named must be there; live feeds may come later.
void check_file(YamlMap& top, const std::string& key, const std::filesystem::path& file)
{
    std::error_code error;
    if (!file.empty() && !std::filesystem::is_regular_file(file, error)) top.wrong(key, "no such file: " + file.string());
}

void read_top(YamlMap& top, Config& config)
{
    top.map("purpose", [&](YamlMap& map) { read_purpose(map, config.purpose); });
    top.map("site", [&](YamlMap& map) { read_site(map, config.site); });
    top.map("due", [&](YamlMap& map) { read_due(map, config.due); });
    top.map("capture", [&](YamlMap& map) { read_capture(map, config.capture); });
    top.file_path("enrolment", config.enrolment);
    top.file_paths("rosters", config.rosters);
    read_feeds(top, config);
    top.maps("zones", [&](YamlMap& map) { read_zone(map, config.zones.emplace_back()); });
    top.file_path("platforms", config.platforms);
    top.file_path("rules", config.rules);
    top.file_path("detector", config.detector);
    top.file_path("state_directory", config.state_directory);
    top.file_path("runtime_directory", config.runtime_directory);
    std::set<std::string> sinks;
    read_named<SyslogConfig>(top, "syslog", config.syslog, sinks, read_syslog);

    check_file(top, "enrolment", config.enrolment);
    for (const auto& roster : config.rosters) check_file(top, "rosters", roster);
    check_file(top, "platforms", config.platforms);
    check_file(top, "rules", config.rules);
    check_file(top, "detector", config.detector);
}

}  // namespace

std::expected<Config, ConfigErrors> load_config(const std::filesystem::path& path)
{
    auto file = YamlFile::read(path);
    Config config;
    config.file = path;
    if (file.errors.empty()) {
        YamlMap top(file, file.root, "");
        read_top(top, config);
    }
    if (!file.errors.empty()) return std::unexpected(file.sorted_errors());
    return config;
}

ConfigErrors missing_for_run(const Config& config)
{
    ConfigErrors missing;
    const auto ask = [&](bool there, const std::string& key, const std::string& why) {
        if (!there) missing.push_back({config.file.string(), 0, 0, key, why});
    };
    ask(!config.purpose.text.empty(), "purpose.text", "is not stated; people may be watched for a stated purpose only");
    ask(!config.purpose.responsible.empty(), "purpose.responsible", "is not stated; name the person answerable for the monitoring");
    ask(!config.purpose.rules_reference.empty(), "purpose.rules_reference", "is not stated; say where the internal rules stand");
    ask(!config.purpose.notice_date.empty(), "purpose.notice_date", "is not stated; staff must have been told, and when");
    ask(config.purpose.retention.has_value(), "purpose.retention", "is not stated; say how long incidents are kept");
    ask(!config.capture.interface.empty(), "capture.interface", "is not stated; name the interface on the break-area network");
    ask(!config.enrolment.empty(), "enrolment", "is not stated; only enrolled devices may be looked at");
    ask(!config.syslog.empty(), "syslog", "names no sink; an alert must have somewhere to go");
    return missing;
}

}  // namespace breakwatch
