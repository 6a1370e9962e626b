#include "cli/operator_name.hpp"

#include <pwd.h>
#include <unistd.h>

#include <fstream>
#include <optional>

namespace breakwatch {

namespace {

std::string user_name(uid_t user)
{
    const auto* entry = ::getpwuid(user);
    return entry == nullptr ? "uid " + std::to_string(user) : std::string(entry->pw_name);
}

// proc(5): set once at login by pam_loginuid; 4294967295 where there was no login.
std::optional<uid_t> login_user()
{
    std::ifstream in("/proc/self/loginuid");
    uid_t user = 0;
    if (!(in >> user) || user == static_cast<uid_t>(-1)) return std::nullopt;
    return user;
}

}  // namespace

std::string operator_name()
{
    const auto acting = ::getuid();
    const auto login = login_user();
    if (!login || *login == acting) return user_name(acting);
    return user_name(*login) + " as " + user_name(acting);
}

}  // namespace breakwatch
