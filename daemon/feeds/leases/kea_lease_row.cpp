#include "feeds/leases/kea_lease_row.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>
#include <vector>

#include "feeds/leases/lease_duid.hpp"

namespace breakwatch {

namespace {

constexpr std::uint64_t kLatestExpiry = 8'000'000'000;  // 2223; "for ever" is 2^32 - 1 seconds from now
constexpr std::string_view kIaNa = "0";
constexpr std::string_view kIaTa = "1";
constexpr std::string_view kFromDuid = "2";  // HWAddr::HWADDR_SOURCE_DUID of Kea

// Kea quotes nothing: a comma within a value is written "&#x2c".
std::vector<std::string_view> cells_of(std::string_view line)
{
    std::vector<std::string_view> fields;
    while (true) {
        const auto end = line.find(',');
        fields.push_back(line.substr(0, end));
        if (end == std::string_view::npos) return fields;
        line.remove_prefix(end + 1);
    }
}

std::optional<std::uint64_t> parse_number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || rest != end || value > kLatestExpiry) return std::nullopt;
    return value;
}

std::string_view without_return(std::string_view line)
{
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

}  // namespace

std::expected<KeaColumns, std::string> KeaColumns::of_header(std::string_view header)
{
    const auto names = cells_of(without_return(header));
    const auto find = [&names](std::string_view wanted) -> std::optional<std::size_t> {
        const auto found = std::ranges::find(names, wanted);
        if (found == names.end()) return std::nullopt;
        return static_cast<std::size_t>(found - names.begin());
    };
    KeaColumns columns;
    columns.columns_ = names.size();
    columns.lease_type_ = find("lease_type");
    columns.duid_ = find("duid");
    columns.source_ = find("hwaddr_source");
    const std::array<std::pair<std::string_view, std::size_t*>, 5> needed{{{"address", &columns.address_},
                                                                           {"hwaddr", &columns.hwaddr_},
                                                                           {"valid_lifetime", &columns.valid_lifetime_},
                                                                           {"expire", &columns.expire_},
                                                                           {"state", &columns.state_}}};
    for (const auto& [wanted, place] : needed) {
        const auto found = find(wanted);
        if (!found) return std::unexpected("header: no column \"" + std::string(wanted) + "\"");
        *place = *found;
    }
    return columns;
}

std::expected<std::optional<KeaRow>, std::string> KeaColumns::parse(std::string_view line) const
{
    const auto fields = cells_of(without_return(line));
    if (fields.size() != columns_) {
        return std::unexpected("expected " + std::to_string(columns_) + " columns as in the header, found " +
                               std::to_string(fields.size()));
    }
    if (lease_type_ && fields[*lease_type_] != kIaNa && fields[*lease_type_] != kIaTa) return std::nullopt;

    const auto ip = parse_ip(fields[address_]);
    if (!ip) return std::unexpected("address: expected IPv4 or IPv6");
    const auto lifetime = parse_number(fields[valid_lifetime_]);
    if (!lifetime) return std::unexpected("valid_lifetime: expected seconds");
    const auto expire = parse_number(fields[expire_]);
    if (!expire || *expire < *lifetime) return std::unexpected("expire: expected seconds since 1970");
    const auto state = parse_number(fields[state_]);
    if (!state || *state > static_cast<std::uint64_t>(KeaLeaseState::registered)) {
        return std::unexpected("state: expected 0 to 4");
    }
    KeaRow row;
    row.ip = *ip;
    row.until = Timestamp{std::chrono::seconds{*expire}};
    row.from = row.until - std::chrono::seconds{*lifetime};
    row.deleted = *lifetime == 0;
    row.state = static_cast<KeaLeaseState>(*state);
    auto mac = parse_mac(fields[hwaddr_]);
    if (duid_) {
        row.duid = std::hash<std::string_view>{}(fields[*duid_]);
        // Kea gives an expired lease to another client and leaves the old one's hwaddr in the row:
        // the DUID knows better.
        const auto of_duid = mac_in_duid(fields[*duid_]);
        row.mac_of_duid = of_duid && (!mac || (source_ && fields[*source_] == kFromDuid));
        if (row.mac_of_duid) mac = of_duid;
    }
    row.mac = mac.value_or(MacAddress{});
    const bool holds = row.state == KeaLeaseState::assigned || row.state == KeaLeaseState::registered;
    if (holds && !row.deleted && row.mac.is_zero()) {
        return std::unexpected("hwaddr: no MAC address, and none in the DUID");
    }
    return row;
}

}  // namespace breakwatch
