#include "intake/call_lines.hpp"

#include <algorithm>

#include "intake/call_ndjson.hpp"

namespace breakwatch {

CallLines::CallLines(const std::string& name, Duration silence, EnrolmentInForce enrolment, Feed::Handler handler)
    : name_("calls:" + name),
      silence_(silence),
      enrolment_(std::move(enrolment)),
      handler_(handler),
      refusals_(name_, std::move(handler))
{
    status_.name = name_;
}

void CallLines::take(std::string_view line, const std::string& where, Timestamp arrived)
{
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    last_arrival_ = arrived;
    tell_up(arrived);
    auto event = parse_call_event(line, name_.substr(name_.find(':') + 1), *enrolment_());
    if (!event) return refusals_.refuse(event.error(), where, event.error(), arrived);
    ++status_.taken;
    if (!*event) return;
    status_.last_event = std::max(status_.last_event.value_or((*event)->at), (*event)->at);
    handler_(std::move(**event));
}

void CallLines::refuse(const std::string& where, const std::string& what, Timestamp at)
{
    refusals_.refuse(what, where, what, at);
}

void CallLines::tell_down(const std::string& why, Timestamp at)
{
    if (told_ && !status_.up) return;
    told_ = true;
    status_.up = false;
    handler_(FeedState{name_, false, why + "; no findings can be joined with these calls", at});
}

void CallLines::tell_up(Timestamp at)
{
    if (told_ && status_.up) return;
    told_ = true;
    status_.up = true;
    last_arrival_ = at;
    handler_(FeedState{name_, true, "call events arrive", at});
}

void CallLines::check_silence(Timestamp now)
{
    // A clock set back would make the silence negative: it begins anew then.
    if (now < last_arrival_) last_arrival_ = now;
    if (status_.up && now - last_arrival_ > silence_) {
        tell_down("no call event for " + to_words(now - last_arrival_) + ", longer than usual", now);
    }
}

FeedStatus CallLines::status() const
{
    auto status = status_;
    status.refused = refusals_.count();
    status.last_refusal = refusals_.last();
    return status;
}

}  // namespace breakwatch
