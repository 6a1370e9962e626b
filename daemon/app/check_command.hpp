// breakwatchd check: reads everything `run` would read and says what is wrong with it, all at once.
#pragma once

#include "app/options.hpp"

namespace breakwatch {

int run_check(const CheckOptions& options);

}  // namespace breakwatch
