#include "feeds/radius/radius_user.hpp"

#include <algorithm>
#include <string_view>

#include "feeds/radius/radius_station.hpp"

namespace breakwatch {

namespace {

struct Parts {
    std::string_view local;
    std::string_view realm;
};

// RFC 7542 user@realm; DOMAIN\user of Windows clients.
Parts parts_of(std::string_view name)
{
    Parts parts{name, {}};
    if (const auto slash = parts.local.rfind('\\'); slash != std::string_view::npos) {
        parts.realm = parts.local.substr(0, slash);
        parts.local.remove_prefix(slash + 1);
    }
    if (const auto sign = parts.local.rfind('@'); sign != std::string_view::npos) {
        parts.realm = parts.local.substr(sign + 1);
        parts.local = parts.local.substr(0, sign);
    }
    return parts;
}

std::string lower(std::string_view text)
{
    std::string low(text);
    for (char& c : low) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return low;
}

// The twelve digits of a MAC stand in the name, whatever is around and between them.
bool contains(std::string_view name, const MacAddress& mac)
{
    auto digits = lower(name);
    std::erase_if(digits, [](char c) { return c == ':' || c == '-' || c == '.' || c == ' ' || c == '_'; });
    auto wanted = to_string(mac);
    std::erase(wanted, ':');
    return digits.find(wanted) != std::string::npos;
}

std::optional<MacAddress> mac_in(std::string_view local, const std::optional<MacAddress>& device)
{
    if (device && contains(local, *device)) return device;
    // "host/", "mac-", "mab:": a word before it.
    for (const auto word : {"host/", "mac-", "mac:", "mac=", "mac_", "mab-", "mab:", "mab/"}) {
        if (lower(local).starts_with(word)) local.remove_prefix(std::string_view(word).size());
    }
    const auto mac = parse_station(local);
    // Twelve decimal digits without a separator may as well be somebody's number.
    const bool number = std::ranges::all_of(local, [](char c) { return c >= '0' && c <= '9'; });
    return mac && !number ? mac : std::nullopt;
}

bool anonymous(std::string_view local)
{
    const auto low = lower(local);
    return low.empty() || low == "anonymous" || low == "anon";
}

bool printable(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && static_cast<unsigned char>(c) != 0x7f;
    });
}

}  // namespace

RadiusUser user_of(const AccountingRecord& record, const std::optional<MacAddress>& device)
{
    const std::string_view sent = record.user_name;
    const auto parts = parts_of(sent);
    RadiusUser user{std::string(sent), std::string(parts.realm), record.by_device, {}};
    user.mac = mac_in(parts.local, device);
    // RFC 2865 section 5.6: what was looked up is the device, whatever name the server gave it.
    user.by_device = user.by_device || user.mac.has_value();
    if (user.by_device) {
        user.name.clear();
        user.realm.clear();
        return user;
    }
    if (!anonymous(parts.local)) return user;
    // RFC 7542 section 2.4, RFC 4372: an outer identity is nobody; the home server may tell who.
    user.name.clear();
    if (printable(record.chargeable_identity)) {
        user.name = record.chargeable_identity;
        const bool whole = user.name.find('@') != std::string::npos || user.realm.empty();
        if (!whole) user.name += "@" + user.realm;
        user.realm = parts_of(user.name).realm;
    }
    return user;
}

}  // namespace breakwatch
