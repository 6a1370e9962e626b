#include "config/load_config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <set>

#include "config/feed_keys.hpp"
#include "config/load_call_feed.hpp"
#include "config/load_mention_feed.hpp"
#include "config/read_values.hpp"
#include "config/roster_presets.hpp"
#include "config/yaml_reader.hpp"
#include "policy/identity/subnet.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

// Names stand in health events and files of the store: short, plain, and each once.
void read_name(YamlMap& map, std::string& name, std::set<std::string>& taken)
{
    map.text("name", name);
    const bool plain = !name.empty() && name.size() <= 48 &&
                       name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
                           std::string::npos;
    if (!plain) map.wrong("name", "found '" + name + "'; expected letters, digits, '-', '_', '.'");
    if (!taken.insert(name).second) map.wrong("name", "'" + name + "' is taken already; names are unique");
}

constexpr std::size_t kLongestRole = 100;

void read_purpose(YamlMap& map, PurposeConfig& purpose)
{
    map.text("text", purpose.text);
    map.text("responsible", purpose.responsible);
    map.text("rules_reference", purpose.rules_reference);
    map.date("notice_date", purpose.notice_date);
    Duration retention{0};
    if (!map.duration("retention", retention)) return;
    purpose.retention = std::chrono::floor<std::chrono::days>(retention);
    if (*purpose.retention < std::chrono::days{1})
        map.wrong("retention", "expected at least one day, such as 180 days");
}

void read_site(YamlMap& map, SiteConfig& site)
{
    map.text("name", site.name);
    read_time_zone(map, site.time_zone);
    if (!site.time_zone.empty()) return;
    site.time_zone_empty = true;
    site.time_zone = "UTC";
}

void read_iex(YamlMap& map, IexColumns& iex)
{
    map.texts("fields", iex.fields);
    map.text("agent", iex.agent);
    map.text("date", iex.date);
    map.text("zone", iex.zone);
    map.text("activity", iex.activity);
    map.text("start", iex.start);
    map.text("stop", iex.stop);
    map.text("date_format", iex.date_format);
    constexpr std::array kFormats{"mmddyy"sv,   "ddmmyy"sv,   "mmddyyyy"sv, "ddmmyyyy"sv,
                                  "yyyymmdd"sv, "yyyyddmm"sv, "yyddmm"sv,   "yymmdd"sv};
    if (std::ranges::find(kFormats, iex.date_format) == kFormats.end()) {
        map.wrong("date_format", "found '" + iex.date_format + "'; expected one such as mmddyyyy or yyyymmdd");
    }
}

void read_due_times(YamlMap& map, DueTimes& due)
{
    const std::array<std::pair<const char*, std::chrono::seconds*>, 4> states{
        std::pair{"triaged", &due.triaged},
        {"principal_notified", &due.principal_notified},
        {"answered", &due.answered},
        {"closed", &due.closed}};
    for (const auto& [state, within] : states) {
        Duration time{0};
        if (map.duration(state, time)) *within = std::chrono::floor<std::chrono::seconds>(time);
    }
    map.map("owners", [&](YamlMap& owners) {
        for (std::size_t i = 0; i < states.size(); ++i) {
            owners.text(states[i].first, due.owners[i]);
            if (due.owners[i].size() > kLongestRole)
                owners.wrong(states[i].first, "expected a role of at most " + std::to_string(kLongestRole) + " octets");
        }
    });
}

void read_due(YamlMap& map, DueConfig& due)
{
    read_due_times(map, due.contractual);
    map.map("statutory", [&](YamlMap& statutory) { read_due_times(statutory, due.statutory); });
}

void read_roster(YamlMap& map, RosterConfig& roster)
{
    map.encoding("encoding", roster.encoding);
    read_time_zone(map, roster.time_zone);
    if (const auto wrong = read_roster_preset(map, roster); !wrong.empty()) map.wrong("preset", wrong);
    read_roster_words(map, roster);
    read_roster_table(map, roster.table);
    map.map("iex", [&](YamlMap& iex) { read_iex(iex, roster.iex); });
    map.duration("watch", roster.watch);
    constexpr std::array kDuty{std::pair{"roster"sv, DutyBasis::roster},
                               std::pair{"call-system"sv, DutyBasis::call_system},
                               std::pair{"both"sv, DutyBasis::both}};
    map.one_of<DutyBasis>("duty", roster.duty, kDuty);
}

