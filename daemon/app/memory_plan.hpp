// The octets of `memory:` in the configuration, divided among the tables that hold what came from outside: how many
// rows each may have. A row is counted as the largest that anybody can make of it, with the heap's own part.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "capture/sensor.hpp"
#include "flow/dissector.hpp"
#include "policy/engine.hpp"

namespace breakwatch {

enum class Table : std::uint8_t {
    flows,        // conversations on the wire, of enrolled devices
    connections,  // what is kept of them besides
    exchanges,    // connections to platforms
    searches,     // whose names are looked for
    hellos,       // octets that wait for the rest of a hello
    fragments,    // octets
    names,        // octets of what clients were told by DNS
    volumes,
    addresses,
    waiting,   // observations that found the engine busy
    findings,  // that wait for late facts
    incidents,
    statements,  // about enrolled devices
    markers,     // about others
    traffic,     // slices of ten seconds
    calls,
    duty,
    record,  // post-like exchanges of the last days, for mentions
    count
};
inline constexpr std::size_t kTables = static_cast<std::size_t>(Table::count);

class MemoryPlan {
  public:
    // The daemon's own: the program, its libraries, the queue between its threads, rosters, rules, the store's cache.
    static constexpr std::size_t kProgram = std::size_t{96} << 20U;
    static constexpr std::size_t kLeastTables = std::size_t{64} << 20U;
    // A further capture's queue, and what it has that is no table.
    static constexpr std::size_t kFurtherCapture = std::size_t{16} << 20U;

    // `ring`: the kernel's buffer of a capture, mapped into the daemon and counted to it; of so many captures, where
    // each ring of an interface is one. Less than least(): that.
    explicit MemoryPlan(std::size_t octets = std::size_t{1} << 30U, std::size_t ring = std::size_t{64} << 20U,
                        std::size_t captures = 1);

    static std::size_t least(std::size_t ring, std::size_t captures = 1)
    {
        return kProgram + captures * (kLeastTables + ring) + (captures - 1) * kFurtherCapture;
    }

    std::size_t octets() const { return octets_; }
    // In all; of the wire's tables each capture has the same part.
    std::size_t rows(Table table) const { return rows_[static_cast<std::size_t>(table)]; }
    std::size_t rows_of_capture(Table table) const { return rows(table) / captures_; }
    static std::size_t octets_of(Table table, std::size_t rows);
    static std::string_view name(Table table);

    void limit(DissectorLimits& limits) const;
    void limit(SensorLimits& limits) const;
    void limit(EngineSettings& settings) const;

  private:
    std::size_t octets_;
    std::size_t captures_;
    std::array<std::size_t, kTables> rows_{};
};

}  // namespace breakwatch
