// What of the engine's bindings and duty the store has not got yet, row by row. Main thread only.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "policy/engine.hpp"
#include "store/journal.hpp"

namespace breakwatch {

class JournalKeeper {
  public:
    JournalKeeper(std::shared_ptr<const IdentityKey> key, Duration retention)
        : key_(std::move(key)), retention_(retention)
    {}

    bool on() const { return retention_ > Duration{0}; }
    // Rows that are new or changed since the last time; those of people who are active at `now` stay. Their age is
    // reckoned from `reckoned`, by a clock that is believed.
    JournalUpdate update(const Engine& engine, const Enrolment& enrolment, Timestamp now, Timestamp reckoned);

  private:
    void add(JournalUpdate& update, const JournalRecord& record, Timestamp now);

    std::shared_ptr<const IdentityKey> key_;
    Duration retention_;
    struct Written {
        std::size_t content = 0;  // a hash of what the row said
        Timestamp at;
    };
    std::unordered_map<std::string, Written> written_;
    std::unordered_set<std::string> owners_;  // those of the update that is being made
};

}  // namespace breakwatch
