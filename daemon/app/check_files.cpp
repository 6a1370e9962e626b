#include "app/check_files.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <vector>

#include "config/error_at.hpp"
#include "net/pem_files.hpp"

namespace breakwatch {
namespace {

using Weight = CheckFinding::Weight;
using Add = std::function<void(Weight, const std::string& key, const std::string& text)>;

// Soon enough to order a new one.
constexpr int kExpiresSoon = 30;  // days

CheckFindings collect(const Config& config, const std::function<void(const Add&)>& check)
{
    CheckFindings findings;
    check([&](Weight weight, const std::string& key, const std::string& text) {
        findings.push_back({weight, error_at(config, key, text)});
    });
    return findings;
}

// The file's content, or why there is none.
std::expected<std::string, std::string> content_of(const std::filesystem::path& file)
{
    std::error_code error;
    if (std::filesystem::is_directory(file, error))
        return std::unexpected(file.string() + " is a folder; expected a file");
    std::ifstream in(file, std::ios::binary);
    if (!in) return std::unexpected(file.string() + ": " + std::strerror(errno));
    std::string text(64 * 1024, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

// `lines`: how many secrets may stand in it; 1, or several for one that changes.
void check_secret(const Add& add, const std::string& key, const std::filesystem::path& file, bool several)
{
    const auto text = content_of(file);
    if (!text) return add(Weight::error, key, text.error() + "; expected a file with the shared secret");
    const auto end = text->find_first_of("\r\n");
    const auto secret = text->substr(0, end);
    if (secret.empty())
        return add(Weight::error, key, file.string() + " is empty; expected the shared secret in its first line");
    if (text->starts_with("-----BEGIN"))
        return add(Weight::error, key, file.string() + " is a PEM file; expected the shared secret in its first line");
    if (text->starts_with("\xef\xbb\xbf"))
        return add(Weight::error, key,
                   file.string() + " begins with a byte order mark, which would be part of the secret; expected none");
    if (secret.front() == ' ' || secret.back() == ' ' || secret.back() == '\t')
        add(Weight::warning, key, file.string() + " has blanks around the secret, which are part of it");
    if (end != std::string::npos && (*text)[end] == '\r')
        add(Weight::warning, key, file.string() + " has Windows line ends; they are no part of the secret");
    const auto rest = end == std::string::npos ? std::string() : text->substr(end);
    if (!several && rest.find_first_not_of("\r\n") != std::string::npos)
        add(Weight::warning, key, file.string() + " has more than one line; the first is the secret");
    struct stat status{};
    if (::stat(file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0)
        add(Weight::warning, key, file.string() + " can be read by everybody; expected mode 0640 (root:breakwatch)");
}

// A file by the key that names it.
struct NamedFile {
    std::string key;
    std::filesystem::path file;
};

// Whether it can be read and is in force; false: it cannot be read.
bool check_certificate(const Add& add, const NamedFile& named, Timestamp now)
{
    const auto& [key, file] = named;
    const auto certificate = read_certificate(file.string());
    if (!certificate) {
        add(Weight::error, key, certificate.error());
        return false;
    }
    const auto day = [](Timestamp at) { return to_rfc3339(at).substr(0, 10); };
    if (certificate->expires <= now) {
        add(Weight::warning, key, file.string() + " has expired on " + day(certificate->expires));
    } else if (certificate->begins > now) {
        add(Weight::warning, key,
            file.string() + " is valid from " + day(certificate->begins) + " on; is this machine's clock right?");
    } else if (certificate->expires - now < std::chrono::days{kExpiresSoon}) {
        add(Weight::warning, key, file.string() + " expires on " + day(certificate->expires));
    }
    return true;
}

// Our own certificate, and its key.
void check_pair(const Add& add, const NamedFile& certificate, const NamedFile& key, Timestamp now)
{
    const bool readable = check_certificate(add, certificate, now);
    if (const auto wrong = private_key_fault(key.file.string())) {
        add(Weight::error, key.key, *wrong);
    } else if (readable && !key_fits(key.file.string(), certificate.file.string())) {
        add(Weight::error, key.key, key.file.string() + " is not the key of " + certificate.file.string());
    }
    struct stat status{};
    if (::stat(key.file.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0)
        add(Weight::warning, key.key,
            key.file.string() + " can be read by everybody; expected mode 0640 (root:breakwatch)");
}

// What a destination's `tls:` names.
void check_destination(const Add& add, const std::string& where, const SyslogTls& tls, Timestamp now)
{
    if (!tls.ca.empty()) check_certificate(add, {where + "ca", tls.ca}, now);
    if (!tls.certificate.empty())
        check_pair(add, {where + "certificate", tls.certificate}, {where + "key", tls.key}, now);
    if (tls.crl.empty()) return;
    if (const auto list = content_of(tls.crl); !list) {
        add(Weight::error, where + "crl", list.error());
    } else if (list->find("-----BEGIN X509 CRL-----") == std::string::npos) {
        add(Weight::error, where + "crl", tls.crl.string() + " is no certificate revocation list; expected one in PEM");
    }
}

}  // namespace

CheckFindings check_secrets(const Config& config)
{
    return collect(config, [&](const Add& add) {
        for (std::size_t i = 0; i < config.calls.size(); ++i) {
            const auto& feed = config.calls[i];
            if (!feed.secret_file.empty())
                check_secret(add, key_of("calls", i, "secret_file"), feed.secret_file, feed.kind == "webhook");
        }
        for (std::size_t i = 0; i < config.mentions.size(); ++i) {
            const auto& file = config.mentions[i].secret_file;
            if (!file.empty()) check_secret(add, key_of("mentions", i, "secret_file"), file, true);
        }
        for (std::size_t i = 0; i < config.radius.size(); ++i) {
            const auto& clients = config.radius[i].clients;
            for (std::size_t j = 0; j < clients.size(); ++j)
                check_secret(add, key_of("radius", i, "clients") + "[" + std::to_string(j) + "].secret_file",
                             clients[j].secret_file, false);
        }
    });
}

CheckFindings check_openers(const Config& config)
{
    return collect(config, [&](const Add& add) {
        if (config.openers.empty())
            add(Weight::note, "openers",
                "names nobody: root or the daemon's user alone can open whom an incident is about");
    });
}

CheckFindings check_certificates(const Config& config, Timestamp now)
{
    return collect(config, [&](const Add& add) {
        for (std::size_t i = 0; i < config.calls.size(); ++i) {
            const auto& feed = config.calls[i];
            if (!feed.certificate_file.empty())
                check_pair(add, {key_of("calls", i, "certificate_file"), feed.certificate_file},
                           {key_of("calls", i, "key_file"), feed.key_file}, now);
            if (feed.ca_file.empty()) continue;
            if (const auto authority = read_certificate(feed.ca_file.string()); !authority)
                add(Weight::error, key_of("calls", i, "ca_file"), authority.error());
        }
        for (std::size_t i = 0; i < config.mentions.size(); ++i) {
            const auto& feed = config.mentions[i];
            if (!feed.certificate_file.empty())
                check_pair(add, {key_of("mentions", i, "certificate_file"), feed.certificate_file},
                           {key_of("mentions", i, "key_file"), feed.key_file}, now);
        }
        for (std::size_t i = 0; i < config.syslog.size(); ++i) {
            if (const auto& tls = config.syslog[i].tls) check_destination(add, key_of("syslog", i, "tls."), *tls, now);
        }
    });
}

CheckFindings check_feed_files(const Config& config)
{
    return collect(config, [&](const Add& add) {
        const auto check = [&](const std::string& key, const std::filesystem::path& path) {
            std::error_code error;
            if (std::filesystem::is_directory(path, error))
                return add(Weight::error, key, path.string() + " is a folder; expected a file");
            if (!std::filesystem::exists(path, error)) {
                const bool folder = std::filesystem::is_directory(path.parent_path(), error);
                return add(Weight::warning, key,
                           path.string() + " is not there yet" +
                               (folder ? "; the feed is down until it is" : ", nor is its folder"));
            }
            if (::access(path.c_str(), R_OK) != 0)
                add(Weight::warning, key, path.string() + ": " + std::strerror(errno));
        };
        for (std::size_t i = 0; i < config.calls.size(); ++i) {
            const auto& feed = config.calls[i];
            if (feed.path.empty()) continue;
            if (feed.kind != "unix-socket") check(key_of("calls", i, "path"), feed.path);
        }
        for (std::size_t i = 0; i < config.mentions.size(); ++i) {
            if (!config.mentions[i].path.empty()) check(key_of("mentions", i, "path"), config.mentions[i].path);
        }
        const auto check_all = [&](const char* list, const std::vector<FileFeedConfig>& feeds) {
            for (std::size_t i = 0; i < feeds.size(); ++i) check(key_of(list, i, "path"), feeds[i].path);
        };
        check_all("radius_detail", config.radius_detail);
        check_all("dnsmasq_leases", config.dnsmasq_leases);
        check_all("kea_leases", config.kea_leases);
    });
}

namespace {

// Who the service runs as: `user`, or, without such a user, whoever asks.
struct ServiceUser {
    bool known = false;
    uid_t uid = ::geteuid();
    std::vector<gid_t> groups{::getegid()};
    std::string who = "this user";
};

ServiceUser service_user(const std::string& user)
{
    ServiceUser service;
    const auto* account = ::getpwnam(user.c_str());
    if (account == nullptr) return service;
    service.known = true;
    service.uid = account->pw_uid;
    service.who = "user " + user;
    int count = 64;
    service.groups.resize(static_cast<std::size_t>(count));
    if (::getgrouplist(user.c_str(), account->pw_gid, service.groups.data(), &count) < 0) count = 0;
    service.groups.resize(static_cast<std::size_t>(count));
    service.groups.push_back(account->pw_gid);
    return service;
}

// By the permission bits alone: capabilities of this process are not the service's. `owner`: S_IRUSR or S_IWUSR.
bool may(const ServiceUser& user, const struct stat& status, mode_t owner)
{
    constexpr int kToGroup = 3, kToOthers = 6;
    if (user.uid == 0) return true;
    if (status.st_uid == user.uid) return (status.st_mode & owner) != 0;
    if (std::ranges::find(user.groups, status.st_gid) != user.groups.end())
        return (status.st_mode & (owner >> kToGroup)) != 0;
    return (status.st_mode & (owner >> kToOthers)) != 0;
}

using Look = std::function<void(const std::string& key, const std::filesystem::path& path)>;

void each_feed_file(const Config& config, const Look& look)
{
    for (std::size_t i = 0; i < config.calls.size(); ++i) {
        const auto& feed = config.calls[i];
        if (feed.kind != "unix-socket") look(key_of("calls", i, "path"), feed.path);
        look(key_of("calls", i, "secret_file"), feed.secret_file);
        look(key_of("calls", i, "key_file"), feed.key_file);
        look(key_of("calls", i, "mapping"), feed.mapping_file);
    }
    for (std::size_t i = 0; i < config.mentions.size(); ++i) {
        const auto& feed = config.mentions[i];
        look(key_of("mentions", i, "path"), feed.path);
        look(key_of("mentions", i, "secret_file"), feed.secret_file);
        look(key_of("mentions", i, "key_file"), feed.key_file);
    }
    for (std::size_t i = 0; i < config.syslog.size(); ++i) {
        if (!config.syslog[i].tls) continue;
        const auto& tls = *config.syslog[i].tls;
        for (const auto& [key, file] : {std::pair{"tls.ca", tls.ca}, std::pair{"tls.certificate", tls.certificate},
                                        std::pair{"tls.key", tls.key}, std::pair{"tls.crl", tls.crl}})
            look(key_of("syslog", i, key), file);
    }
    const auto all = [&](const char* list, const std::vector<FileFeedConfig>& feeds) {
        for (std::size_t i = 0; i < feeds.size(); ++i) look(key_of(list, i, "path"), feeds[i].path);
    };
    all("radius_detail", config.radius_detail);
    all("dnsmasq_leases", config.dnsmasq_leases);
    all("kea_leases", config.kea_leases);
}

}  // namespace

CheckFindings check_readable(const Config& config, const std::string& user)
{
    return collect(config, [&](const Add& add) {
        const auto service = service_user(user);
        if (!service.known) return;  // what this one reads is found out by reading it
        const auto look = [&](const std::string& key, const std::filesystem::path& path) {
            struct stat status{};
            if (path.empty() || ::stat(path.c_str(), &status) != 0 || may(service, status, S_IRUSR)) return;
            add(Weight::warning, key,
                path.string() + " cannot be read by " + service.who +
                    ", as which the service runs; expected mode 0640 (root:breakwatch)");
        };
        look("", config.file);
        look("enrolment", config.enrolment);
        for (std::size_t i = 0; i < config.rosters.size(); ++i)
            look("rosters[" + std::to_string(i) + "]", config.rosters[i]);
        look("platforms", config.platforms);
        look("rules", config.rules);
        look("detector", config.detector);
        look("measured", config.measured);
        each_feed_file(config, look);
    });
}

CheckFindings check_state_directory(const Config& config, const std::string& user)
{
    return collect(config, [&](const Add& add) {
        const auto service = service_user(user);
        // Started by root, the daemon makes the folder and gives it to its user.
        struct stat status{};
        const auto& folder = config.state_directory;
        if (::stat(folder.c_str(), &status) != 0) {
            if (errno != ENOENT) add(Weight::error, "state_directory", folder.string() + ": " + std::strerror(errno));
            return;
        }
        if (!S_ISDIR(status.st_mode))
            return add(Weight::error, "state_directory", folder.string() + " is a file; expected a folder");
        if (!may(service, status, S_IWUSR))
            add(Weight::warning, "state_directory",
                folder.string() + " cannot be written by " + service.who + "; expected a folder of its own (chown)");
    });
}

}  // namespace breakwatch
