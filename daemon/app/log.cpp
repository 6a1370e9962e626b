#include "app/log.hpp"

#include <unistd.h>

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace breakwatch {

namespace {

// The journal has the time, and takes the priority from the beginning of the line: sd-daemon(3).
// A terminal that was opened below a service inherits the variable.
bool to_journal()
{
    return std::getenv("JOURNAL_STREAM") != nullptr && ::isatty(STDERR_FILENO) == 0;
}

int priority(spdlog::level::level_enum level)
{
    switch (level) {
        case spdlog::level::critical: return 2;
        case spdlog::level::err: return 3;
        case spdlog::level::warn: return 4;
        case spdlog::level::info: return 6;
        default: return 7;
    }
}

class PriorityFlag final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& message, const std::tm& /*time*/, spdlog::memory_buf_t& out) override
    {
        const std::string text = "<" + std::to_string(priority(message.level)) + ">";
        out.append(text.data(), text.data() + text.size());
    }
    std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<PriorityFlag>(); }
};

}  // namespace

bool set_up_log(const std::string& level)
{
    const auto parsed = spdlog::level::from_str(level == "warning" ? "warn" : level);
    if (parsed == spdlog::level::off && level != "off") return false;
    auto logger = spdlog::get("breakwatchd");
    if (!logger) logger = spdlog::stderr_color_mt("breakwatchd");
    logger->set_level(parsed);
    if (to_journal()) {
        auto formatter = std::make_unique<spdlog::pattern_formatter>();
        formatter->add_flag<PriorityFlag>('*').set_pattern("%*%v");
        logger->set_formatter(std::move(formatter));
    } else {
        logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
    }
    spdlog::set_default_logger(logger);
    return true;
}

void say_refusal(const std::string& line)
{
    std::fprintf(stderr, "%s%s\n", to_journal() ? "<3>" : "", line.c_str());
}

}  // namespace breakwatch
