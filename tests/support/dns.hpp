// DNS responses for tests (RFC 1035 section 4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/frames.hpp"

namespace breakwatch::test {

inline Octets dns_name(std::string_view name)
{
    Octets octets;
    while (!name.empty()) {
        const auto dot = std::min(name.find('.'), name.size());
        octets = octets + with_length(octets_of(name.substr(0, dot)), 1);
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return octets + Octets{0};
}

// One question, answered by one address record of the same name.
inline Octets dns_answer(std::string_view name, const std::string& address, std::uint32_t ttl = 60)
{
    const auto to = ip(address);
    const auto type = to.family == IpAddress::Family::v6 ? hex("001c 0001") : hex("0001 0001");
    return hex("1234 8180 0001 0001 0000 0000") + dns_name(name) + type + hex("c00c") + type + big_endian(ttl, 4) +
           with_length(octets_of(to), 2);
}

inline Octets dns_question(std::string_view name)
{
    return hex("1234 0100 0001 0000 0000 0000") + dns_name(name) + hex("0001 0001");
}

}  // namespace breakwatch::test
