// What the tables hold of their budget, and what is to be told of it: a table that is full, and its end; what there was
// no room for; a process that is larger than its budget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "app/capture_thread.hpp"
#include "app/memory_plan.hpp"
#include "policy/counters.hpp"
#include "policy/effect.hpp"

namespace breakwatch {

struct TableUse {
    Table table = Table::flows;
    std::size_t rows = 0;
    std::size_t most = 0;
    bool full = false;     // of tables that each capture has one of: one is
    bool has_room = true;  // all are a tenth empty
    std::string_view name() const { return MemoryPlan::name(table); }
    std::size_t octets() const { return MemoryPlan::octets_of(table, rows); }
    std::size_t most_octets() const { return MemoryPlan::octets_of(table, most); }
};

struct MemoryUse {
    std::size_t budget = 0;    // octets
    std::size_t resident = 0;  // of the process, as the kernel counts it
    std::vector<TableUse> tables;
    // More than measuring can explain.
    bool over() const { return resident > budget + budget / 20; }
};

MemoryUse memory_use(const MemoryPlan& plan, const std::vector<CaptureStatus>& captures, const EngineCounters& engine);

class MemoryWatch {
  public:
    std::vector<ReportHealth> look(const MemoryUse& use, Timestamp now);
    // Of all counters of the kind `refused`: told when one begins to grow, and hourly while it goes on.
    template <typename Counters>
    std::vector<ReportHealth> look(const Counters& counters, Timestamp now)
    {
        std::vector<ReportHealth> reports;
        counters.for_each([&](const CounterFacts& facts, std::uint64_t count) { look(facts, count, now, reports); });
        return reports;
    }

  private:
    static constexpr Duration kAgain = std::chrono::hours{1};
    struct Refused {
        std::uint64_t told = 0;
        Timestamp told_at;
    };

    void look(const CounterFacts& facts, std::uint64_t count, Timestamp now, std::vector<ReportHealth>& reports);

    std::map<std::string_view, Refused> refused_;
    std::array<bool, kTables> full_{};
    bool over_ = false;
};

}  // namespace breakwatch
