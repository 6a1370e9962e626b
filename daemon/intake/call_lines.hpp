// What every feed of call lines shares, however they arrive: parsing, counting, and telling when the
// feed falls silent. Owned by its feed; main thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "intake/feed.hpp"
#include "intake/refusal_notes.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

// The enrolment in force, shared with whoever reloads it.
using EnrolmentInForce = std::function<std::shared_ptr<const Enrolment>()>;

class CallLines {
  public:
    CallLines(const std::string& name, Duration silence, EnrolmentInForce enrolment, Feed::Handler handler);

    // One line; `where` is its place for people. `arrived` is the clock's time.
    void take(std::string_view line, const std::string& where, Timestamp arrived);
    void refuse(const std::string& where, const std::string& what, Timestamp at);
    // Says once that the feed is down, with why, and once that it is up again.
    void tell_down(const std::string& why, Timestamp at);
    void tell_up(Timestamp at);
    // Down when nothing came for longer than the configured silence.
    void check_silence(Timestamp now);
    FeedStatus status() const;

  private:
    std::string name_;
    Duration silence_;
    EnrolmentInForce enrolment_;
    Feed::Handler handler_;
    RefusalNotes refusals_;
    FeedStatus status_;
    Timestamp last_arrival_;
    bool told_ = false;      // status_.up has been told at least once
};

}  // namespace breakwatch
