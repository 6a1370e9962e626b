#include "app/memory_use.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "policy/event_catalogue.hpp"

namespace breakwatch {

namespace {

// proc(5): the second number of statm, in pages.
std::size_t resident_octets()
{
    std::ifstream in("/proc/self/statm");
    std::size_t size = 0;
    std::size_t resident = 0;
    in >> size >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::string mebibytes(std::size_t octets)
{
    return std::to_string((octets + (1U << 19U)) >> 20U) + " MiB";
}

// The cache of names is full in a healthy network: what was not asked for longest makes room.
bool may_be_full(Table table)
{
    return table == Table::names;
}

}  // namespace

MemoryUse memory_use(const MemoryPlan& plan, const std::vector<CaptureStatus>& captures, const EngineCounters& engine)
{
    MemoryUse use{plan.octets(), resident_octets(), {}};
    const auto put = [](TableUse& table, std::size_t rows, std::size_t most) {
        table.rows += rows;
        table.most += most;
        table.full = table.full || rows >= most;
        table.has_room = table.has_room && rows < most / 10 * 9;
    };
    const auto add_of_captures = [&](Table table, auto rows_of) {
        auto& all = use.tables.emplace_back(TableUse{.table = table});
        for (const auto& capture : captures)
            put(all, rows_of(capture), plan.rows_of_capture(table) * std::max<std::size_t>(capture.rings.size(), 1));
    };
    using Capture = const CaptureStatus&;
    add_of_captures(Table::flows, [](Capture capture) { return capture.wire_rows.flows; });
    add_of_captures(Table::connections, [](Capture capture) { return capture.sensor_rows.flows; });
    add_of_captures(Table::exchanges, [](Capture capture) { return capture.sensor_rows.trackers; });
    add_of_captures(Table::searches, [](Capture capture) { return capture.wire_rows.searches; });
    add_of_captures(Table::hellos, [](Capture capture) { return capture.wire_rows.hello_octets; });
    add_of_captures(Table::fragments, [](Capture capture) { return capture.wire_rows.fragment_octets; });
    add_of_captures(Table::names, [](Capture capture) { return capture.wire_rows.name_octets; });
    add_of_captures(Table::volumes, [](Capture capture) { return capture.sensor_rows.volumes; });
    add_of_captures(Table::addresses, [](Capture capture) { return capture.sensor_rows.addresses; });
    add_of_captures(Table::waiting, [](Capture capture) { return capture.waiting; });
    const auto add = [&](Table table, std::size_t rows) {
        put(use.tables.emplace_back(TableUse{.table = table}), rows, plan.rows(table));
    };
    add(Table::findings, engine.pending_findings);
    add(Table::incidents, engine.open_incidents);
    add(Table::statements, engine.bindings);
    add(Table::markers, engine.markers);
    add(Table::traffic, engine.traffic_slices);
    add(Table::calls, engine.calls);
    add(Table::duty, engine.duty_events);
    add(Table::record, engine.recorded_exchanges);
    return use;
}

std::vector<ReportHealth> MemoryWatch::look(const MemoryUse& use, Timestamp now)
{
    std::vector<ReportHealth> reports;
    const auto tell = [&](bool& before, bool is, bool is_over, const std::string& what, const std::string& end) {
        if (!before && is) reports.push_back({event::kMemory.code, Severity::warning, "memory", what, now});
        if (before && is_over) reports.push_back({event::kMemory.code, Severity::notice, "memory", end, now});
        before = before ? !is_over : is;
    };
    for (const auto& each : use.tables) {
        if (may_be_full(each.table)) continue;
        const auto name = std::string(each.name());
        tell(full_[static_cast<std::size_t>(each.table)], each.full, each.has_room,
             "the table of " + name + " is full (" + mebibytes(each.most_octets()) +
                 "): the oldest makes room or what is new is refused; is it an attack, or is memory: too small for "
                 "this network?",
             "the table of " + name + " has room again");
    }
    tell(over_, use.over(), use.resident <= use.budget,
         "the daemon takes " + mebibytes(use.resident) + ", more than the " + mebibytes(use.budget) +
             " of memory:; please report it",
         "the daemon is within its memory: again");
    return reports;
}

void MemoryWatch::look(const CounterFacts& facts, std::uint64_t count, Timestamp now,
                       std::vector<ReportHealth>& reports)
{
    if (facts.kind != CounterKind::refused) return;
    auto& refused = refused_[facts.name];
    if (count <= refused.told || (refused.told > 0 && now - refused.told_at < kAgain)) return;
    reports.push_back(
        {event::kMemory.code, Severity::warning, "memory",
         "there was no room for " + std::to_string(count - refused.told) + " " + std::string(facts.meaning), now});
    refused = {.told = count, .told_at = now};
}

}  // namespace breakwatch
