#include "feeds/calls/core/agent_mapping.hpp"

#include <algorithm>
#include <string_view>

#include "policy/identity/agent_name.hpp"

namespace breakwatch {

namespace {

bool is_address(std::string_view domain)
{
    return domain.find_first_not_of("0123456789.") == std::string_view::npos && std::ranges::count(domain, '.') == 3;
}

// "1001" of "1001@agents", if that context is ours.
std::optional<std::string_view> bare(std::string_view name, const Contexts& own)
{
    const auto at = name.find('@');
    if (at == std::string_view::npos || at == 0 || name.substr(0, at).contains('/')) return std::nullopt;
    const auto context = agent_key(name.substr(at + 1));
    const bool ours = std::ranges::any_of(own, [&](const std::string& each) { return agent_key(each) == context; });
    return ours || is_address(context) ? std::optional(name.substr(0, at)) : std::nullopt;
}

}  // namespace

const Contexts& usual_contexts()
{
    static const Contexts usual{
        "from-queue", "from-internal", "from-internal-xfer", "ext-local", "internal", "default", "agents",
        "phones",     "users",         "localhost"};
    return usual;
}

std::expected<StaffId, Unmapped> staff_of_agent(const Enrolment& enrolment, const std::vector<std::string>& names,
                                                const Contexts& own)
{
    std::optional<StaffId> staff;
    for (const auto& name : names) {
        auto found = enrolment.by_agent(name);
        if (const auto short_name = found ? std::nullopt : bare(name, own)) found = enrolment.by_agent(*short_name);
        if (!found) continue;
        if (staff && *staff != *found) return std::unexpected(Unmapped::two_people);
        staff = found;
    }
    if (!staff) return std::unexpected(Unmapped::nobody);
    return *staff;
}

}  // namespace breakwatch
