// Words to the service manager (sd_notify(3)); all of them do nothing outside systemd.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace breakwatch {

void notify_ready(const std::string& status);
void notify_reloading();
void notify_stopping();
void notify_watchdog();
void notify_status(const std::string& status);
// A quarter of WatchdogSec: how often to ask whether notify_watchdog is due. None: no watchdog asked for.
std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace breakwatch
