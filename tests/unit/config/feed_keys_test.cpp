// The tables of keys: what they say of a default is what holds without the key.
#include "config/feed_keys.hpp"

#include <doctest/doctest.h>

#include <set>

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

}  // namespace breakwatch
