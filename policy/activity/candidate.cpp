#include "policy/activity/candidate.hpp"

#include <algorithm>
#include <vector>

namespace breakwatch {
namespace {

constexpr std::size_t kReasons = 5;

// A story is published by the same call as other media: only where there is nothing else is it told apart.
FindingKind kind_of(const Exchange& exchange, const Exchange* upload, const PlatformCatalog& catalog)
{
    if (exchange.match.role == Role::compose) return FindingKind::composer_opened;
    if (upload == nullptr) return FindingKind::text_post;
    return catalog.row(exchange.match.row).stories ? FindingKind::story : FindingKind::media_post;
}

std::string first_reason(const Exchange& exchange, const Exchange* upload)
{
    std::string text = upload != nullptr ? "a request like that of publishing media" : "a request like that of a post";
    text += " to " + exchange.server_name;
    if (exchange.name_origin == NameOrigin::dns) text += " (a name known only from the device's DNS questions)";
    return text;
}

// The features that spoke for it, most telling first, each thing said once.
void add_telling(std::vector<std::string>& reasons, const FeatureVector& features, const DetectorModel& model)
{
    struct Share {
        Feature feature;
        double added;
    };
    const auto added = contributions(model, features);
    std::vector<Share> shares;
    for (std::size_t i = 0; i < kFeatures; ++i) shares.push_back({static_cast<Feature>(i), added[i]});
    std::ranges::stable_sort(shares, std::greater{}, &Share::added);
    for (const auto& share : shares) {
        if (share.added <= 0 || reasons.size() >= kReasons) return;
        auto words = in_words(share.feature, features);
        if (!words.empty() && std::ranges::find(reasons, words) == reasons.end()) reasons.push_back(std::move(words));
    }
}

bool is_public(const Exchange& exchange, const PlatformCatalog& catalog)
{
    return catalog.row(exchange.match.row).surface != Surface::private_;
}

// An upload host can carry the publish call too, on a coalesced connection (RFC 9113 section 9.1.1).
bool may_take_writes(const Exchange& exchange, const PlatformCatalog& catalog)
{
    const auto role = exchange.match.role;
    return (role == Role::api || role == Role::read || role == Role::upload) && is_public(exchange, catalog);
}

}  // namespace

bool may_publish(const Exchange& exchange, const PlatformCatalog& catalog)
{
    // Where composing has a host of its own, a file may be part of the call.
    const bool composes = exchange.match.role == Role::compose && is_public(exchange, catalog);
    return composes || (may_take_writes(exchange, catalog) && !is_upload(exchange));
}

bool is_media_upload(const Exchange& exchange, const PlatformCatalog& catalog)
{
    return may_take_writes(exchange, catalog) && is_upload(exchange);
}

Device identity(const Device& device)
{
    return device.mac.is_zero() ? device : Device{device.mac, {}, 0, device.behind};
}

bool cannot_tell(const Exchange& exchange)
{
    return !exchange.answer_seen_on_flow || exchange.missing_bytes > 0;
}

Finding finding_about(const Exchange& exchange, const PlatformCatalog& catalog)
{
    Finding finding;
    finding.device = exchange.device;
    finding.at = exchange.up_first;
    finding.platform = catalog.platform_name(exchange.match.platform);
    finding.tier = exchange.match.tier;
    finding.server_name = exchange.server_name;
    finding.name_origin = exchange.name_origin;
    finding.transport = exchange.transport;
    finding.up_bytes = exchange.up_bytes;
    finding.down_bytes = exchange.down_bytes;
    return finding;
}

Finding describe(const Exchange& exchange, const FeatureVector& features, double confidence, const Exchange* upload,
                 const PlatformCatalog& catalog, const DetectorModel& model)
{
    auto finding = finding_about(exchange, catalog);
    finding.kind = kind_of(exchange, upload, catalog);
    if (upload != nullptr && upload->match.tier == Tier::a) finding.tier = Tier::a;
    finding.confidence = confidence;
    if (exchange.down_first) {
        const auto wait = *exchange.down_first - exchange.up_last - exchange.server_round_trip;
        finding.server_wait = std::max(wait, Duration{0});
    }
    finding.reasons.push_back(first_reason(exchange, upload));
    if (upload != nullptr && upload->match.tier == Tier::a) {
        finding.reasons.push_back("media went to " + upload->server_name + ", which only uploads use");
    }
    if (const auto& also = catalog.row(exchange.match.row).also; !also.empty())
        finding.reasons.push_back("the application of " + also + " posts to this server, too: " + finding.platform +
                                  " or " + also);
    add_telling(finding.reasons, features, model);
    return finding;
}

}  // namespace breakwatch
