// Times for tests, all on one invented day.
#pragma once

#include <stdexcept>
#include <string>

#include "policy/types.hpp"

namespace breakwatch::test {

// "09:14:05" or "09:14" of 2026-11-23, UTC.
inline Timestamp at(const std::string& clock)
{
    const auto time = parse_rfc3339("2026-11-23T" + clock + (clock.size() == 5 ? ":00Z" : "Z"));
    if (!time) throw std::runtime_error("not a time of day: " + clock);
    return *time;
}

inline MacAddress mac(const std::string& text)
{
    const auto parsed = parse_mac(text);
    if (!parsed) throw std::runtime_error("not a MAC: " + text);
    return *parsed;
}

inline IpAddress ip(const std::string& text)
{
    const auto parsed = parse_ip(text);
    if (!parsed) throw std::runtime_error("not an address: " + text);
    return *parsed;
}

}  // namespace breakwatch::test
