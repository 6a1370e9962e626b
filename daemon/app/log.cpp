#include "app/log.hpp"

#include <unistd.h>

#include <spdlog/sinks/stdout_color_sinks.h>
#include <cstdlib>

namespace breakwatch {

bool set_up_log(const std::string& level)
{
    const auto parsed = spdlog::level::from_str(level == "warning" ? "warn" : level);
    if (parsed == spdlog::level::off && level != "off") return false;
    auto logger = spdlog::get("breakwatchd");
    if (!logger) logger = spdlog::stderr_color_mt("breakwatchd");
    logger->set_level(parsed);
    // Under systemd the journal has the time; the prefix gives it the priority.
    const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
    logger->set_pattern(journal ? "%l %v" : "%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    spdlog::set_default_logger(logger);
    return true;
}

}  // namespace breakwatch
