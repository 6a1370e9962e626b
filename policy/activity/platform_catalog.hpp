// Server name to platform and role, by whole labels from the right: "x.com" matches "api.x.com" and
// never "netflix.com"; an exact row beats a `*` row, that a suffix row, a longer suffix a shorter
// one. Immutable once built: shared by threads without locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace breakwatch {

// What a host is for. Order is of no meaning.
enum class Role : std::uint8_t { read, api, upload, compose, telemetry, login, cdn, outer };
// Of a host or finding. A: a host that only posting uses. B: judged by the shape of the traffic. Corroborated: a
// finding for which somebody saw a post as well (policy/mention).
enum class Tier : std::uint8_t { a, b, corroborated };
enum class Surface : std::uint8_t { public_, private_, both };

// One row of policy/platforms.yaml.
struct PlatformRow {
    std::string platform;  // "x", "instagram", ...
    // "upload.x.com" (exact), ".x.com" (that domain and all below it), or "log*.tiktokv.com" (one
    // `*` in the first label, for any characters of that label).
    std::string pattern;
    Role role = Role::read;
    Tier tier = Tier::b;
    bool upstream = false;  // a finding needs upstream bytes (host serves reading too)
    Surface surface = Surface::both;
    std::string source;
    std::string verified;   // ISO date of the last check; "" not confirmed yet
    bool stories = false;   // media published here are stories
    std::string also = {};  // another platform, whose application posts here, too; "" none
};

struct PlatformMatch {
    std::uint16_t platform = 0;  // index for PlatformCatalog::platform_name
    std::uint16_t row = 0;
    Role role = Role::read;
    Tier tier = Tier::b;
    auto operator<=>(const PlatformMatch&) const = default;
};

class PlatformCatalog {
  public:
    PlatformCatalog() = default;
    // Of rows with the same pattern the first counts; rows past kCatalogRows are left out.
    explicit PlatformCatalog(std::vector<PlatformRow> rows);

    // No allocation. An `outer` row is found like any other: it hides a server and is no platform
    // hit. `server_name` in lower case without a trailing dot, as decoding gives it.
    std::optional<PlatformMatch> find(std::string_view server_name) const;
    const std::string& platform_name(std::uint16_t platform) const { return platforms_[platform]; }
    std::optional<std::uint16_t> platform_index(std::string_view name) const;
    const PlatformRow& row(std::uint16_t row) const { return rows_[row]; }
    const std::vector<std::string>& platforms() const { return platforms_; }
    const std::vector<PlatformRow>& rows() const { return rows_; }

  private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };
    template <typename Value>
    using ByName = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

    // The first label of a `*` row, in two halves.
    struct Glob {
        std::string before;
        std::string after;
        PlatformMatch match;
        bool fits(std::string_view label) const;
    };

    std::uint16_t intern(const std::string& platform);
    void add(const PlatformRow& row, const PlatformMatch& match);
    const PlatformMatch* find_glob(std::string_view label, std::string_view parent) const;

    std::vector<PlatformRow> rows_;
    std::vector<std::string> platforms_;
    ByName<PlatformMatch> exact_;
    ByName<PlatformMatch> suffix_;
    ByName<std::vector<Glob>> globs_;  // by all labels but the first; longest literal first
};

inline constexpr std::size_t kCatalogRows = 65'535;

std::string_view name(Role role);
std::string_view name(Tier tier);
std::string_view meaning(Tier tier);  // for people

}  // namespace breakwatch
