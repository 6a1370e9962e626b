// The figures of the status as Prometheus reads them (text format 0.0.4).
#pragma once

#include <string>

#include "app/daemon_status.hpp"

namespace breakwatch {

std::string metrics_page(const DaemonStatus& status);

}  // namespace breakwatch