void read_mirror(YamlMap& map, CaptureConfig::Mirror& mirror, const std::vector<std::string>& encapsulations)
{
    map.required("encapsulation", "how the mirror wraps packets, such as erspan or vxlan");
    map.text("encapsulation", mirror.encapsulation);
    const bool known = std::ranges::find(encapsulations, mirror.encapsulation) != encapsulations.end();
    if (map.has("encapsulation") && !encapsulations.empty() && !known) {
        map.wrong("encapsulation", "found '" + mirror.encapsulation + "'; expected one of " + listed(encapsulations));
    }
    for (const auto& [key, subnets] : {std::pair{"from", &mirror.from}, std::pair{"to", &mirror.to}}) {
        map.texts(key, *subnets);
        for (const auto& subnet : *subnets) {
            if (!parse_subnet(subnet))
                map.wrong(key, "found '" + subnet + "'; expected an address or network such as 10.0.0.5");
        }
    }
    std::vector<std::string> macs;
    map.texts("macs", macs);
    for (const auto& text : macs) {
        if (const auto mac = parse_mac(text)) {
            mirror.macs.push_back(*mac);
        } else {
            map.wrong("macs", "found '" + text + "'; expected a MAC address such as 02:1a:10:00:10:01");
        }
    }
    const bool anybody = mirror.from.empty() && mirror.macs.empty() && mirror.encapsulation != "frame-in-frame" &&
                         mirror.encapsulation != "nsh";
    if (anybody)
        map.wrong("from", "is missing; say whose tunnel is believed, or any phone could wrap a colleague's frames");
}

void read_capture(YamlMap& map, CaptureConfig& capture, const std::vector<std::string>& encapsulations)
{
    map.text_or_texts("interface", capture.interfaces);
    if (capture.interfaces == std::vector<std::string>{""}) capture.interfaces.clear();
    if (std::ranges::find(capture.interfaces, "") != capture.interfaces.end())
        map.wrong("interface", "found an empty name; expected interfaces such as eth1");
    if (capture.interfaces.size() > CaptureConfig::kMostInterfaces)
        map.wrong("interface", "found " + std::to_string(capture.interfaces.size()) + " interfaces; expected at most " +
                                   std::to_string(CaptureConfig::kMostInterfaces));
    const std::set<std::string> different(capture.interfaces.begin(), capture.interfaces.end());
    if (different.size() < capture.interfaces.size() || (different.contains("any") && different.size() > 1))
        map.wrong("interface", "names an interface twice (any is all of them); expected each once");
    map.integer("snaplen", capture.snaplen, 256, 262'144);
    map.integer("ring_mib", capture.ring_mib, 1, 2047);
    map.integer("rings", capture.rings, 1, CaptureConfig::kMostRings);
    if (capture.rings > 1 && different.contains("any"))
        map.wrong("rings",
                  "found " + std::to_string(capture.rings) + " with interface any; expected 1, or interfaces by name");
    map.boolean("promiscuous", capture.promiscuous);
    map.text("filter", capture.filter);
    map.maps("mirrors", [&](YamlMap& each) { read_mirror(each, capture.mirrors.emplace_back(), encapsulations); });
    map.texts("routers", capture.routers);
    for (const auto& each : capture.routers) {
        if (!parse_mac(each)) map.wrong("routers", "found '" + each + "'; expected a MAC such as 02:aa:00:00:00:01");
    }
    map.texts("dhcp_servers", capture.dhcp_servers);
    for (const auto& each : capture.dhcp_servers) {
        if (!parse_ip(each) && !parse_mac(each))
            map.wrong("dhcp_servers", "found '" + each + "'; expected an IP address or a MAC");
    }
}

void read_identity(YamlMap& map, SiteScope& scope)
{
    map.texts("realms", scope.realms);
    map.texts("nas", scope.nas);
    std::vector<std::string> networks;
    map.texts("networks", networks);
    for (const auto& each : networks) {
        if (const auto network = parse_subnet(each)) {
            scope.networks.push_back(*network);
        } else {
            map.wrong("networks", "found '" + each + "'; expected a network such as 10.77.0.0/24");
        }
    }
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
        if (!good_subnet(subnet)) {
            map.wrong("subnets", "found '" + subnet + "'; expected a network such as 10.77.0.0/24");
        } else if (const auto network = network_of(subnet); network != subnet) {
            map.wrong("subnets", "found '" + subnet + "'; expected a network, which that address's is " + network);
        }
    }
    map.boolean("devices_allowed", zone.devices_allowed);
}

