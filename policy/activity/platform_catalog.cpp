#include "policy/activity/platform_catalog.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

PlatformCatalog::PlatformCatalog(std::vector<PlatformRow> rows) : rows_(std::move(rows))
{
    if (rows_.size() > kCatalogRows) rows_.resize(kCatalogRows);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const auto& row = rows_[i];
        add(row, {intern(row.platform), static_cast<std::uint16_t>(i), row.role, row.tier});
    }
    for (auto& [parent, globs] : globs_) {
        std::ranges::stable_sort(globs, std::greater{},
                                 [](const Glob& glob) { return glob.before.size() + glob.after.size(); });
    }
}

std::uint16_t PlatformCatalog::intern(const std::string& platform)
{
    if (const auto known = platform_index(platform)) return *known;
    platforms_.push_back(platform);
    return static_cast<std::uint16_t>(platforms_.size() - 1);
}

void PlatformCatalog::add(const PlatformRow& row, const PlatformMatch& match)
{
    const std::string& pattern = row.pattern;
    if (pattern.starts_with('.')) {
        suffix_.try_emplace(pattern.substr(1), match);
        return;
    }
    const auto dot = pattern.find('.');
    const auto star = pattern.find('*');
    if (star >= dot || dot == std::string::npos) {  // no star, or none in the first label
        exact_.try_emplace(pattern, match);
        return;
    }
    globs_[pattern.substr(dot + 1)].push_back(
        {pattern.substr(0, star), pattern.substr(star + 1, dot - star - 1), match});
}

bool PlatformCatalog::Glob::fits(std::string_view label) const
{
    return label.size() >= before.size() + after.size() && label.starts_with(before) && label.ends_with(after);
}

const PlatformMatch* PlatformCatalog::find_glob(std::string_view label, std::string_view parent) const
{
    const auto globs = globs_.find(parent);
    if (globs == globs_.end()) return nullptr;
    const auto fit = std::ranges::find_if(globs->second, [label](const Glob& glob) { return glob.fits(label); });
    return fit == globs->second.end() ? nullptr : &fit->match;
}

std::optional<PlatformMatch> PlatformCatalog::find(std::string_view server_name) const
{
    if (const auto hit = exact_.find(server_name); hit != exact_.end()) return hit->second;
    if (const auto hit = suffix_.find(server_name); hit != suffix_.end()) return hit->second;
    for (auto rest = server_name;;) {
        const auto dot = rest.find('.');
        if (dot == std::string_view::npos) return std::nullopt;
        const auto label = rest.substr(0, dot);
        const bool first = rest.size() == server_name.size();
        rest.remove_prefix(dot + 1);
        if (first) {
            if (const auto* hit = find_glob(label, rest)) return *hit;
        }
        if (const auto hit = suffix_.find(rest); hit != suffix_.end()) return hit->second;
    }
}

std::optional<std::uint16_t> PlatformCatalog::platform_index(std::string_view name) const
{
    const auto found = std::ranges::find(platforms_, name);
    if (found == platforms_.end()) return std::nullopt;
    return static_cast<std::uint16_t>(found - platforms_.begin());
}

std::string_view name(Role role)
{
    switch (role) {
        case Role::read: return "read";
        case Role::api: return "api";
        case Role::upload: return "upload";
        case Role::compose: return "compose";
        case Role::telemetry: return "telemetry";
        case Role::login: return "login";
        case Role::cdn: return "cdn";
        case Role::outer: return "outer";
    }
    return "read";
}

std::string_view meaning(Tier tier)
{
    switch (tier) {
        case Tier::a: return "a host that only publishing uses";
        case Tier::b: return "judged by the shape of the traffic";
        case Tier::corroborated: return "somebody saw a post then; that it was this one is inferred";
    }
    return "";
}

std::string_view name(Tier tier)
{
    switch (tier) {
        case Tier::a: return "A";
        case Tier::b: return "B";
        case Tier::corroborated: return "corroborated";
    }
    return "B";
}

}  // namespace breakwatch
