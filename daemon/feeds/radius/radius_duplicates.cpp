#include "feeds/radius/radius_duplicates.hpp"

#include <functional>
#include <string_view>

namespace breakwatch {

namespace {

// Two different reports of one digest: one in 2^48 with 65,536 remembered.
std::uint64_t digest_of(const std::string& text)
{
    return std::hash<std::string>{}(text);
}

void append(std::string& text, std::string_view field)
{
    text += field;
    text += '\0';
}

std::string content_of(const SessionEvent& event)
{
    std::string text = "event";
    append(text, std::to_string(static_cast<unsigned>(event.kind)));
    for (const auto* field :
         {&event.nas, &event.session_id, &event.user, &event.access_point, &event.access_point_name, &event.ssid}) {
        append(text, *field);
    }
    append(text, to_string(event.mac));
    append(text, std::to_string(event.vlan) + (event.by_device ? " by device" : ""));
    for (const auto& ip : event.addresses) append(text, to_string(ip));
    for (const auto& prefix : event.prefixes) {
        append(text, to_string(prefix.network) + "/" + std::to_string(prefix.length));
    }
    append(text, std::to_string(event.octets_in));
    append(text, std::to_string(event.octets_out));
    return text;
}

}  // namespace

bool RadiusDuplicates::repeated_request(const IpAddress& sender, std::uint16_t port, std::uint8_t id,
                                        std::span<const std::uint8_t> authenticator)
{
    std::string text = "request";
    append(text, to_string(sender));
    append(text, std::to_string(port));
    append(text, std::to_string(id));
    text.append(authenticator.begin(), authenticator.end());
    const auto digest = digest_of(text);
    if (seen_.contains(digest)) return true;
    remember(digest, {});
    return false;
}

bool RadiusDuplicates::repeated_event(const SessionEvent& event, bool delayed)
{
    const auto digest = digest_of(content_of(event));
    const auto found = seen_.find(digest);
    if (found == seen_.end()) {
        remember(digest, event.at);
        return false;
    }
    const auto apart = event.at - found->second;
    const auto allowed = delayed ? kDelayError : Duration{0};
    if (apart <= allowed && apart >= -allowed) return true;
    found->second = event.at;
    return false;
}

void RadiusDuplicates::remember(std::uint64_t digest, Timestamp at)
{
    if (seen_.size() >= capacity_ && !order_.empty()) {
        seen_.erase(order_.front());
        order_.pop_front();
    }
    seen_.emplace(digest, at);
    order_.push_back(digest);
}

}  // namespace breakwatch
