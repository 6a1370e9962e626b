#include "feeds/leases/lease_duid.hpp"

namespace breakwatch {

std::optional<MacAddress> mac_in_duid(std::string_view duid)
{
    constexpr std::size_t kLlt = 8 * 3;  // type, hardware type, time
    constexpr std::size_t kLl = 4 * 3;   // type, hardware type
    if (duid.starts_with("00:01:00:01:") && duid.size() > kLlt) return parse_mac(duid.substr(kLlt));
    if (duid.starts_with("00:03:00:01:")) return parse_mac(duid.substr(kLl));
    return std::nullopt;
}

}  // namespace breakwatch
