// The keys of feeds, sinks and the metrics.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/config_key.hpp"

namespace breakwatch {

std::span<const ConfigKey<CallFeedConfig>> call_feed_keys();
// Of those, what any kind may have; each other key has to be one of its kind's.
bool of_every_kind(std::string_view call_feed_key);
std::span<const ConfigKey<MentionFeedConfig>> mention_feed_keys();
std::span<const ConfigKey<MentionFields>> mention_field_keys();
std::span<const ConfigKey<RadiusConfig>> radius_keys();
std::span<const ConfigKey<RadiusConfig::Client>> radius_client_keys();
std::span<const ConfigKey<FileFeedConfig>> file_feed_keys();
std::span<const ConfigKey<SyslogConfig>> syslog_keys();
std::span<const ConfigKey<SyslogTls>> syslog_tls_keys();
std::span<const ConfigKey<MetricsConfig>> metrics_keys();

struct KeyTable {
    std::string_view name;  // where they stand, dotted: "calls", "radius.clients"
    std::vector<KeyFacts> keys;
};
std::vector<KeyTable> key_tables();

}  // namespace breakwatch
