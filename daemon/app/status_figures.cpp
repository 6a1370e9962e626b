#include "app/status_figures.hpp"

#include <chrono>
#include <utility>

namespace breakwatch {

namespace {

constexpr auto kLevel = CounterKind::level;
constexpr auto kTotal = CounterKind::total;

double in_seconds(Duration time)
{
    return std::chrono::duration<double>(time).count();
}

// "flows" of flows_refused: in status.json what was kept out is an object of its own.
template <typename Counters>
Figures figures_of_counters(const std::string& part, const Counters& counters)
{
    Figures figures;
    counters.for_each([&](const CounterFacts& facts, std::uint64_t count) {
        const std::string name(facts.name);
        Figure figure{name, part + "_" + name, facts.kind, std::string(facts.meaning), count};
        if (facts.kind == CounterKind::refused || facts.kind == CounterKind::limited) {
            figure.key = name.substr(0, name.find("_refused"));
            figure.metric = part + "_" + figure.key + "_refused";
            figure.meaning = "kept out: " + figure.meaning;
        }
        figures.push_back(std::move(figure));
    });
    return figures;
}

}  // namespace

Figures figures_of(const CaptureStatus& capture)
{
    const auto dropped = [](const std::string& cause, std::uint64_t count) {
        return Figure{"dropped_by_" + cause,
                      "capture_dropped_packets",
                      kTotal,
                      "packets that were lost before they were read, by the kernel (its buffer was full) or the "
                      "interface",
                      count,
                      {{"cause", cause}}};
    };
    Figures figures{
        {"up", "capture_up", kLevel, "whether the interface is read", capture.up},
        {"packets", "capture_packets", kTotal, "packets that were looked at", capture.decode.packets},
        {"bytes", "capture_bytes", kTotal, "octets of the packets that were looked at", capture.decode.bytes},
        {"received", "capture_received_packets", kTotal, "packets as the kernel counts them", capture.source.received},
        dropped("kernel", capture.source.dropped_by_kernel),
        dropped("interface", capture.source.dropped_by_interface),
        {"dropped_observations", "capture_dropped_observations", kTotal,
         "exchanges and volumes that were lost because the engine was too slow", capture.dropped_observations},
        {"flows", "capture_flows", kLevel, "flows that are held at present", std::uint64_t{capture.flows}},
        {"shedding", "capture_shedding", kLevel,
         "what is left out at present for want of time: 0 nothing, 1 packets of nobody's devices, 2 volumes of servers "
         "that are no platform's, too, 3 hellos to such servers, too",
         std::uint64_t{std::to_underlying(capture.shedding)}},
    };
    for (std::size_t i = 0; i < capture.rings.size(); ++i) {
        const auto ring = std::to_string(i);
        figures.push_back({"ring_" + ring + "_received",
                           "capture_ring_received_packets",
                           kTotal,
                           "packets as the kernel counts them, by ring; what concerns all of them in each",
                           capture.rings[i].received,
                           {{"ring", ring}}});
        figures.push_back({"ring_" + ring + "_dropped",
                           "capture_ring_dropped_packets",
                           kTotal,
                           "packets that were lost because the ring was full",
                           capture.rings[i].dropped_by_kernel,
                           {{"ring", ring}}});
    }
    return figures;
}

Figures figures_of(const DecodeCounters& decode)
{
    Figures figures;
    decode.for_each([&](const std::string& name, std::uint64_t count) {
        const auto dot = name.find('.');
        figures.push_back({name,
                           "capture_not_understood",
                           kTotal,
                           "what was malformed, of another kind or given up, by layer and reason",
                           count,
                           {{"layer", name.substr(0, dot)}, {"reason", name.substr(dot + 1)}}});
    });
    return figures;
}

Figures figures_of(const SensorCounters& sensor)
{
    return figures_of_counters("sensor", sensor);
}

Figures figures_of(const EngineCounters& engine)
{
    return figures_of_counters("engine", engine);
}

Figures figures_of(const PlatformCounters& platform)
{
    return figures_of_counters("platform", platform);
}

Figures figures_of(const MemoryUse& memory)
{
    return {
        {"budget", "memory_budget_bytes", kLevel, "what the daemon may take", std::uint64_t{memory.budget}},
        {"resident", "memory_resident_bytes", kLevel, "what it takes, as the kernel counts it",
         std::uint64_t{memory.resident}},
        {"over", "memory_over_budget", kLevel, "whether that is clearly more than it may", memory.over()},
    };
}

Figures figures_of(const TableUse& table)
{
    return {
        {"rows", "memory_table_rows", kLevel, "rows of the table", std::uint64_t{table.rows}},
        {"most_rows", "memory_table_rows_limit", kLevel, "rows that it may have", std::uint64_t{table.most}},
        {"bytes", "memory_table_bytes", kLevel, "octets that the table takes", std::uint64_t{table.octets()}},
        {"most_bytes", "memory_table_limit_bytes", kLevel, "octets that it may take",
         std::uint64_t{table.most_octets()}},
    };
}

Figures figures_of(const FeedStatus& feed, Timestamp now)
{
    Figure lag{"lag_s", "feed_lag_seconds", kLevel, "how long ago its newest event was, by the event's own time", {}};
    if (feed.last_event) lag.value = in_seconds(now - *feed.last_event);
    Figure clock{"clock_ahead_s",
                 "feed_clock_ahead_seconds",
                 kLevel,
                 "how far its clock is ahead of this machine's, as estimated; less than zero: behind",
                 {}};
    if (feed.clock_ahead) clock.value = in_seconds(*feed.clock_ahead);
    return {
        {"up", "feed_up", kLevel, "whether the feed is heard", feed.up},
        {"taken", "feed_records_taken", kTotal, "records that were understood", feed.taken},
        {"refused", "feed_records_refused", kTotal, "records, lines and files that were refused", feed.refused},
        {"unmapped", "feed_records_unmapped", kTotal, "call events of agents whom enrolment does not name",
         feed.unmapped},
        lag,
        clock,
    };
}

Figures figures_of(const SinkStatus& sink, const Backlog& backlog, Timestamp now)
{
    return {
        {"connected", "sink_connected", kLevel, "whether the sink can be reached", sink.connected},
        {"sent", "sink_alerts_sent", kTotal, "alerts that were sent", sink.sent},
        {"failures", "sink_failures", kTotal, "attempts to send that failed", sink.failures},
        {"truncated", "sink_alerts_truncated", kTotal, "alerts that were too long and were cut short", sink.truncated},
        {"kept_back", "sink_alerts_kept_back", kTotal, "alerts that its filter kept back", sink.kept_back},
        {"backlog", "sink_backlog_alerts", kLevel, "alerts that wait to be sent", std::uint64_t{backlog.alerts}},
        {"unconfirmed", "sink_unconfirmed_alerts", kLevel,
         "alerts that were written to a receiver that acknowledges nothing, and may have to be sent again",
         std::uint64_t{backlog.unconfirmed}},
        {"oldest_s", "sink_oldest_alert_age_seconds", kLevel,
         "how long ago the oldest alert was raised that waits to be sent; zero: none waits",
         backlog.oldest ? in_seconds(now - *backlog.oldest) : 0.0},
    };
}

Figures figures_of_recorded(std::uint64_t count)
{
    return {{"count", "events_recorded", kTotal, "events of this run by code, and those of incidents by rule", count}};
}

Figures figures_of_store(const DaemonStatus& status)
{
    Figure free{"free_bytes", "store_free_bytes", kLevel, "what its file system has left for it", {}};
    if (status.free_bytes) free.value = *status.free_bytes;
    return {
        {"writes", "store_writes", kTotal, "transactions with the disk, failed ones too", status.writes.count},
        {"write_s", "store_write_seconds", kTotal, "how long they took, all together", in_seconds(status.writes.took)},
        {"longest_write_s", "store_longest_write_seconds", kLevel, "how long the longest of them took",
         in_seconds(status.writes.longest)},
        free,
    };
}

Figures figures_of_all(const DaemonStatus& status)
{
    Figure drift{"drift",
                 "detector_drift_distance",
                 kLevel,
                 "how far the traffic is from what the detector was made from, as judged last",
                 {}};
    if (status.drift) drift.value = *status.drift;
    return {
        {"uptime_s", "uptime_seconds", kLevel, "how long ago the daemon was started",
         in_seconds(status.now - status.started)},
        {"blind_spots", "blind_spots", kLevel, "what cannot be seen at the moment: `breakwatch status` says what",
         std::uint64_t{status.blind.size()}},
        drift,
        {"last_sequence", "alert_last_sequence", kLevel, "sequence number of the last alert", status.last_sequence},
        {"waiting_for_store", "store_waiting", kLevel, "conclusions that wait to be stored",
         std::uint64_t{status.waiting_for_store}},
    };
}

Backlog backlog_of(const DaemonStatus& status, const std::string& sink)
{
    const auto found = status.backlog.find(sink);
    return found == status.backlog.end() ? Backlog{} : found->second;
}

}  // namespace breakwatch
