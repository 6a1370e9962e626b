#include <array>

#include "config/embedded_data.hpp"
#include "config/load_config.hpp"
#include "config/yaml_reader.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

constexpr std::array kRoles{std::pair{"read"sv, Role::read},
                            std::pair{"api"sv, Role::api},
                            std::pair{"upload"sv, Role::upload},
                            std::pair{"compose"sv, Role::compose},
                            std::pair{"telemetry"sv, Role::telemetry},
                            std::pair{"login"sv, Role::login},
                            std::pair{"cdn"sv, Role::cdn},
                            std::pair{"outer"sv, Role::outer}};
constexpr std::array kTiers{std::pair{"a"sv, Tier::a}, std::pair{"b"sv, Tier::b}};
constexpr std::array kSurfaces{std::pair{"public"sv, Surface::public_}, std::pair{"private"sv, Surface::private_},
                               std::pair{"both"sv, Surface::both}};

// A name or suffix of whole labels; one `*` in the first label.
bool good_pattern(std::string_view pattern)
{
    const auto star = pattern.find('*');
    if (star != std::string_view::npos &&
        (star > pattern.find('.') || pattern.find('*', star + 1) != std::string_view::npos)) {
        return false;
    }
    if (pattern.starts_with('.')) pattern.remove_prefix(1);
    if (pattern.empty() || pattern.ends_with('.') || pattern.find("..") != std::string_view::npos) return false;
    return pattern.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.*") == std::string_view::npos;
}

void read_host(YamlMap& map, PlatformRow row, std::vector<PlatformRow>& rows)
{
    map.required("host", "a server name such as api.x.com, .x.com or log*.tiktokv.com");
    map.required("role", "read, api, upload, compose, telemetry, login, cdn or outer");
    map.text("host", row.pattern);
    if (!row.pattern.empty() && !good_pattern(row.pattern)) {
        map.wrong("host", "found '" + row.pattern +
                              "'; expected a lower-case server name such as api.x.com, .x.com or log*.tiktokv.com");
    }
    map.one_of<Role>("role", row.role, kRoles);
    map.one_of<Tier>("tier", row.tier, kTiers);
    map.boolean("upstream", row.upstream);
    map.boolean("stories", row.stories);
    map.one_of<Surface>("surface", row.surface, kSurfaces);
    map.text("also", row.also);
    map.text("source", row.source);
    map.date("verified", row.verified);
    rows.push_back(std::move(row));
}

void read_platform(const std::string& name, YamlMap& map, std::vector<PlatformRow>& rows)
{
    PlatformRow defaults;
    std::string for_people;
    defaults.platform = name;
    map.text("title", for_people);
    map.text("notes", for_people);
    map.one_of<Surface>("surface", defaults.surface, kSurfaces);
    map.boolean("stories", defaults.stories);
    map.text("source", defaults.source);
    map.date("verified", defaults.verified);
    map.required("hosts", "a list of hosts");
    map.maps("hosts", [&](YamlMap& host) { read_host(host, defaults, rows); });
}

}  // namespace

std::expected<PlatformCatalog, ConfigErrors> load_platforms(const std::filesystem::path& path)
{
    auto file = path.empty() ? YamlFile::parse("platforms.yaml (shipped)", embedded_data("platforms.yaml"))
                             : YamlFile::read(path);
    std::vector<PlatformRow> rows;
    if (file.errors.empty()) {
        YamlMap top(file, file.root, "");
        std::string version;
        top.required("platforms", "a mapping of platforms");
        top.date("version", version);
        top.map("platforms", [&](YamlMap& platforms) {
            platforms.named_maps([&](const std::string& name, YamlMap& map) { read_platform(name, map, rows); });
        });
    }
    if (!file.errors.empty()) return std::unexpected(file.sorted_errors());
    return PlatformCatalog(std::move(rows));
}

}  // namespace breakwatch
