#include "feeds/leases/dnsmasq_lease_table.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "feeds/leases/lease_duid.hpp"

namespace breakwatch {

namespace {

using std::chrono::seconds;

// Expiry 0: a lease without end. Far enough, and far from the end of what a Timestamp can say.
constexpr Duration kForever = std::chrono::hours{24 * 3650};
constexpr std::uint64_t kEarliest = 1'000'000'000;  // 2001; less is a lease time, not a moment
constexpr std::uint64_t kLatest = 8'000'000'000;    // 2223

// expiry, MAC or IAID, address, host name, client id or DUID: the host name is passed over.
using Fields = std::array<std::string_view, 5>;

std::optional<Fields> split(std::string_view line)
{
    Fields fields;
    for (auto& field : fields) {
        field = line.substr(0, line.find(' '));
        if (field.empty()) return std::nullopt;
        line.remove_prefix(std::min(field.size() + 1, line.size()));
    }
    return fields;
}

// "06-02:1a:10:00:10:01": the ARP hardware type stands before it when it is not Ethernet's.
std::optional<MacAddress> parse_hardware(std::string_view text)
{
    const bool typed = text.size() > 3 && text[2] == '-' && text.find(':') != std::string_view::npos;
    return parse_mac(typed ? text.substr(3) : text);
}

Lease ended(const MacAddress& mac, const IpAddress& ip, Timestamp from, Timestamp until, Timestamp at)
{
    Lease lease;
    lease.mac = mac;
    lease.ip = ip;
    lease.from = from;
    lease.until = until;
    lease.ended = std::max(from, at);
    lease.source = LeaseSource::dnsmasq_file;
    return lease;
}

}  // namespace

std::expected<DnsmasqLeaseTable::Row, std::string> DnsmasqLeaseTable::parse(std::string_view line, bool v6,
                                                                            Timestamp at) const
{
    const auto fields = split(line);
    if (!fields) return std::unexpected("expected \"expiry MAC address name client-id\"");
    const auto& [expiry_text, device, address, host_name, client] = *fields;

    std::uint64_t expiry = 0;
    const auto* end = expiry_text.data() + expiry_text.size();
    const auto [rest, error] = std::from_chars(expiry_text.data(), end, expiry);
    if (error != std::errc{} || rest != end || expiry > kLatest || (expiry != 0 && expiry < kEarliest)) {
        return std::unexpected("expiry: expected seconds since 1970, or 0 for ever");
    }
    const auto ip = parse_ip(address);
    if (!ip) return std::unexpected("address: expected IPv4 or IPv6");
    std::optional<MacAddress> mac;
    if (v6) {
        const auto known = duids_.find(std::string(client));
        mac = known != duids_.end() ? known->second.mac : mac_in_duid(client);
    } else {
        mac = parse_hardware(device);
    }
    if (!mac || mac->is_zero()) {
        return std::unexpected(v6 ? "DUID: no MAC address in it, and no DHCPv4 lease of that client"
                                  : "MAC: expected six octets");
    }
    const auto until = expiry == 0 ? at + kForever : Timestamp{seconds{expiry}};
    return Row{*mac, *ip, until};
}

// RFC 4361: a client that speaks both sends "ff:", its IAID and its DUID over DHCPv4. Of two leases
// with one DUID (the device changed its MAC and kept its DUID) the one that runs longer tells.
void DnsmasqLeaseTable::learn_duid(std::string_view client_id, const Row& row)
{
    constexpr std::size_t kBeforeDuid = 5 * 3;
    if (!client_id.starts_with("ff:") || client_id.size() <= kBeforeDuid) return;
    const auto [known, fresh] = duids_.try_emplace(std::string(client_id.substr(kBeforeDuid)), row);
    if (!fresh && known->second.until < row.until) known->second = row;
}

void DnsmasqLeaseTable::refuse(std::size_t number, std::string_view line, std::string what, Change& change)
{
    constexpr std::size_t kRemembered = 1'000;
    if (bad_.size() < kRemembered) bad_.emplace(line);
    if (!bad_before_.contains(std::string(line))) change.refusals.push_back({number, std::move(what)});
}

void DnsmasqLeaseTable::take(const Row& row, Timestamp at, Change& change)
{
    const auto known = held_.find(row.ip);
    if (known != held_.end()) {
        auto& held = known->second;
        held.missing_since.reset();
        const bool forever = held.until - held.from >= kForever && row.until - at >= kForever;
        if (held.mac == row.mac && (held.until == row.until || forever)) return;
        if (held.mac != row.mac && held.until > at) {
            change.leases.push_back(ended(held.mac, row.ip, held.from, held.until, at));
        }
    }
    held_[row.ip] = Held{row.mac, at, row.until, std::nullopt};
    Lease lease;
    lease.mac = row.mac;
    lease.ip = row.ip;
    lease.from = at;
    lease.until = row.until;
    lease.source = LeaseSource::dnsmasq_file;
    change.leases.push_back(lease);
}

DnsmasqLeaseTable::Change DnsmasqLeaseTable::read(std::string_view text, Timestamp at)
{
    Change change;
    change.leases = let_go(at);
    if (!text.empty() && text.back() != '\n') {
        change.complete = false;
        return change;
    }
    emptied_.reset();
    if (text.empty()) {
        emptied_ = at;
        return change;
    }
    bad_before_ = std::exchange(bad_, {});
    duids_.clear();
    for (auto& [ip, held] : held_) held.missing_since = held.missing_since.value_or(at);

    bool v6 = false;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(line.size() + 1);
        if (line.starts_with("duid ")) {
            v6 = true;
            continue;
        }
        const auto row = parse(line, v6, at);
        if (!row) {
            refuse(number, line, row.error(), change);
            continue;
        }
        if (!v6) learn_duid(line.substr(line.rfind(' ') + 1), *row);
        if (held_.size() >= kLeases && !held_.contains(row->ip)) {
            refuse(number, line, "more than " + std::to_string(kLeases) + " leases", change);
            continue;
        }
        take(*row, at, change);
    }
    return change;
}

std::vector<Lease> DnsmasqLeaseTable::settle(Timestamp now)
{
    if (emptied_) {
        for (auto& [ip, held] : held_) held.missing_since = held.missing_since.value_or(*emptied_);
    }
    return let_go(now);
}

std::vector<Lease> DnsmasqLeaseTable::let_go(Timestamp now)
{
    std::vector<Lease> gone;
    const auto patience = emptied_ ? kEmptySettled : kSettled;
    std::erase_if(held_, [&](const auto& entry) {
        const auto& [ip, held] = entry;
        if (!held.missing_since || now - *held.missing_since < patience) return false;
        // One that expired meanwhile has ended as it said it would.
        if (held.until > *held.missing_since) {
            gone.push_back(ended(held.mac, ip, held.from, held.until, *held.missing_since));
        }
        return true;
    });
    std::ranges::sort(gone, {}, &Lease::ip);
    return gone;
}

}  // namespace breakwatch
