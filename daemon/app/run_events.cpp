#include "app/run_events.hpp"

namespace breakwatch {

namespace {

constexpr const char* kStarted = "BW-9002";
constexpr const char* kStopping = "BW-9003";

}  // namespace

ReportHealth run_started(const std::string& config_digest, std::optional<Timestamp> unfinished, Timestamp now)
{
    ReportHealth event{.code = kStarted,
                       .severity = unfinished ? Severity::warning : Severity::notice,
                       .subject = "breakwatchd",
                       .text = "started, version " BREAKWATCH_VERSION,
                       .at = now,
                       .fields = {{"version", BREAKWATCH_VERSION}, {"config", config_digest}, {"unclean", unfinished ? "1" : "0"}}};
    if (unfinished) {
        event.text += "; the run before, of " + to_rfc3339(*unfinished) +
                      ", did not end properly: it was killed, it crashed, or the machine went down";
    }
    return event;
}

ReportHealth run_stopping(const std::string& why, Timestamp now)
{
    return {.code = kStopping,
            .severity = Severity::notice,
            .subject = "breakwatchd",
            .text = "stopping: " + why + "; until it is started again nothing is seen",
            .at = now,
            .fields = {{"why", why}}};
}

}  // namespace breakwatch
