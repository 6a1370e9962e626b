// Moments for people at a terminal, by the site's clock.
#pragma once

#include <string>

#include "policy/types.hpp"

namespace breakwatch {

// "2026-11-24 01:56 Asia/Tokyo"
std::string local_words(Timestamp at, const std::string& zone);

}  // namespace breakwatch
