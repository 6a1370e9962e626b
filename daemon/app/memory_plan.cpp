#include "app/memory_plan.hpp"

#include <algorithm>

#include "app/observation_queue.hpp"

namespace breakwatch {

namespace {

struct Part {
    Table table;
    std::string_view name;
    std::size_t row;     // octets
    std::size_t weight;  // of the whole
};

// In the tables' order. Rows of the policy's tables were measured with the longest texts that its inputs let through
// (tests/unit/app/memory_plan_test.cpp), those of the wire's follow from their types.
const std::array<Part, kTables>& parts()
{
    static const std::array<Part, kTables> all{{
        {Table::flows, "flows", Dissector::octets_per_flow(), 100},
        {Table::connections, "connections", Sensor::octets_per_connection(), 48},
        {Table::exchanges, "exchanges", Sensor::octets_per_tracker(), 32},
        {Table::searches, "searches", Dissector::octets_per_search(), 32},
        {Table::hellos, "hellos", 1, 64},
        {Table::fragments, "fragments", 1, 8},
        {Table::names, "names", 1, 32},
        {Table::volumes, "volumes", 144, 16},
        {Table::addresses, "addresses", 288, 16},
        {Table::waiting, "waiting", sizeof(Observation) + 16, 32},
        {Table::findings, "findings", 4'096, 128},
        {Table::incidents, "incidents", 16'384, 80},
        {Table::statements, "statements", 400, 96},
        {Table::markers, "markers", 256, 12},
        {Table::traffic, "traffic", 128, 128},
        {Table::calls, "calls", 512, 100},
        {Table::duty, "duty", 256, 24},
        {Table::record, "record", 2'048, 64},
    }};
    return all;
}

const Part& part(Table table)
{
    return parts()[static_cast<std::size_t>(table)];
}

}  // namespace

MemoryPlan::MemoryPlan(std::size_t octets, std::size_t ring, std::size_t captures)
    : octets_(std::max(octets, least(ring, captures))), captures_(captures)
{
    std::size_t weights = 0;
    for (const auto& each : parts()) weights += each.weight;
    const auto divided = octets_ - kProgram - captures * ring - (captures - 1) * kFurtherCapture;
    for (const auto& each : parts())
        rows_[static_cast<std::size_t>(each.table)] = divided / weights * each.weight / each.row;
}

std::size_t MemoryPlan::octets_of(Table table, std::size_t rows)
{
    return rows * part(table).row;
}
std::string_view MemoryPlan::name(Table table)
{
    return part(table).name;
}

void MemoryPlan::limit(DissectorLimits& limits) const
{
    limits.flows = rows_of_capture(Table::flows);
    limits.hello_flows = rows_of_capture(Table::searches);
    limits.hello_memory = rows_of_capture(Table::hellos);
    limits.fragment_bytes = rows_of_capture(Table::fragments);
    limits.name_cache_bytes = rows_of_capture(Table::names);
}

void MemoryPlan::limit(SensorLimits& limits) const
{
    limits.flows = rows_of_capture(Table::connections);
    limits.trackers = rows_of_capture(Table::exchanges);
    limits.volume_entries = rows_of_capture(Table::volumes);
    limits.addresses = rows_of_capture(Table::addresses);
}

void MemoryPlan::limit(EngineSettings& settings) const
{
    settings.pending_findings = rows(Table::findings);
    settings.open_incidents = rows(Table::incidents);
    settings.volume_slices = rows(Table::traffic);
    settings.bindings.statements = rows(Table::statements);
    settings.bindings.markers = rows(Table::markers);
    settings.calls.calls = rows(Table::calls);
    settings.agents.events = rows(Table::duty);
    settings.recorded_exchanges = rows(Table::record);
}

}  // namespace breakwatch
