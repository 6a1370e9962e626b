// breakwatchd check --live, and --capture: what a mirror shows, and what to change about it. Says nothing of single
// devices, enrolled or not: counts alone.
#pragma once

#include "app/options.hpp"

namespace breakwatch {

int run_check_mirror(const CheckOptions& options);

}  // namespace breakwatch
