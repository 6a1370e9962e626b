// Which exchanges can be a publication at all, and how the finding about one is worded.
#pragma once

#include "policy/activity/activity_window.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/finding.hpp"

namespace breakwatch {

// A request to a host of a public surface that takes writes or may take them.
bool may_publish(const Exchange& exchange, const PlatformCatalog& catalog);
// Media sent to such a host: what carries a file is not the call that publishes it.
bool is_media_upload(const Exchange& exchange, const PlatformCatalog& catalog);
// A device behind a router has no MAC and is its address; any other is its MAC, whatever addresses (IPv4, several of
// IPv6) it uses.
Device identity(const Device& device);
// Too little of the exchange was seen for its shape to mean anything.
bool cannot_tell(const Exchange& exchange);
// What the exchange itself says of a finding about it: whose, where, how much; kind and confidence are the caller's.
Finding finding_about(const Exchange& exchange, const PlatformCatalog& catalog);
// Confidence is the model's, already calibrated. `upload` is the media upload before it, or null.
Finding describe(const Exchange& exchange, const FeatureVector& features, double confidence, const Exchange* upload,
                 const PlatformCatalog& catalog, const DetectorModel& model);

}  // namespace breakwatch
