// The findings that late facts may still change: each is judged when it comes, again with every fact about its person
// or device, and for the last time when the wait for late facts is over. Owned by the engine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "policy/finding_index.hpp"
#include "policy/incident/incident_book.hpp"
#include "policy/mention/exchange_record.hpp"

namespace breakwatch {

// How findings ended, and those that did not get so far.
struct PendingFindingsCounters {
    std::uint64_t unenrolled = 0;  // of no enrolled device
    std::uint64_t ambiguous = 0;   // more than one person's
    std::uint64_t weak = 0;        // not sure enough whose
    std::uint64_t outside = 0;     // no rule held, or not surely enough
    std::uint64_t refused_full = 0;
};

class PendingFindings {
  public:
    // `book` is told of those that make, or no longer make, an incident, and outlives them.
    // `record` keeps those that a mention may be about, and outlives them, too.
    PendingFindings(std::size_t capacity, IncidentBook& book, ExchangeRecord& record)
        : capacity_(capacity), book_(book), record_(record)
    {}

    void add(const Finding& finding, const Facts& facts);

    void person_changed(const StaffId& staff, const Facts& facts);
    void device_changed(const MacAddress& mac, const std::vector<IpAddress>& addresses, const Facts& facts);
    void prefix_changed(const Subnet& prefix, const Facts& facts);
    void everything_changed(const Facts& facts);

    // A finding of somebody's that a rule was made for, but not surely of one person.
    struct Unattributed {
        Finding finding;
        std::vector<StaffId> people;  // more than one: between whom; else empty
        std::string why;
    };

    // Judged for the last time, with all that is known by then.
    void settle_before(Timestamp time, const Facts& facts);
    // Those of nobody known wait for a shorter time.
    void settle_unattributed_before(Timestamp time, const Facts& facts);
    void settle_all(const Facts& facts);
    // Findings that came, or were judged otherwise or for the last time, since this was asked last (`keep`).
    struct Change {
        enum class What : std::uint8_t { held, settled, gone };  // settled: part of an incident for good
        What what = What::held;
        PendingFinding held;
    };
    void keep() { keep_ = true; }
    std::vector<Change> take_changes() { return std::exchange(changes_, {}); }
    bool has_changes() const { return !changes_.empty(); }
    // A finding that an earlier run held, with its duty as judged then.
    void recall(const Finding& finding, const DutyState& duty, const Facts& facts);
    std::vector<Unattributed> take_unattributed() { return std::exchange(unattributed_, {}); }
    void forget(const StaffId& staff);

    std::size_t size() const { return index_.size(); }
    const PendingFindingsCounters& counters() const { return counters_; }

  private:
    void judge(FindingNumber number, const Facts& facts);
    void judge(const FindingIndex::Numbers& numbers, const Facts& facts);
    void settle(FindingNumber number, const Facts& facts);
    void changed(Change::What what, const PendingFinding& held);
    void record(FindingNumber number, const PendingFinding& held, const Facts& facts);
    void note_unattributed(const PendingFinding& held, const Facts& facts);

    std::size_t capacity_;
    IncidentBook& book_;
    ExchangeRecord& record_;
    FindingIndex index_;
    FindingNumber next_number_ = 1;
    std::vector<Unattributed> unattributed_;
    bool keep_ = false;
    std::vector<Change> changes_;
    PendingFindingsCounters counters_;
};

}  // namespace breakwatch
