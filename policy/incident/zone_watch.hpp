// Devices of people on shift where devices are not allowed: the second use of the same join.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>

#include "policy/duty/duty.hpp"
#include "policy/identity/binding_table.hpp"
#include "policy/incident/incident_book.hpp"

namespace breakwatch {

class ZoneWatch {
  public:
    // What waits for a late roster beyond this is not kept.
    static constexpr std::size_t kWaiting = 20'000;

    struct Facts {
        const BindingTable& bindings;
        const Duty& duty;
        const Rules& rules;
    };
    explicit ZoneWatch(Duration horizon) : horizon_(horizon) {}

    // The network told of the device at `at`.
    void observe(const Device& device, Timestamp at, const Facts& facts, IncidentBook& book);
    // A roster or an agent state came: was somebody on shift after all?
    void judge_again(const Facts& facts, IncidentBook& book);
    void forget(const StaffId& staff);
    void tidy(Timestamp now);
    std::size_t waiting() const { return waiting_.size(); }
    std::uint64_t refused_full() const { return refused_full_; }

  private:
    using Key = std::tuple<StaffId, std::string, std::chrono::sys_time<std::chrono::minutes>>;

    bool judge(const Binding& binding, Timestamp at, const Facts& facts, IncidentBook& book) const;

    std::map<Key, std::pair<Timestamp, Binding>> waiting_;  // by person, zone and minute: the first of it
    Duration horizon_;
    std::uint64_t refused_full_ = 0;
};

}  // namespace breakwatch
