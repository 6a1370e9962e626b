// Customer calls per person, and what was handled on other channels: when answered, when ended. No customer
// data exists past the adapters.
// Events come late, twice and out of order; the same set in any order gives the same calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/duty/channel.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct CallEvent {
    enum class Type : std::uint8_t { call_start, call_end };

    std::string source;  // feed name, scope of `id`
    std::string id;      // stable id of the call in its source
    Type type = Type::call_end;
    StaffId staff;
    Timestamp at;  // event time of the source
    std::string queue;
    std::string ended_by;          // "agent", "caller", "transfer", "" unknown
    std::optional<Duration> talk;  // with call_end: gives the start when call_start was missed
    Channel channel = Channel::voice;
    // With call_end. The customer leaves at the end; what an agent still writes down comes after it.
    std::optional<Duration> hold = {};
    std::optional<Duration> wrap_up = {};
    // It was told before with this time, by a clock that is known to be wrong since: it takes the place of that.
    std::optional<Timestamp> instead_of = {};
};

struct Call {
    std::string source;
    std::string id;
    StaffId staff;
    std::string queue;
    std::optional<Timestamp> answered;
    std::optional<Timestamp> ended;  // none: still talking
    std::string ended_by;
    // `answered` is the end less the talk time, in the source's whole seconds; a stated answer
    // replaces it.
    bool answer_derived = false;
    Channel channel = Channel::voice;
    std::optional<Duration> hold = {};     // all its holds together
    std::optional<Duration> wrap_up = {};  // after the end
};

struct CallLimits {
    std::size_t calls = 300'000;
    Duration horizon = std::chrono::hours{26};
    // A call that was answered so long ago and never ended: its end was lost.
    Duration longest_call = std::chrono::hours{4};
};

// Of conflicting statements about one call the earliest answer and the latest end hold. An id that comes
// again more than `longest_call` apart is another call's. A call that
// passes from one agent to another under one id is a call of each of them.
class CallTimeline {
  public:
    explicit CallTimeline(const CallLimits& limits = {});

    // The call that this event made or changed; none for a repeat, and when full.
    std::optional<Call> observe(const CallEvent& event);
    void expire(Timestamp now);
    void forget(const StaffId& staff);
    // The call in progress at `at`, else the one that ended last before it, within `window`. A call
    // without an end is in progress until the same person answers another, or `longest_call`; chats and
    // the like may go on side by side. Of these channels; none given: of all.
    std::optional<Call> nearest(const StaffId& staff, Timestamp at, Duration window,
                                const std::vector<Channel>& channels = {}) const;
    // The ids, as told, of those calls that nearest() chooses from: in progress, or ended within the window.
    std::vector<std::string> handled(const StaffId& staff, Timestamp at, Duration window,
                                     const std::vector<Channel>& channels = {}) const;
    std::optional<Call> find(const StaffId& staff, std::string_view source, std::string_view id) const;
    std::vector<Call> all() const;  // by staff, then time
    std::size_t size() const { return size_; }
    std::uint64_t refused_full() const { return refused_full_; }

  private:
    using Calls = std::vector<Call>;  // of one person, by time; small: a day's work

    bool in_progress(const Calls& calls, const Call& call, Timestamp at) const;
    bool over_long_ago(const Call& call, Timestamp now) const;

    std::unordered_map<StaffId, Calls> calls_;
    CallLimits limits_;
    std::size_t size_ = 0;
    std::uint64_t refused_full_ = 0;
};

}  // namespace breakwatch