// Lists of things with a `name` of their own.
template <typename Item>
void read_named(YamlMap& top, const std::string& key, std::vector<Item>& items, std::set<std::string>& taken,
                const std::function<void(YamlMap&, Item&)>& read)
{
    top.maps(key, [&](YamlMap& map) {
        auto& item = items.emplace_back();
        map.required("name", "a name for messages about it");
        if (map.has("name")) read_name(map, item.name, taken);
        read(map, item);
    });
}

void read_feeds(YamlMap& top, Config& config, const ConfigVocabulary& vocabulary)
{
    std::set<std::string> feeds;
    read_named<CallFeedConfig>(top, "calls", config.calls, feeds,
                               [&](YamlMap& map, CallFeedConfig& feed) { read_call_feed(map, feed, vocabulary); });
    read_named<MentionFeedConfig>(top, "mentions", config.mentions, feeds, read_mention_feed);
    const auto read_file = [](YamlMap& map, FileFeedConfig& feed) { read_keys(map, file_feed_keys(), feed); };
    read_named<RadiusConfig>(top, "radius", config.radius, feeds,
                             [](YamlMap& map, RadiusConfig& feed) { read_keys(map, radius_keys(), feed); });
    read_named<FileFeedConfig>(top, "radius_detail", config.radius_detail, feeds, read_file);
    read_named<FileFeedConfig>(top, "dnsmasq_leases", config.dnsmasq_leases, feeds, read_file);
    read_named<FileFeedConfig>(top, "kea_leases", config.kea_leases, feeds, read_file);
}

void read_openers(YamlMap& top, std::vector<OpenerConfig>& openers)
{
    std::set<std::string> names;
    read_named<OpenerConfig>(top, "openers", openers, names, [&](YamlMap& map, OpenerConfig& opener) {
        map.required("key", "what `breakwatch opener make` printed");
        map.text("key", opener.key);
        const auto same = [&](const OpenerConfig& each) { return each.key == opener.key; };
        if (!opener.key.empty() && std::ranges::count_if(openers, same) > 1)
            map.wrong("key", "is another opener's already; two people have to approve, each with a key of their own");
    });
    if (openers.size() == 1 || openers.size() > 8)
        top.wrong("openers", "names " + std::to_string(openers.size()) +
                                 "; expected 2 to 8 people, any two of whom open a name together, or none");
}

void read_transport(YamlMap& map, const SyslogConfig& sink, const ConfigVocabulary& vocabulary)
{
    const std::vector<std::string_view> words(vocabulary.alert_transports.begin(), vocabulary.alert_transports.end());
    if (words.empty() || !map.index_of("transport", sink.transport, words)) return;
    const auto& with_tls = vocabulary.tls_transports;
    if (sink.transport == SyslogConfig::Transport::file && sink.path == SyslogConfig{}.path)
        map.wrong("path", "is needed by transport file; expected the name of the file that lines are added to");
    if (sink.tls && std::ranges::find(with_tls, sink.transport) == with_tls.end())
        map.wrong("tls", "means nothing to transport " + sink.transport + "; expected it with " + listed(with_tls));
}

// A file that is named must be there; live feeds may come later.
void check_file(YamlMap& top, const std::string& key, const std::filesystem::path& file)
{
    std::error_code error;
    if (file.empty() || std::filesystem::is_regular_file(file, error)) return;
    const bool folder = std::filesystem::is_directory(file, error);
    top.wrong(key, folder ? file.string() + " is a folder; expected a file" : "no such file: " + file.string());
}

// `known` empty: not looked at.
void check_word(YamlMap& map, const std::string& key, const std::string& word, const std::vector<std::string>& known)
{
    if (known.empty() || std::ranges::find(known, word) != known.end()) return;
    map.wrong(key, "found '" + word + "'; expected one of " + listed(known));
}

