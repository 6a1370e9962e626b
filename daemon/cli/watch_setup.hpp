// What has to be there, and allowed, before a volunteer's device is watched: the configuration, a platform of the
// table, a device of somebody enrolled now, an interface, and a record of it in the audit trail.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>

#include "cli/outcome.hpp"
#include "learn/device_watch.hpp"
#include "policy/activity/platform_catalog.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// What is said at once, a line each: for standard error.
using Tell = std::function<void(const std::string&)>;

struct WatchOptions {
    std::filesystem::path config = "/etc/breakwatch/breakwatch.yaml";
    std::string interface;            // empty: the configured one
    std::string device;               // its MAC
    std::filesystem::path platforms;  // empty: the configured table
    std::string platform;
    std::string label;  // text_post, media_post, story or browse_only
};

struct WatchSetup {
    LiveSettings capture;
    MacAddress device;
    StaffId volunteer;
    std::filesystem::path state;
    PlatformCatalog catalog;
    std::filesystem::path detector;  // configured; empty: the shipped one
    std::filesystem::path measured;  // the same; empty: none
};

std::expected<WatchSetup, Outcome> prepare_watch(const WatchOptions& options);

// Nobody is watched without it. Empty: recorded.
std::string record_in_audit_trail(const WatchSetup& setup, const WatchOptions& options);

}  // namespace breakwatch
