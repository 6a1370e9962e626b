// The plain values that every room shares: time, addresses, people.
// All are copied freely and compared by value. No clock is asked here: times come from packets
// and feeds.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

// Octets as a number that compares as they do. Addresses are compared several times a packet, and std::array would call
// memcmp each time.
template <typename Number>
Number big_endian_at(const std::uint8_t* octets)
{
    Number number = 0;
    std::memcpy(&number, octets, sizeof number);
    if constexpr (std::endian::native == std::endian::little) number = std::byteswap(number);
    return number;
}

// IEEE 802 MAC-48 address, in the order of transmission.
struct MacAddress {
    std::array<std::uint8_t, 6> octets{};

    // IEEE 802c: the second bit of the first octet; phones with a private address set it.
    bool locally_administered() const { return (octets[0] & 0x02U) != 0; }
    bool group() const { return (octets[0] & 0x01U) != 0; }
    bool is_zero() const { return number() == 0; }
    std::uint64_t number() const
    {
        return static_cast<std::uint64_t>(big_endian_at<std::uint32_t>(octets.data())) << 16U |
               big_endian_at<std::uint16_t>(octets.data() + 4);
    }
    bool operator==(const MacAddress& other) const { return number() == other.number(); }
    auto operator<=>(const MacAddress& other) const { return number() <=> other.number(); }
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
    std::uint64_t high() const { return big_endian_at<std::uint64_t>(octets.data()); }
    std::uint64_t low() const { return big_endian_at<std::uint64_t>(octets.data() + 8); }
    bool operator==(const IpAddress& other) const
    {
        return high() == other.high() && low() == other.low() && family == other.family;
    }
    std::strong_ordering operator<=>(const IpAddress& other) const
    {
        if (const auto order = high() <=> other.high(); order != 0) return order;
        if (const auto order = low() <=> other.low(); order != 0) return order;
        return family <=> other.family;
    }
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
