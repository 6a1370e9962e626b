#include "app/check_network.hpp"

#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <optional>

#include "alerts/transports/syslog_transport.hpp"
#include "app/sight_sample.hpp"
#include "capture/capture_filter.hpp"
#include "config/error_at.hpp"

namespace breakwatch {
namespace {

using Weight = CheckFinding::Weight;
constexpr std::uint16_t kWebhookPort = 8443;

void add(CheckFindings& findings, const Config& config, Weight weight, const std::string& key, const std::string& text)
{
    findings.push_back({weight, error_at(config, key, text)});
}

// As the sockets' interface has it: one storage for all kinds of address.
template <typename Address>
Address* as(sockaddr_storage& storage)
{
    return reinterpret_cast<Address*>(&storage);  // NOLINT(cppcoreguidelines-pro-type-reinterpret-cast)
}

// Why nothing can listen there; nothing where it can.
std::optional<int> listen_fault(const std::string& address, std::uint16_t port, int type)
{
    const auto ip = parse_ip(address);
    if (!ip) return std::nullopt;
    sockaddr_storage storage{};
    socklen_t length = 0;
    if (ip->family == IpAddress::Family::v4) {
        auto* const v4 = as<sockaddr_in>(storage);
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        std::memcpy(&v4->sin_addr, ip->octets.data(), 4);
        length = sizeof(sockaddr_in);
    } else {
        auto* const v6 = as<sockaddr_in6>(storage);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        std::memcpy(&v6->sin6_addr, ip->octets.data(), 16);
        length = sizeof(sockaddr_in6);
    }
    const int descriptor = ::socket(storage.ss_family, type | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return std::nullopt;
    const int yes = 1;
    if (type == SOCK_STREAM) ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const int bound = ::bind(descriptor, as<sockaddr>(storage), length);
    const int error = errno;
    ::close(descriptor);
    return bound == 0 ? std::nullopt : std::optional{error};
}

// From here on everybody may listen; a machine may have another limit than the usual one.
std::uint16_t first_free_port()
{
    std::ifstream in("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    unsigned port = 0;
    return in >> port && port <= 1024 ? static_cast<std::uint16_t>(port) : std::uint16_t{1024};
}

void check_port(CheckFindings& findings, const Config& config, const std::string& where, const std::string& address,
                std::uint16_t port, int type)
{
    const auto key = config.places.contains(where + "port") ? where + "port" : where.substr(0, where.size() - 1);
    if (const auto free = first_free_port(); port < free)
        return add(findings, config, Weight::error, key,
                   "found " + std::to_string(port) + "; expected a port from " + std::to_string(free) +
                       " on, the service may not listen below");
    const auto fault = listen_fault(address, port, type);
    if (!fault) return;
    if (*fault == EADDRINUSE)
        return add(findings, config, Weight::warning, key,
                   "port " + std::to_string(port) + " is in use; by a breakwatchd that runs, or by another program");
    add(findings, config, *fault == EADDRNOTAVAIL ? Weight::error : Weight::warning,
        config.places.contains(where + "listen") ? where + "listen" : key, address + ": " + std::strerror(*fault));
}

struct HostKey {
    std::string key;
    std::string host;
};

// All at once, and for a few seconds: a resolver that is away must not hold up a start.
CheckFindings resolve(const Config& config, const std::vector<HostKey>& hosts)
{
    // A request that cannot be called back is written to until the process ends.
    static std::deque<std::vector<gaicb>> kept;
    auto& requests = kept.emplace_back(hosts.size());
    std::vector<gaicb*> list;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        requests[i].ar_name = hosts[i].host.c_str();
        list.push_back(&requests[i]);
    }
    CheckFindings findings;
    const auto count = static_cast<int>(list.size());
    if (count == 0 || ::getaddrinfo_a(GAI_NOWAIT, list.data(), count, nullptr) != 0) return findings;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{3};
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const gaicb* const one[] = {&requests[i]};
        while (::gai_error(&requests[i]) == EAI_INPROGRESS && std::chrono::steady_clock::now() < end) {
            const timespec wait{.tv_sec = 0, .tv_nsec = 100'000'000};
            ::gai_suspend(one, 1, &wait);
        }
        const int code = ::gai_error(&requests[i]);
        if (requests[i].ar_result != nullptr) ::freeaddrinfo(requests[i].ar_result);
        if (code != 0)
            add(findings, config, Weight::warning, hosts[i].key,
                "'" + hosts[i].host + "' is not resolved" +
                    (code == EAI_INPROGRESS ? "" : std::string(": ") + ::gai_strerror(code)));
    }
    return findings;
}

void check_interface(CheckFindings& findings, const Config& config, const std::string& key,
                     const std::string& interface)
{
    if (interface == "any") return;
    if (interface.size() >= IFNAMSIZ || interface.find('/') != std::string::npos) {
        add(findings, config, Weight::error, key,
            "found '" + interface + "'; expected an interface's name such as eth1");
    } else if (::if_nametoindex(interface.c_str()) == 0) {
        add(findings, config, Weight::warning, key,
            "there is no interface " + interface + " on this machine now; ip link shows them");
    } else if (link_of(interface) != std::optional{true}) {
        add(findings, config, Weight::warning, key,
            interface + " is not up or has no link: ip link set " + interface + " up, and look at the cable");
    }
}

}  // namespace

CheckFindings check_capture(const Config& config)
{
    CheckFindings findings;
    const auto& capture = config.capture;
    if (!capture.filter.empty()) {
        if (const auto fault = filter_fault(capture.filter))
            add(findings, config, Weight::error, "capture.filter",
                "\"" + capture.filter + "\": " + *fault + "; expected a filter such as vlan 20 (pcap-filter(7))");
    }
    for (std::size_t i = 0; i < capture.interfaces.size(); ++i) {
        const auto listed = "capture.interface[" + std::to_string(i) + "]";
        const auto key = config.places.contains(listed) ? listed : "capture.interface";
        check_interface(findings, config, key, capture.interfaces[i]);
    }
    return findings;
}

CheckFindings check_ports(const Config& config)
{
    CheckFindings findings;
    for (std::size_t i = 0; i < config.radius.size(); ++i)
        check_port(findings, config, key_of("radius", i, ""), config.radius[i].listen, config.radius[i].port,
                   SOCK_DGRAM);
    for (std::size_t i = 0; i < config.calls.size(); ++i) {
        const auto& feed = config.calls[i];
        if (feed.kind != "webhook") continue;
        check_port(findings, config, key_of("calls", i, ""), feed.listen, feed.port == 0 ? kWebhookPort : feed.port,
                   SOCK_STREAM);
    }
    for (std::size_t i = 0; i < config.mentions.size(); ++i) {
        const auto& feed = config.mentions[i];
        if (feed.kind == MentionFeedConfig::Kind::webhook)
            check_port(findings, config, key_of("mentions", i, ""), feed.listen, feed.port, SOCK_STREAM);
    }
    return findings;
}

CheckFindings check_hosts(const Config& config)
{
    std::vector<HostKey> hosts;
    const auto ask = [&](const std::string& key, const std::string& host) {
        if (!host.empty() && !parse_ip(host)) hosts.push_back({key, host});
    };
    CheckFindings findings;
    for (std::size_t i = 0; i < config.syslog.size(); ++i) {
        std::error_code error;
        const auto& sink = config.syslog[i];
        if (sink.transport == SyslogConfig::Transport::local && !std::filesystem::exists(sink.path, error))
            add(findings, config, Weight::warning, key_of("syslog", i, "path"),
                sink.path.string() + " is not there: no syslog daemon of this machine listens now");
        if (sink.transport == SyslogConfig::Transport::file &&
            !std::filesystem::is_directory(sink.path.parent_path(), error))
            add(findings, config, Weight::warning, key_of("syslog", i, "path"),
                sink.path.parent_path().string() + " is no folder: the file cannot be made in it");
    }
    for (std::size_t i = 0; i < config.syslog.size(); ++i)
        if (alert_transport(config.syslog[i].transport).port != 0)
            ask(key_of("syslog", i, "host"), config.syslog[i].host);
    for (std::size_t i = 0; i < config.calls.size(); ++i) ask(key_of("calls", i, "host"), config.calls[i].host);
    for (auto& each : resolve(config, hosts)) findings.push_back(std::move(each));
    return findings;
}

}  // namespace breakwatch
