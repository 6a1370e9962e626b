// What every call feed shares, whatever its format and transport: records read, agents mapped to
// staff, everything counted, and a word when the feed falls silent or its clock is wrong. Owned by its
// feed; main thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "feeds/calls/core/agent_mapping.hpp"
#include "feeds/calls/core/call_records.hpp"
#include "feeds/calls/core/call_statement.hpp"
#include "feeds/core/clock_offset.hpp"
#include "feeds/core/feed.hpp"
#include "feeds/core/line_encoding.hpp"
#include "feeds/core/refusal_notes.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

// The enrolment in force, shared with whoever reloads it.
using EnrolmentInForce = std::function<std::shared_ptr<const Enrolment>()>;

struct CallIntakeSettings {
    std::string name;                                // "acd"
    Duration silence = std::chrono::minutes{60};     // longer without an event: the feed is down
    Duration clock_limit = std::chrono::minutes{2};  // the source's clock may be off by so much
    Encoding encoding = Encoding::automatic;
    Contexts contexts = usual_contexts();  // where a bare extension is one of ours
};

class CallIntake {
  public:
    static constexpr std::size_t kMostUnmappedNames = 200;
    static constexpr std::size_t kMostUnsettled = 512;  // statements that are told again once the clock is known

    // live: told as it happens. backlog: read up afterwards, which says nothing of the clocks.
    // kept: read back from what was resolved before, its times put right then.
    enum class Pace : std::uint8_t { live, backlog, kept };

    CallIntake(CallIntakeSettings settings, EnrolmentInForce enrolment, Feed::Handler handler);

    // One record in a format; `where` is its place for people. `arrived` is the clock's time.
    void read(const CallFormat& format, std::string_view record, const std::string& where, Timestamp arrived,
              Pace pace = Pace::live);
    // The same, as it was cut out of the stream that people know by that name.
    void read(const CallFormat& format, const CallRecords::Record& record, const std::string& stream, Timestamp arrived,
              Pace pace = Pace::live);
    // What a connection said, its names as the octets that came.
    void take(const CallStatements& statements, const std::string& where, Timestamp arrived, Pace pace = Pace::live);
    // The steps of these, for a feed that must do something in between. None: refused, and told.
    std::optional<CallStatements> parse(const CallFormat& format, std::string_view record, const std::string& where,
                                        Timestamp arrived);
    // What concerns the enrolled, with the staff id in place of the agent's names.
    CallStatements resolve(const CallStatements& statements, const std::string& where, Timestamp arrived,
                           Pace pace = Pace::live);
    void tell(const CallStatements& resolved);
    void refuse(const std::string& where, const std::string& what, Timestamp at);
    // Says once that the feed is down, with why, and once that it is up again.
    void tell_down(const std::string& why, Timestamp at);
    void tell_up(Timestamp at);
    // The source answers, even where there is nothing to tell.
    void heard(Timestamp at);
    // Down when no event came for longer than the configured silence.
    void check_silence(Timestamp now);
    // Of the source: what it sends is measured anew, such as after a pause in which events waited.
    void forget_clock() { clock_.forget(); }
    FeedStatus status() const;

  private:
    // Whose event it is. None: nobody who is enrolled, or told as refused.
    std::optional<StaffId> staff_of(const CallStatement& statement, const std::string& where, Timestamp arrived);
    void note_unmapped(const std::vector<std::string>& names);
    void check_clock(Timestamp now);
    // Valid UTF-8, whatever the call system sends; told when it was none.
    std::string text_of(std::string_view octets, const std::string& where, Timestamp arrived);
    // Takes the clock's error out of the times; what was told before it was known comes again, put right.
    void settle_clock(CallStatements& resolved);

    CallIntakeSettings settings_;
    EnrolmentInForce enrolment_;
    Feed::Handler handler_;
    RefusalNotes refusals_;
    LineEncoding lines_;
    ClockOffset clock_;
    FeedStatus status_;
    Timestamp last_arrival_;
    Duration correction_{0};  // less than the source says
    bool settled_ = false;    // the clock has been judged once
    CallStatements unsettled_;
    std::optional<FeedClock> told_clock_;
    bool told_ = false;  // status_.up has been told at least once
};

}  // namespace breakwatch
