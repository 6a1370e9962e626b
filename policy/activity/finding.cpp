#include "policy/activity/finding.hpp"

namespace breakwatch {

std::string_view name(FindingKind kind)
{
    switch (kind) {
        case FindingKind::media_post: return "media_post";
        case FindingKind::text_post: return "text_post";
        case FindingKind::story: return "story";
        case FindingKind::composer_opened: return "composer_opened";
        case FindingKind::media_upload: return "media_upload";
    }
    return "unknown";
}

std::string_view name(Transport transport)
{
    switch (transport) {
        case Transport::tls: return "tls";
        case Transport::quic: return "quic";
        case Transport::clear: return "clear";
    }
    return "unknown";
}

std::string_view name(NameOrigin origin)
{
    switch (origin) {
        case NameOrigin::tls: return "tls";
        case NameOrigin::quic: return "quic";
        case NameOrigin::http: return "http";
        case NameOrigin::dns: return "dns";
        case NameOrigin::dtls: return "dtls";
    }
    return "unknown";
}

}  // namespace breakwatch
