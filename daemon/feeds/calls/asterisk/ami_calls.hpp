// What Asterisk's queues say over the manager interface, as calls and agent states. Events tell changes;
// QueueStatus, asked at each (re)connect, tells how things stand, and what happened unseen in between is
// made good from it. Pure: knows no connection and no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "feeds/calls/asterisk/ami_frame.hpp"
#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

class AmiCalls {
  public:
    static constexpr std::size_t kMostMembers = 50'000;  // of queues; further ones are not followed

    // One frame; `arrived` is the time of events that carry none.
    CallStatements take(const AmiFrame& frame, Timestamp arrived);
    // The connection is gone: calls that run now may end unseen.
    void lost(Timestamp at);
    // QueueStatus was asked on a new connection.
    void status_asked();
    // Calls that ended in a gap and of which only the last could be told.
    std::uint64_t calls_unseen() const { return unseen_; }

  private:
    struct Member {
        std::string name;
        bool dynamic = false;  // logged in and out, not part of the configuration
        std::int64_t calls_taken = 0;
        std::int64_t last_call = 0;  // epoch seconds at which a call ended; 0: none yet
        std::int64_t login_time = 0;
        bool paused = false;
    };
    using MemberKey = std::pair<std::string, std::string>;  // queue, interface
    struct Open {
        std::string id;
        Timestamp answered;
        bool before_gap = false;                 // answered on an earlier connection
        bool start_seen = true;                  // else only found to be running
        std::optional<Timestamp> assumed_end{};  // QueueStatus showed it over; its AgentComplete may still come
    };
    // An AgentComplete that was taken, to know it again when it is sent once more on a new connection.
    struct Told {
        std::string id;
        std::string what;  // lengths and reason
        bool before_gap = false;
    };

    CallStatements connected(const AmiFrame& frame, Timestamp at);
    CallStatements completed(const AmiFrame& frame, Timestamp at);
    CallStatements paused(const AmiFrame& frame, Timestamp at);
    CallStatements added(const AmiFrame& frame, Timestamp at);
    CallStatements status_of_member(const AmiFrame& frame, Timestamp at);
    CallStatements status_complete(Timestamp at);
    void note_member(const AmiFrame& frame);
    void make_good(const MemberKey& key, const std::optional<Member>& before, const Member& now, bool in_call,
                   Timestamp at, CallStatements& said);
    void end_unseen(const MemberKey& key, const std::string& name, Open& call, Timestamp at, std::string_view ended_by,
                    CallStatements& said);
    bool talks_elsewhere(const MemberKey& key) const;
    void remember(const MemberKey& key, const std::string& id, const AmiFrame& frame);
    const Told* repeated(const MemberKey& key, const AmiFrame& frame, Timestamp at) const;
    std::optional<Open> close(const MemberKey& key, const AmiFrame& frame, Timestamp at);

    std::map<MemberKey, Member> members_;
    std::map<MemberKey, std::vector<Open>> open_;
    std::map<MemberKey, std::deque<Told>> told_;  // the latest of each member
    // By interface, epoch seconds: queues share a member's LastCall and CallsTaken (shared_lastcall).
    std::map<std::string, std::int64_t> last_end_;
    std::set<MemberKey> listed_;     // by the QueueStatus under way
    std::optional<Timestamp> lost_;  // by the server's clock, as far as events tell it
    Duration ahead_{0};              // of that clock, by the latest event that has a time
    bool asked_ = false;
    std::uint64_t unseen_ = 0;
};

}  // namespace breakwatch
