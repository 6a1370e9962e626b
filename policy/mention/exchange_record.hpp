// The short-term record: post-like exchanges of enrolled people in the time after a contact they handled, and nothing
// else, so that a complaint of days later can be answered. Owned by the engine; bounded; sealed on disk by the store.
//
//   judged --put--> pending: late facts may still change it --settle--> kept as it was judged last, without its device,
//        \                                                             until purge() or forget()
//         '-- no mention rule holds: never in it, or out again
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/finding_index.hpp"
#include "policy/memory.hpp"

namespace breakwatch {

class ExchangeRecord {
  public:
    // Zero: nothing is kept, and what could be missing is everything.
    explicit ExchangeRecord(std::size_t capacity) : capacity_(capacity) {}

    // Judged so by the mention rules, for now; `contacts`: ids of those that the person had handled by then.
    void put(FindingNumber number, const Finding& finding, Judgement judgement, std::vector<std::string> contacts);
    void erase(FindingNumber number);
    void settle(FindingNumber number);
    // Of an earlier run, settled.
    void recall(RecordedExchange exchange);

    // How many went; those from now on are complete from `time` on.
    std::size_t purge(Timestamp time);
    void forget(const StaffId& staff);
    // Before then something may be missing: it was purged, found no room, was of somebody who withdrew, or no rule
    // asked for it. Whoever is left there is named by nothing.
    Timestamp complete_since() const { return capacity_ == 0 ? Timestamp::max() : complete_since_; }
    void incomplete_before(Timestamp time) { complete_since_ = std::max(complete_since_, time); }
    // Nobody asks for it any more.
    void clear();

    using Key = std::tuple<std::string, Timestamp, FindingNumber>;  // platform, when, which
    struct Entry {
        RecordedExchange exchange;
        bool settled = false;
    };
    using Entries = std::map<Key, Entry>;
    struct Window {
        Entries::const_iterator first, last;
        auto begin() const { return first; }
        auto end() const { return last; }
    };
    // From `from` to `to`, both in it.
    Window window(const std::string& platform, Timestamp from, Timestamp to) const;

    // When those were that came, went or were judged otherwise since this was asked last.
    std::vector<Timestamp> take_changed() { return std::exchange(changed_, {}); }
    // What settled since this was asked last (`keep`).
    void keep() { keep_ = true; }
    std::vector<RecordedExchange> take_settled() { return std::exchange(settled_, {}); }

    std::size_t size() const { return entries_.size(); }
    std::uint64_t refused_full() const { return refused_full_; }

  private:
    void drop(Entries::iterator entry);
    void make_room(const StaffId& newcomer);

    std::size_t capacity_;
    Entries entries_;
    std::unordered_map<FindingNumber, Key> pending_;
    std::unordered_map<StaffId, std::size_t> of_person_;
    FindingNumber next_recalled_ = 1;
    Timestamp complete_since_ = Timestamp::min();
    std::vector<Timestamp> changed_;
    bool keep_ = false;
    std::vector<RecordedExchange> settled_;
    std::uint64_t refused_full_ = 0;
};

}  // namespace breakwatch
