#include "policy/duty/call_timeline.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace breakwatch {

namespace {

// Where the call stands in time: where it began if that is known, else where it ended.
std::tuple<Timestamp, std::string_view, std::string_view> order(const Call& call)
{
    return {call.answered ? *call.answered : *call.ended, call.source, call.id};
}

// Of two different words the lesser, so that the order of arrival does not matter.
void settle(std::string& kept, const std::string& said)
{
    if (said.empty() || said == kept) return;
    if (kept.empty() || said < kept) kept = said;
}

void take_start(Call& call, Timestamp at)
{
    if (call.answered && !call.answer_derived && *call.answered <= at) return;
    call.answered = at;
    call.answer_derived = false;
}

void take_longer(std::optional<Duration>& kept, const std::optional<Duration>& said)
{
    if (said && said->count() >= 0) kept = std::max(kept.value_or(*said), *said);
}

void take_end(Call& call, const CallEvent& event)
{
    if (!call.ended || event.at > *call.ended) {
        call.ended = event.at;
        call.ended_by = event.ended_by;
    } else if (event.at == *call.ended) {
        settle(call.ended_by, event.ended_by);
    }
    take_longer(call.hold, event.hold);
    take_longer(call.wrap_up, event.wrap_up);
    if (!event.talk || event.talk->count() < 0) return;
    const auto derived = event.at - *event.talk;
    if (call.answered && !(call.answer_derived && derived < *call.answered)) return;
    call.answered = derived;
    call.answer_derived = true;
}

// Ids are used again, by systems that count from one each morning: then the time is part of it.
constexpr const char* kAgain = " of ";

bool is_id(std::string_view id, std::string_view told)
{
    return id.starts_with(told) && (id.size() == told.size() || id.substr(told.size()).starts_with(kAgain));
}

Duration apart(const Call& call, Timestamp at)
{
    const auto begin = call.answered ? *call.answered : *call.ended;
    const auto end = call.ended ? *call.ended : begin;
    return at < begin ? begin - at : (at > end ? at - end : Duration{0});
}

// The other half of one that may have been long: an e-mail of a day's work.
bool completes(const Call& call, const CallEvent& event)
{
    if (event.type == CallEvent::Type::call_end) return !call.ended && *call.answered <= event.at;
    return !call.answered && event.at <= *call.ended;
}

void take_back(Call& call, const CallEvent& event)
{
    const auto wrong = *event.instead_of;
    if (event.type == CallEvent::Type::call_start && call.answered == wrong) call.answered.reset();
    if (event.type != CallEvent::Type::call_end) return;
    if (call.ended == wrong) call.ended.reset();
    if (call.answer_derived && event.talk && call.answered == wrong - *event.talk) {
        call.answered.reset();
        call.answer_derived = false;
    }
}

bool same(const Call& a, const Call& b)
{
    return a.queue == b.queue && a.answered == b.answered && a.ended == b.ended && a.ended_by == b.ended_by &&
           a.answer_derived == b.answer_derived && a.channel == b.channel && a.hold == b.hold && a.wrap_up == b.wrap_up;
}

}  // namespace

CallTimeline::CallTimeline(const CallLimits& limits) : limits_(limits) {}

std::optional<Call> CallTimeline::observe(const CallEvent& event)
{
    const auto person = calls_.find(event.staff);
    Calls* calls = person == calls_.end() ? nullptr : &person->second;
    bool used_before = false;
    const auto is_it = [&](const Call& call) {
        const bool same_id = call.source == event.source && is_id(call.id, event.id);
        used_before = used_before || same_id;
        return same_id &&
               (apart(call, event.instead_of.value_or(event.at)) <= limits_.longest_call || completes(call, event));
    };
    auto call = Call{event.source, event.id, event.staff, {}, {}, {}, {}};
    std::optional<std::size_t> known;
    if (calls != nullptr) {
        const auto found = std::ranges::find_if(*calls, is_it);
        if (found != calls->end()) known = static_cast<std::size_t>(found - calls->begin());
    }
    if (known) {
        call = (*calls)[*known];
    } else if (size_ >= limits_.calls) {
        ++refused_full_;
        return std::nullopt;
    } else if (used_before) {
        call.id += kAgain + to_rfc3339(event.at);
    }

    if (event.instead_of) take_back(call, event);
    settle(call.queue, event.queue);
    // Two events of one call that differ: the one that says more than the default.
    call.channel = std::max(call.channel, event.channel);
    if (event.type == CallEvent::Type::call_start) {
        take_start(call, event.at);
    } else {
        take_end(call, event);
    }
    if (known) {
        if (same((*calls)[*known], call)) return std::nullopt;
        (*calls)[*known] = call;
    } else {
        if (calls == nullptr) calls = &calls_[event.staff];
        calls->push_back(call);
        ++size_;
    }
    std::ranges::sort(*calls, {}, order);
    return call;
}

