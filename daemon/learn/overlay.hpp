// The lab is kind: one person's actions on one platform never overlap there. An overlay lays other
// sessions' non-post actions of the same platform over each device at random times.
#pragma once

#include <cstdint>
#include <vector>

#include "learn/lab.hpp"

namespace breakwatch {

// Flows of laid-over exchanges have ids from here on.
inline constexpr std::uint64_t kOverlayFlow = 1'000'000;

// `share` 1 adds as many non-post actions as each device made itself. Exchanges come back in the order
// in which a sensor would have told them.
std::vector<Exchange> overlaid(const LabSession& session, const std::vector<const LabSession*>& donors, double share,
                               std::uint64_t seed, const PlatformCatalog& catalog);

// The same session on other lines, clients and servers: each host's requests and answers larger or
// smaller, each server faster or slower, every time a little off. Order of exchanges is kept.
std::vector<Exchange> perturbed(std::vector<Exchange> exchanges, double strength, std::uint64_t seed);

}  // namespace breakwatch
