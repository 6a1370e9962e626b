// policy/platforms.yaml as rows, for tests that must not depend on the YAML loader: reads the
// layout the file keeps to, one host a line.
#pragma once

#include <cstdlib>
#include <fstream>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include "policy/activity/platform_catalog.hpp"

namespace breakwatch::test {

inline Role role_of(const std::string& word)
{
    for (const auto role :
         {Role::read, Role::api, Role::upload, Role::compose, Role::telemetry, Role::login, Role::cdn, Role::outer}) {
        if (name(role) == word) return role;
    }
    throw std::runtime_error("platforms.yaml: unknown role " + word);
}

inline Surface surface_of(const std::string& word)
{
    if (word == "private") return Surface::private_;
    return word == "public" ? Surface::public_ : Surface::both;
}

inline std::vector<PlatformRow> shipped_platform_rows()
{
    static const std::regex platform_line(R"(^  ([a-z0-9-]+):$)");
    static const std::regex surface_line(R"(^    surface: (\w+)$)");
    static const std::regex host_line(R"(^      - \{host: ([^,]+), role: (\w+)(.*)\}$)");
    static const std::regex surface_field(R"(surface: (\w+))");

    const char* source = std::getenv("BREAKWATCH_SOURCE");
    std::ifstream file(std::string(source == nullptr ? "." : source) + "/policy/platforms.yaml");
    std::vector<PlatformRow> rows;
    std::string platform;
    Surface surface = Surface::both;
    std::smatch match;
    for (std::string line; std::getline(file, line);) {
        if (std::regex_match(line, match, platform_line)) platform = match[1];
        if (std::regex_match(line, match, surface_line)) surface = surface_of(match[1]);
        if (!std::regex_match(line, match, host_line)) continue;
        const std::string rest = match[3];
        PlatformRow row{platform, match[1], role_of(match[2]), Tier::b, false, surface, {}, {}};
        if (rest.find("tier: a") != std::string::npos) row.tier = Tier::a;
        row.upstream = rest.find("upstream: true") != std::string::npos;
        if (std::regex_search(rest, match, surface_field)) row.surface = surface_of(match[1]);
        rows.push_back(row);
    }
    if (rows.empty()) throw std::runtime_error("no rows in policy/platforms.yaml");
    return rows;
}

}  // namespace breakwatch::test