bool CallTimeline::in_progress(const Calls& calls, const Call& call, Timestamp at) const
{
    if (!call.answered || *call.answered > at) return false;
    if (call.ended) return at < *call.ended;
    if (at - *call.answered >= limits_.longest_call) return false;
    if (call.channel != Channel::voice) return true;
    // Nobody talks twice: a newer answer tells that the end of this call was lost.
    return std::ranges::none_of(calls, [&call, at](const Call& other) {
        return other.channel == Channel::voice && other.answered && *other.answered > *call.answered &&
               *other.answered <= at;
    });
}

std::optional<Call> CallTimeline::nearest(const StaffId& staff, Timestamp at, Duration window,
                                          const std::vector<Channel>& channels) const
{
    const auto person = calls_.find(staff);
    if (person == calls_.end()) return std::nullopt;
    const Call* running = nullptr;
    const Call* ended = nullptr;
    for (const auto& call : person->second) {
        if (!channels.empty() && std::ranges::find(channels, call.channel) == channels.end()) continue;
        if (in_progress(person->second, call, at)) running = &call;  // in order: the latest wins
        if (!call.ended || *call.ended > at || at - *call.ended > window) continue;
        if (ended == nullptr || *call.ended >= *ended->ended) ended = &call;
    }
    if (running != nullptr) return *running;
    if (ended != nullptr) return *ended;
    return std::nullopt;
}

std::vector<std::string> CallTimeline::handled(const StaffId& staff, Timestamp at, Duration window,
                                               const std::vector<Channel>& channels) const
{
    std::vector<std::string> ids;
    const auto person = calls_.find(staff);
    if (person == calls_.end()) return ids;
    for (const auto& call : person->second) {
        if (!channels.empty() && std::ranges::find(channels, call.channel) == channels.end()) continue;
        const bool ended = call.ended && *call.ended <= at && at - *call.ended <= window;
        if (ended || in_progress(person->second, call, at)) ids.push_back(call.id.substr(0, call.id.find(kAgain)));
    }
    return ids;
}

std::optional<Call> CallTimeline::find(const StaffId& staff, std::string_view source, std::string_view id) const
{
    const auto person = calls_.find(staff);
    if (person == calls_.end()) return std::nullopt;
    for (const auto& call : person->second) {
        if (call.id == id && call.source == source) return call;
    }
    return std::nullopt;
}

bool CallTimeline::over_long_ago(const Call& call, Timestamp now) const
{
    const auto over = call.ended ? *call.ended : *call.answered + limits_.longest_call;
    return now - over > limits_.horizon;
}

void CallTimeline::expire(Timestamp now)
{
    for (auto person = calls_.begin(); person != calls_.end();) {
        size_ -= std::erase_if(person->second, [&](const Call& call) { return over_long_ago(call, now); });
        person = person->second.empty() ? calls_.erase(person) : std::next(person);
    }
}

void CallTimeline::forget(const StaffId& staff)
{
    const auto person = calls_.find(staff);
    if (person == calls_.end()) return;
    size_ -= person->second.size();
    calls_.erase(person);
}

std::vector<Call> CallTimeline::all() const
{
    std::vector<Call> every;
    every.reserve(size_);
    for (const auto& [staff, calls] : calls_) every.insert(every.end(), calls.begin(), calls.end());
    std::ranges::stable_sort(every, {}, &Call::staff);
    return every;
}

}  // namespace breakwatch
