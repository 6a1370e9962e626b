// Which exchanges can be a publication at all, and how the finding about one is worded.
#pragma once

#include "policy/activity/activity_window.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/finding.hpp"

namespace breakwatch {

// A request to a host of a public surface that takes writes or may take them.
bool may_publish(const Exchange& exchange, const PlatformCatalog& catalog);
// A device behind a router has no MAC and is its address; any other is its MAC, whatever addresses (IPv4, several of
// IPv6) it uses.
Device identity(const Device& device);
// Too little of the exchange was seen for its shape to mean anything.
bool cannot_tell(const Exchange& exchange);
// Confidence is the model's, already calibrated. `upload` is the media upload before it, or null.
Finding describe(const Exchange& exchange, const FeatureVector& features, double confidence, const Exchange* upload,
                 const PlatformCatalog& catalog, const DetectorModel& model);

}  // namespace breakwatch
