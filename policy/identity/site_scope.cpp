#include "policy/identity/site_scope.hpp"

#include <algorithm>
#include <cctype>

namespace breakwatch {

namespace {

bool same_letters(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool lists(const std::vector<std::string>& list, std::string_view name)
{
    return std::ranges::any_of(list, [&](const std::string& each) { return same_letters(each, name); });
}

}  // namespace

bool SiteScope::has_address(const IpAddress& ip) const
{
    return networks.empty() || std::ranges::any_of(networks, [&](const Subnet& net) { return net.contains(ip); });
}

bool SiteScope::lists_nas(std::string_view name) const
{
    return lists(nas, name);
}

bool is_stand_in(std::string_view user)
{
    return user.empty() || user.starts_with("anonymous") || user.starts_with('@');
}

std::string_view bare_user(std::string_view user, const std::vector<std::string>& realms)
{
    while (true) {
        const auto front = user.find_first_of("\\/!");
        const auto back = user.find_last_of("@%");
        if (front != std::string_view::npos) {
            if (!lists(realms, user.substr(0, front))) return {};
            user.remove_prefix(front + 1);
        } else if (back != std::string_view::npos) {
            if (!lists(realms, user.substr(back + 1))) return {};
            user = user.substr(0, back);
        } else {
            return user;
        }
    }
}

}  // namespace breakwatch
