#include "app/run_events.hpp"

#include "app/retention_clock.hpp"
#include "policy/event_catalogue.hpp"

namespace breakwatch {

namespace {

// The doubt is of this start, or goes on.
std::string why_doubted(Duration ahead)
{
    if (ahead >= -RetentionClock::kBack && ahead <= RetentionClock::kBelieved)
        return "this machine's clock is doubted since an earlier start, after time that no run accounts for";
    return "this machine's clock is " + to_words(std::chrono::abs(ahead)) +
           (ahead < Duration{0} ? " before" : " after") + " the last run's, more than is believed at once";
}

}  // namespace

ReportHealth run_started(const std::string& config_digest, std::optional<Timestamp> unfinished, Timestamp now)
{
    ReportHealth event{
        .code = event::kStarted.code,
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
    return {.code = event::kStopping.code,
            .severity = Severity::notice,
            .subject = "breakwatchd",
            .text = "stopping: " + why + "; until it is started again nothing is seen",
            .at = now,
            .fields = {{"why", why}}};
}

ReportHealth run_failing(const std::string& where, const std::string& what, Timestamp now)
{
    return {.code = event::kStopping.code,
            .severity = Severity::critical,
            .subject = "breakwatchd",
            .text = "cannot go on: " + where + ": " + what + "; stores what is owed, ends and is to be started again",
            .at = now,
            .fields = {{"why", where + ": " + what}}};
}

ReportHealth store_work_failed(const std::string& what, Timestamp now)
{
    return {event::kStoreFailing.code, Severity::error, "store", "a piece of its work was given up: " + what, now};
}

ReportHealth clock_was_set(Duration by, Timestamp now)
{
    return {
        event::kWrongClock.code, Severity::warning, "clock",
        "this machine's clock was set " + std::string(by < Duration{0} ? "back" : "forward") + " by " +
            to_words(std::chrono::abs(by)) +
            "; ends and is to be started again, so that nothing is compared across it; what is down then is told anew",
        now};
}

ReportHealth retention_waits(Duration ahead, Duration owed, std::size_t waiting, Timestamp now)
{
    return {event::kRetention.code,
            Severity::warning,
            "retention",
            why_doubted(ahead) + "; nothing is deleted for its age by it until it has agreed with itself for " +
                to_words(owed) + " of running, at " + to_rfc3339(now + owed) + "; by then " + std::to_string(waiting) +
                " incidents would be; set the clock right if it is wrong",
            now,
            {{"count", std::to_string(waiting)}}};
}

ReportHealth memory_spoilt(std::size_t spoilt, const std::string& why, Timestamp now)
{
    return {event::kRetention.code,
            Severity::warning,
            "memory",
            "of what the run before kept, " + std::to_string(spoilt) +
                " pieces cannot be read back: a post that waited for late facts, or a call or login from before the "
                "start, may be missing; the first: " +
                why,
            now,
            {{"count", std::to_string(spoilt)}}};
}

ReportHealth memory_of_other_clock(Timestamp now)
{
    return {event::kRetention.code, Severity::notice, "memory",
            "what the run before kept is not used: this machine's clock is before the time of it, and facts by two "
            "clocks would be joined wrongly",
            now};
}

ReportHealth memory_full(std::size_t unkept, Timestamp now)
{
    return {event::kRetention.code,
            Severity::warning,
            "memory",
            std::to_string(unkept) +
                " facts were not kept for want of room; in force now, but a restart would not know of them",
            now,
            {{"count", std::to_string(unkept)}}};
}

ReportHealth store_not_written(const std::string& why, Timestamp now)
{
    return {event::kStoreFailing.code, Severity::critical, "store",
            "cannot be written; what happens is kept in memory and tried again: " + why, now};
}

ReportHealth store_written_again(Timestamp failing_since, Timestamp now)
{
    return {event::kStoreFailing.code, Severity::notice, "store",
            "written again after " + to_words(now - failing_since) + "; nothing was lost", now};
}

}  // namespace breakwatch
