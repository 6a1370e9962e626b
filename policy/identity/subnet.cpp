#include "policy/identity/subnet.hpp"

#include <charconv>

namespace breakwatch {

IpAddress masked(const IpAddress& ip, std::uint8_t length)
{
    auto cleared = ip;
    for (std::size_t i = 0; i < cleared.octets.size(); ++i) {
        const auto before = i * 8;
        if (before >= length) {
            cleared.octets[i] = 0;
        } else if (length - before < 8) {
            cleared.octets[i] &= static_cast<std::uint8_t>(0xffU << (8U - (length - before)));
        }
    }
    return cleared;
}

bool Subnet::contains(const IpAddress& ip) const
{
    return ip.family == network.family && masked(ip, length) == network;
}

std::optional<Subnet> parse_subnet(std::string_view text)
{
    const auto slash = text.find('/');
    const auto ip = parse_ip(text.substr(0, slash));
    if (!ip) return std::nullopt;
    const unsigned width = ip->family == IpAddress::Family::v4 ? 32 : 128;
    unsigned length = width;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto* end = digits.data() + digits.size();
        const auto [rest, error] = std::from_chars(digits.data(), end, length);
        if (error != std::errc{} || rest != end || length > width) return std::nullopt;
    }
    const auto bits = static_cast<std::uint8_t>(length);
    return Subnet{masked(*ip, bits), bits};
}

}  // namespace breakwatch
