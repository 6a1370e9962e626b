// The tables of keys: what they say of a default is what holds without the key.
#include "config/feed_keys.hpp"

#include <doctest/doctest.h>

#include <set>
#include <utility>

#include "config/sink_profiles.hpp"
#include "support/temporary_folder.hpp"

namespace breakwatch {
namespace {

// What its keys' defaults, written down, make of an item.
template <typename Item>
Item written_defaults(std::span<const ConfigKey<Item>> keys)
{
    std::string yaml;
    for (const auto& each : keys) {
        if (!each.facts.fallback.empty())
            yaml += std::string(each.facts.key) + ": " + std::string(each.facts.fallback) + "\n";
    }
    const test::TemporaryFolder folder;
    auto file = YamlFile::read(folder.write("t.yaml", yaml.empty() ? "{}" : yaml));
    Item item;
    {
        YamlMap map(file, file.root, "");
        for (const auto& each : keys) {
            if (!each.facts.fallback.empty()) each.read(map, std::string(each.facts.key), item);
        }
    }
    for (const auto& error : file.errors) FAIL_CHECK(to_string(error));
    return item;
}

}  // namespace

TEST_CASE("a default that the tables tell is the one that holds")
{
    CHECK(written_defaults(call_feed_keys()) == CallFeedConfig{});
    CHECK(written_defaults(mention_feed_keys()) == MentionFeedConfig{});
    CHECK(written_defaults(mention_field_keys()) == MentionFields{});
    CHECK(written_defaults(radius_keys()) == RadiusConfig{});
    CHECK(written_defaults(radius_client_keys()) == RadiusConfig::Client{});
    CHECK(written_defaults(file_feed_keys()) == FileFeedConfig{});
    CHECK(written_defaults(syslog_keys()) == SyslogConfig{});
    CHECK(written_defaults(syslog_tls_keys()) == SyslogTls{});
    CHECK(written_defaults(metrics_keys()) == MetricsConfig{});
}

TEST_CASE("each key is listed once, with what it takes")
{
    for (const auto& table : key_tables()) {
        std::set<std::string_view> keys;
        for (const auto& each : table.keys) {
            CAPTURE(each.key);
            CHECK(keys.insert(each.key).second);
            CHECK_FALSE(each.type.empty());
            CHECK_FALSE((!each.fallback.empty() && !each.otherwise.empty()));
        }
    }
}

namespace {

// A sink as its keys are written, and what is wrong with them.
std::pair<SyslogConfig, std::string> sink_of(const std::string& yaml)
{
    const test::TemporaryFolder folder;
    auto file = YamlFile::read(folder.write("t.yaml", yaml));
    SyslogConfig sink;
    {
        YamlMap map(file, file.root, "");
        read_keys(map, syslog_keys(), sink);
    }
    std::string wrong;
    for (const auto& error : file.sorted_errors()) wrong += error.key + ": " + error.text + "\n";
    return {sink, wrong};
}

}  // namespace

TEST_CASE("a profile chooses what a receiver wants, and a key of the sink's own overrides it wherever it stands")
{
    for (const auto& profile : kSinkProfiles) {
        const auto [sink, wrong] = sink_of("profile: " + std::string(profile.word));
        CHECK(wrong.empty());
        CHECK(sink.profile == profile.word);
        CHECK(sink.format == profile.format);
        CHECK(sink.header == profile.header);
    }
    const auto sink = sink_of("{format: cef, profile: qradar}").first;
    CHECK(sink.format == "cef");
    CHECK(sink.header == "rfc3164");
    CHECK(sink_of("profile: qrader").second.find("did you mean 'qradar'?") != std::string::npos);
}

TEST_CASE("a sink's severities and filter are of codes that there are, and of syslog's severities")
{
    const auto [sink, wrong] = sink_of(
        "{severity: {BW-1001: critical, BW-3003: debug}, filter: {codes: [BW-10, BW-3001], severity: warning, rules: "
        "post-after-call}, most_octets: 1024}");
    CHECK(wrong.empty());
    CHECK(sink.severity == std::map<std::string, int>{{"BW-1001", 2}, {"BW-3003", 7}});
    CHECK(sink.filter == AlertFilter{.codes = {"BW-10", "BW-3001"}, .severity = 4, .rules = {"post-after-call"}});
    CHECK(sink.most_octets == 1'024);
    const auto errors = sink_of(
                            "{severity: {BW-1: notice, BW-1001: urgent}, filter: {codes: BW-8, severity: bad, rule: "
                            "x}, most_octets: 512}")
                            .second;
    CAPTURE(errors);
    for (const auto* part : {"BW-1: is no code of an event", "found 'urgent'; expected emergency",
                             "found 'BW-8', which no event's code begins with", "severity: found 'bad'",
                             "rule: unknown key", "most_octets: "})
        CHECK(errors.find(part) != std::string::npos);
}

}  // namespace breakwatch
