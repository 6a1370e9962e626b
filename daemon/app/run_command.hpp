// breakwatchd run: the service, live on an interface, until SIGTERM or SIGINT.
#pragma once

#include "app/options.hpp"

namespace breakwatch {

int run_live(const RunOptions& options);

}  // namespace breakwatch
