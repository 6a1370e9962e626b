// What the daemon says of itself for `breakwatch status`: one JSON file, replaced whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "alerts/sink.hpp"
#include "app/capture_thread.hpp"
#include "app/memory_use.hpp"
#include "feeds/core/feed.hpp"
#include "policy/engine.hpp"
#include "store/verdict.hpp"

namespace breakwatch {

struct DaemonStatus {
    Timestamp started;
    Timestamp now;
    std::vector<CaptureStatus> captures;  // of each interface
    EngineCounters engine;
    MemoryUse memory;
    std::vector<std::string> blind;  // what cannot be seen at the moment, and what to change
    std::vector<FeedStatus> feeds;
    std::vector<SinkStatus> sinks;
    std::map<std::string, std::size_t> backlog;  // by sink: alerts not delivered yet
    std::uint64_t last_sequence = 0;
    std::size_t waiting_for_store = 0;
    std::vector<RuleVerdicts> verdicts;  // how often each rule was right, by what people found
};

std::string to_json(const DaemonStatus& status);
// Written beside and renamed: a reader never sees half of it. The error in words.
[[nodiscard]] std::expected<void, std::string> write_status(const std::filesystem::path& file,
                                                            const DaemonStatus& status);

}  // namespace breakwatch
