#include "app/privileges.hpp"

#include <cap-ng.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace breakwatch {

namespace {

std::string failure(const std::string& what)
{
    return "privileges: " + what + ": " + std::strerror(errno);
}

std::expected<void, std::string> give_directories(const std::vector<std::filesystem::path>& directories, uid_t user,
                                                  gid_t group)
{
    for (const auto& directory : directories) {
        std::error_code error;
        std::filesystem::create_directories(directory, error);
        if (error) return std::unexpected("privileges: " + directory.string() + ": " + error.message());
        if (::chown(directory.c_str(), user, group) != 0) return std::unexpected(failure(directory.string()));
        for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
            if (!entry.is_regular_file() || entry.is_symlink()) continue;
            if (::lchown(entry.path().c_str(), user, group) != 0) {
                return std::unexpected(failure(entry.path().string()));
            }
        }
    }
    return {};
}

// Nothing but CAP_NET_RAW is there to be used: so a service manager starts us, and its sandbox may refuse capset.
// What stays inheritable is worth nothing: no program is run, and none could gain anything by no_new_privs.
bool holds_no_more_than_raw()
{
    for (unsigned capability = 0; capability <= CAP_LAST_CAP; ++capability) {
        if (capability != CAP_NET_RAW && capng_have_capability(CAPNG_PERMITTED, capability) != 0) return false;
    }
    return true;
}

std::expected<void, std::string> apply_capabilities(bool enough_already)
{
    if (enough_already) {
        if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
            return std::unexpected(failure("ambient capabilities"));
        return {};
    }
    if (capng_apply(CAPNG_SELECT_CAPS) != 0) return std::unexpected(failure("capabilities"));
    return {};
}

}  // namespace

std::expected<std::string, std::string> drop_privileges(const std::string& user,
                                                        const std::vector<std::filesystem::path>& directories)
{
    const bool root = ::geteuid() == 0;
    capng_get_caps_process();
    const bool had_raw = capng_have_capability(CAPNG_PERMITTED, CAP_NET_RAW) != 0;
    const bool enough_already = !root && holds_no_more_than_raw();
    capng_clear(CAPNG_SELECT_BOTH);
    if (had_raw) {
        capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_NET_RAW);
    }
    std::string done = had_raw ? "kept CAP_NET_RAW alone" : "kept no capability";

    const passwd* account = root ? ::getpwnam(user.c_str()) : nullptr;
    if (account != nullptr && account->pw_uid != 0) {
        if (auto given = give_directories(directories, account->pw_uid, account->pw_gid); !given) {
            return std::unexpected(given.error());
        }
        const auto flags = static_cast<capng_flags_t>(CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
        if (const int code =
                capng_change_id(static_cast<int>(account->pw_uid), static_cast<int>(account->pw_gid), flags);
            code != 0) {
            return std::unexpected(failure("cannot become user " + user + " (step " + std::to_string(-code) + ")"));
        }
        done += ", became user " + user;
    } else {
        // Without CAP_SETPCAP the bounding set cannot be cleared: nothing to gain from it then.
        if (root && capng_apply(CAPNG_SELECT_BOUNDS) != 0) return std::unexpected(failure("bounding set"));
        if (auto applied = apply_capabilities(enough_already); !applied) return std::unexpected(applied.error());
        if (root) done += ", stayed root without other capabilities (no user " + user + ")";
    }
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return std::unexpected(failure("no_new_privs"));
    // A core dump would hold what never leaves memory.
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return std::unexpected(failure("dumpable"));
    return done;
}

}  // namespace breakwatch