void read_top(YamlMap& top, Config& config, const ConfigVocabulary& vocabulary)
{
    top.map("purpose", [&](YamlMap& map) { read_purpose(map, config.purpose); });
    top.map("site", [&](YamlMap& map) { read_site(map, config.site); });
    top.map("due", [&](YamlMap& map) { read_due(map, config.due); });
    top.map("capture", [&](YamlMap& map) { read_capture(map, config.capture, vocabulary.encapsulations); });
    top.octets("memory", config.memory);
    top.map("identity", [&](YamlMap& map) { read_identity(map, config.identity); });
    top.file_path("enrolment", config.enrolment);
    top.encoding("enrolment_encoding", config.enrolment_encoding);
    top.file_paths("rosters", config.rosters);
    top.map("roster", [&](YamlMap& map) { read_roster(map, config.roster); });
    read_feeds(top, config, vocabulary);
    top.maps("zones", [&](YamlMap& map) {
        auto& zone = config.zones.emplace_back();
        read_zone(map, zone);
        for (const auto& before : config.zones) {
            if (before.zone == zone.zone && before.devices_allowed != zone.devices_allowed)
                return map.wrong("zone", "'" + zone.zone +
                                             "' stands before with another devices_allowed; expected the same in both");
        }
    });
    top.file_path("platforms", config.platforms);
    top.file_path("rules", config.rules);
    top.file_path("detector", config.detector);
    top.file_path("measured", config.measured);
    top.duration("journal_retention", config.journal_retention);
    if (config.journal_retention > std::chrono::hours{24 * 14})
        top.wrong("journal_retention", "is over 14 days; expected a time to look into incidents, such as 26h");
    read_openers(top, config.openers);
    top.duration("exchange_retention", config.exchange_retention);
    if (config.exchange_retention > std::chrono::hours{24 * 14})
        top.wrong("exchange_retention", "is over 14 days; expected a time in which complaints come, such as 72h");
    top.file_path("state_directory", config.state_directory);
    top.file_path("runtime_directory", config.runtime_directory);
    std::set<std::string> sinks;
    read_named<SyslogConfig>(top, "syslog", config.syslog, sinks, [&](YamlMap& map, SyslogConfig& sink) {
        read_keys(map, syslog_keys(), sink);
        read_transport(map, sink, vocabulary);
        check_word(map, "format", sink.format, vocabulary.alert_formats);
        check_word(map, "header", sink.header, vocabulary.alert_headers);
    });
    top.map("metrics", [&](YamlMap& map) { read_keys(map, metrics_keys(), config.metrics.emplace()); });

    check_file(top, "enrolment", config.enrolment);
    for (const auto& roster : config.rosters) {
        std::error_code error;
        if (!std::filesystem::is_directory(roster, error)) check_file(top, "rosters", roster);
    }
    check_file(top, "platforms", config.platforms);
    check_file(top, "rules", config.rules);
    check_file(top, "detector", config.detector);
    check_file(top, "measured", config.measured);
}

}  // namespace

ConfigReading read_config(const std::filesystem::path& path, const ConfigVocabulary& vocabulary)
{
    auto file = YamlFile::read(path);
    ConfigReading reading;
    reading.config.file = path;
    if (file.errors.empty()) {
        YamlMap top(file, file.root, "");
        read_top(top, reading.config, vocabulary);
        reading.config.places = std::move(file.places);
    }
    reading.errors = file.sorted_errors();
    return reading;
}

std::expected<Config, ConfigErrors> load_config(const std::filesystem::path& path, const ConfigVocabulary& vocabulary)
{
    auto reading = read_config(path, vocabulary);
    if (!reading.errors.empty()) return std::unexpected(std::move(reading.errors));
    return std::move(reading.config);
}

ConfigErrors missing_for_run(const Config& config)
{
    ConfigErrors missing;
    const auto ask = [&](bool there, const std::string& key, const std::string& why) {
        if (!there) missing.push_back({config.file.string(), 0, 0, key, why});
    };
    ask(!config.purpose.text.empty(), "purpose.text", "is not stated; people may be watched for a stated purpose only");
    ask(!config.purpose.responsible.empty(), "purpose.responsible",
        "is not stated; name the person answerable for the monitoring");
    ask(!config.purpose.rules_reference.empty(), "purpose.rules_reference",
        "is not stated; say where the internal rules stand");
    ask(!config.purpose.notice_date.empty(), "purpose.notice_date",
        "is not stated; staff must have been told, and when");
    ask(config.purpose.retention.has_value(), "purpose.retention", "is not stated; say how long incidents are kept");
    ask(!config.site.time_zone_empty, "site.time_zone", "is empty; expected an IANA time zone such as Asia/Tokyo");
    ask(!config.capture.interfaces.empty(), "capture.interface",
        "is not stated; name the interface on the break-area network");
    ask(!config.enrolment.empty(), "enrolment", "is not stated; only enrolled devices may be looked at");
    ask(!config.syslog.empty(), "syslog", "names no sink; an alert must have somewhere to go");
    return missing;
}

}  // namespace breakwatch
