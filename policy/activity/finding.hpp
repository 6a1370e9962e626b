// "This device published something on this platform at this time", with how sure and why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/activity/exchange.hpp"

namespace breakwatch {

enum class FindingKind : std::uint8_t { media_post, text_post, story, composer_opened, media_upload };

struct Finding {
    Device device;
    Timestamp at;          // when the publishing exchange began
    std::string platform;  // catalogue name
    FindingKind kind = FindingKind::text_post;
    Tier tier = Tier::b;
    double confidence = 0;             // 0..1, calibrated: nine in ten of those at 0.9 are right
    std::vector<std::string> reasons;  // in words, most telling first
    std::string server_name;
    NameOrigin name_origin = NameOrigin::tls;
    Transport transport = Transport::tls;
    std::uint64_t up_bytes = 0;
    std::uint64_t down_bytes = 0;
    Duration server_wait{0};
};

// Something was published; the others are signs beside it.
constexpr bool is_post(FindingKind kind)
{
    return kind != FindingKind::composer_opened && kind != FindingKind::media_upload;
}

std::string_view name(FindingKind kind);
std::string_view name(Transport transport);
std::string_view name(NameOrigin origin);

}  // namespace breakwatch
