// The plain values that every room shares: time, addresses, people.
// All are copied freely and compared by value. No clock is asked here: times come from packets
// and feeds.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace breakwatch {

using Duration = std::chrono::nanoseconds;
// Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
using Timestamp = std::chrono::sys_time<Duration>;
// Of times that are taken in. A Timestamp holds 1677 to 2262; what is far from now is a mistake, and must not wrap
// round.
inline constexpr int kEarliestYear = 1970;
inline constexpr int kLatestYear = 2200;
// The same in seconds since 1970, as call systems write times.
inline constexpr std::int64_t kLatestEpoch =
    std::chrono::sys_seconds{std::chrono::sys_days{std::chrono::year{kLatestYear} / 1 / 1}}.time_since_epoch().count();

// IEEE 802 MAC-48 address, in the order of transmission.
struct MacAddress {
    std::array<std::uint8_t, 6> octets{};

    // IEEE 802c: the second bit of the first octet; phones with a private address set it.
    bool locally_administered() const { return (octets[0] & 0x02U) != 0; }
    bool group() const { return (octets[0] & 0x01U) != 0; }
    bool is_zero() const { return *this == MacAddress{}; }
    auto operator<=>(const MacAddress&) const = default;
};

// An IPv4 address (first four octets) or an IPv6 address (all sixteen), never a mapped mixture.
struct IpAddress {
    enum class Family : std::uint8_t { none, v4, v6 };

    std::array<std::uint8_t, 16> octets{};
    Family family = Family::none;

    static IpAddress v4(std::span<const std::uint8_t, 4> bytes);
    static IpAddress v6(std::span<const std::uint8_t, 16> bytes);
    std::span<const std::uint8_t> bytes() const;
    bool is_link_local() const;
    auto operator<=>(const IpAddress&) const = default;
};

// A member of staff as roster, call system and enrolment name them, after mapping to one id.
// Appears in memory and in the sealed store only.
struct StaffId {
    std::string value;
    auto operator<=>(const StaffId&) const = default;
};

// How a person appears everywhere outside the sealed store: a keyed hash, for example
// "p-7f3a9c01d2e4".
struct Pseudonym {
    std::string value;
    auto operator<=>(const Pseudonym&) const = default;
};

// "02:1a:10:00:10:01"
std::string to_string(const MacAddress& mac);
// Dotted quad, or RFC 5952 for IPv6.
std::string to_string(const IpAddress& ip);
// RFC 3339 in UTC with milliseconds: "2026-11-23T09:14:05.120Z".
std::string to_rfc3339(Timestamp time);
std::string to_clock(Timestamp time);  // "09:14:05", UTC
// "4 min 36 s", "850 ms": for people.
std::string to_words(Duration duration);

// Every usual notation: 02:1a:.., 02-1A-.., 021a.1000.1001, 021a10001001.
std::optional<MacAddress> parse_mac(std::string_view text);
std::optional<IpAddress> parse_ip(std::string_view text);
// RFC 3339 date-time with "Z" or an offset, up to nine digits of fraction; of the years 1970 to 2200.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

// FNV-1a, for stable names of things that the site itself made; tables that the wire fills use keyed_hash.hpp.
std::uint64_t hash_bytes(std::span<const std::uint8_t> bytes, std::uint64_t seed = 14695981039346656037ULL);

}  // namespace breakwatch

template <>
struct std::hash<breakwatch::MacAddress> {
    std::size_t operator()(const breakwatch::MacAddress& mac) const noexcept;
};
template <>
struct std::hash<breakwatch::IpAddress> {
    std::size_t operator()(const breakwatch::IpAddress& ip) const noexcept;
};
template <>
struct std::hash<breakwatch::StaffId> {
    std::size_t operator()(const breakwatch::StaffId& staff) const noexcept
    {
        return std::hash<std::string>{}(staff.value);
    }
};
