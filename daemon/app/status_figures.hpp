// What the daemon tells of itself in numbers, each in one line: its member in status.json, its name for Prometheus and
// what it means. Both pages are made of it. A figure is of a part of the daemon, a feed, a sink, a table, a platform, a
// rule: never of a person or a device.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "app/daemon_status.hpp"
#include "policy/counters.hpp"

namespace breakwatch {

struct Figure {
    // None: not known at the moment.
    using Value = std::variant<std::monostate, bool, std::uint64_t, double>;
    using Labels = std::vector<std::pair<std::string, std::string>>;

    std::string key;     // in its object of status.json
    std::string metric;  // behind "breakwatch_", with its unit; "_total" comes behind what is no level
    CounterKind kind = CounterKind::total;
    std::string meaning;
    Value value;
    Labels labels = {};  // of this figure beside others of its name
};
using Figures = std::vector<Figure>;

Figures figures_of(const CaptureStatus& capture);
Figures figures_of(const DecodeCounters& decode);  // what was not understood
Figures figures_of(const SensorCounters& sensor);
Figures figures_of(const EngineCounters& engine);
Figures figures_of(const PlatformCounters& platform);
Figures figures_of(const MemoryUse& memory);
Figures figures_of(const TableUse& table);
Figures figures_of(const FeedStatus& feed, Timestamp now);
Figures figures_of(const SinkStatus& sink, const Backlog& backlog, Timestamp now);
Figures figures_of_recorded(std::uint64_t count);
Figures figures_of_store(const DaemonStatus& status);
Figures figures_of_all(const DaemonStatus& status);  // of the daemon as a whole

// What the sink is owed; nothing where that is not known yet.
Backlog backlog_of(const DaemonStatus& status, const std::string& sink);

}  // namespace breakwatch
