// What the SIEM hears of the daemon itself: its beginning and end, its store, its machine's clock.
#pragma once

#include <optional>
#include <string>

#include "policy/effect.hpp"

namespace breakwatch {

// `unfinished`: when the run before began, if it never ended properly.
ReportHealth run_started(const std::string& config_digest, std::optional<Timestamp> unfinished, Timestamp now);
// `why` in words: "SIGTERM".
ReportHealth run_stopping(const std::string& why, Timestamp now);
// `where`: "capture thread"; `what`: the exception's words.
ReportHealth run_failing(const std::string& where, const std::string& what, Timestamp now);
// A piece of the store's work that was given up.
ReportHealth store_work_failed(const std::string& what, Timestamp now);
// `by`: negative for back.
ReportHealth clock_was_set(Duration by, Timestamp now);
// Deletion for age waits: `ahead` of the last run at the start, `owed` still to run, `waiting` incidents that would go.
ReportHealth retention_waits(Duration ahead, Duration owed, std::size_t waiting, Timestamp now);
// Of what an earlier run kept for this one, `spoilt` pieces cannot be read; `why` of the first.
ReportHealth memory_spoilt(std::size_t spoilt, const std::string& why, Timestamp now);
// All of it was told by a clock that was wrong.
ReportHealth memory_of_other_clock(Timestamp now);
// So many pieces were not kept: a restart would not know of them.
ReportHealth memory_full(std::size_t unkept, Timestamp now);
ReportHealth store_not_written(const std::string& why, Timestamp now);
ReportHealth store_written_again(Timestamp failing_since, Timestamp now);

}  // namespace breakwatch
