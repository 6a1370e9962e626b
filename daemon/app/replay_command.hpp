// breakwatchd replay: the same objects as live, on one thread, fed from capture files.
#pragma once

#include "app/options.hpp"

namespace breakwatch {

int run_replay(const ReplayOptions& options);

}  // namespace breakwatch
