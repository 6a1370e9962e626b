// What the daemon says of itself: for `breakwatch status` (status_file.hpp) and for Prometheus (metrics_page.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerts/sink.hpp"
#include "app/capture_thread.hpp"
#include "app/memory_use.hpp"
#include "app/sink_pipelines.hpp"
#include "app/store_thread.hpp"
#include "feeds/core/feed.hpp"
#include "policy/engine.hpp"
#include "store/verdict.hpp"

namespace breakwatch {

struct DaemonStatus {
    Timestamp started;
    Timestamp now;
    std::vector<CaptureStatus> captures;  // of each interface
    EngineCounters engine;
    std::map<std::string, PlatformCounters> platforms;
    std::optional<double> drift;  // policy/activity/feature_drift.hpp
    MemoryUse memory;
    std::vector<std::string> blind;  // what cannot be seen at the moment, and what to change
    std::vector<FeedStatus> feeds;
    std::vector<SinkStatus> sinks;
    std::map<std::string, Backlog> backlog;  // by sink: alerts not delivered yet
    StoreThread::Recorded recorded;
    StoreThread::Writes writes;
    std::optional<std::uint64_t> free_bytes;  // of the store's file system, for its user; none: not known
    std::uint64_t last_sequence = 0;
    std::size_t waiting_for_store = 0;
    std::vector<RuleVerdicts> verdicts;  // how often each rule was right, by what people found
};

}  // namespace breakwatch
