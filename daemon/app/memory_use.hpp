// What the tables hold of their budget, and what is to be told of it: a table that is full, and its end; a process that is
// larger than its budget.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "app/capture_thread.hpp"
#include "app/memory_plan.hpp"
#include "policy/effect.hpp"

namespace breakwatch {

struct TableUse {
    Table table = Table::flows;
    std::size_t rows = 0;
    std::size_t most = 0;
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

MemoryUse memory_use(const MemoryPlan& plan, const CaptureStatus& capture, const EngineCounters& engine);

class MemoryWatch {
  public:
    std::vector<ReportHealth> look(const MemoryUse& use, Timestamp now);

  private:
    std::array<bool, kTables> full_{};
    bool over_ = false;
};

}  // namespace breakwatch
