#include "policy/duty/agent_duty.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace breakwatch {

namespace {

using Reason = AgentStateEvent::Reason;

bool is_break(Reason reason)
{
    return reason != Reason::training && reason != Reason::after_call_work;
}

}  // namespace

// Goes through one person's events in order. A queue of "" stands for all of them.
struct AgentDuty::Walk {
    struct Pause {
        Timestamp start;
        Reason reason = Reason::none;
    };
    using Place = std::pair<std::string, std::string>;  // source, queue

    StaffId staff;
    Duration longest;
    std::map<Place, Timestamp> logins;
    std::map<Place, Pause> pauses;
    std::optional<Timestamp> login;   // of the stretch that is running
    std::optional<Timestamp> logout;  // the latest, if none is running
    Timestamp last;                   // the latest word of the stretch
    std::vector<DutyInterval> done;

    void step(const Event& event)
    {
        run_out(event.at);
        switch (event.kind) {
            case Event::Kind::login:
                logins.try_emplace({event.source, event.queue}, event.at);
                begin(event.at);
                break;
            case Event::Kind::logout:
                erase(logins, event);
                erase(pauses, event);
                if (logins.empty()) end(event.at);
                break;
            case Event::Kind::pause:
                logged_in_by_word(event);
                pauses.try_emplace({event.source, event.queue}, event.at, event.reason);
                break;
            case Event::Kind::unpause:
                logged_in_by_word(event);
                end_pauses(event);
                break;
        }
    }

    // A login that was never followed by a word says nothing any more.
    void run_out(Timestamp now)
    {
        if (!login || now - last < longest) return;
        const auto over = last + longest;
        logins.clear();
        end(over);
        logout.reset();  // nobody said so
    }

    // Who pauses or comes back is logged in, whether or not that was heard.
    void logged_in_by_word(const Event& event)
    {
        if (logins.empty()) logins.try_emplace({event.source, ""}, event.at);
        begin(event.at);
    }

    void begin(Timestamp at)
    {
        if (!login) login = at;
        logout.reset();
        last = at;
    }

    void end(Timestamp at)
    {
        for (const auto& [place, pause] : pauses) add_pause(pause, at);
        pauses.clear();
        if (login && at > *login) done.push_back({staff, *login, at, DutyActivity::shift, ""});
        login.reset();
        logout = at;
    }

    void end_pauses(const Event& event)
    {
        std::erase_if(pauses, [&](const auto& entry) {
            const auto& [place, pause] = entry;
            if (place.first != event.source || (!event.queue.empty() && place.second != event.queue)) return false;
            add_pause(pause, event.at);
            return true;
        });
    }

    void add_pause(const Pause& pause, Timestamp until)
    {
        if (!is_break(pause.reason) || until <= pause.start) return;
        done.push_back({staff, pause.start, until, activity(pause), ""});
    }

    static DutyActivity activity(const Pause& pause)
    {
        return pause.reason == Reason::meal ? DutyActivity::meal : DutyActivity::break_;
    }

    template <typename Map>
    static void erase(Map& map, const Event& event)
    {
        std::erase_if(map, [&](const auto& entry) {
            return entry.first.first == event.source &&
                   (event.queue.empty() || entry.first.second == event.queue || entry.first.second.empty());
        });
    }
};

AgentDuty::Event::Kind AgentDuty::kind_of(AgentStateEvent::Kind kind)
{
    switch (kind) {
        case AgentStateEvent::Kind::login: return Event::Kind::login;
        case AgentStateEvent::Kind::logout: return Event::Kind::logout;
        case AgentStateEvent::Kind::pause: return Event::Kind::pause;
        case AgentStateEvent::Kind::unpause: break;
    }
    return Event::Kind::unpause;
}

bool AgentDuty::observe(const AgentStateEvent& told)
{
    const Event event{told.at, kind_of(told.kind), told.reason, told.source, told.queue};
    const auto person = people_.find(told.staff);
    const bool known = person != people_.end();
    if (known && told.instead_of) {
        auto wrong = event;
        wrong.at = *told.instead_of;
        size_ -= std::erase(person->second, wrong);
    }
    if (known && std::ranges::binary_search(person->second, event)) return false;
    if (size_ >= limits_.events || (known && person->second.size() >= limits_.events_per_person)) {
        ++refused_full_;
        return false;
    }
    auto& events = known ? person->second : people_[told.staff];
    events.insert(std::ranges::upper_bound(events, event), event);
    ++size_;
    return true;
}

AgentDuty::Walk AgentDuty::walk(const StaffId& staff, const Events& events, Timestamp until) const
{
    Walk walk;
    walk.staff = staff;
    walk.longest = limits_.longest_shift;
    for (const auto& event : events) {
        if (event.at > until) break;
        walk.step(event);
    }
    return walk;
}

AgentDuty::State AgentDuty::at(const StaffId& staff, Timestamp time) const
{
    State state;
    const auto person = people_.find(staff);
    if (person == people_.end()) return state;
    auto now = walk(staff, person->second, time);
    now.run_out(time);
    state.logged_in = now.login.has_value();
    state.logged_out = now.logout.has_value();
    if (now.logout) state.since = *now.logout;
    if (!now.login) return state;
    state.since = *now.login;
    state.shift = DutyInterval{staff, *now.login, Timestamp::max(), DutyActivity::shift, ""};
    for (const auto& [place, pause] : now.pauses) {
        if (!is_break(pause.reason) || (state.pause && state.pause->start >= pause.start)) continue;
        state.pause = DutyInterval{staff, pause.start, Timestamp::max(), Walk::activity(pause), ""};
    }
    // The ends, where later events tell them.
    for (const auto& whole : walk(staff, person->second, Timestamp::max()).done) {
        auto& part = whole.activity == DutyActivity::shift ? state.shift : state.pause;
        if (part && part->start == whole.start) part->end = std::min(part->end, whole.end);
    }
    return state;
}

void AgentDuty::expire(Timestamp now)
{
    const auto since = now - limits_.horizon - limits_.longest_shift;
    for (auto person = people_.begin(); person != people_.end();) {
        size_ -= std::erase_if(person->second, [since](const Event& event) { return event.at < since; });
        person = person->second.empty() ? people_.erase(person) : std::next(person);
    }
}

void AgentDuty::forget(const StaffId& staff)
{
    const auto person = people_.find(staff);
    if (person == people_.end()) return;
    size_ -= person->second.size();
    people_.erase(person);
}

std::vector<DutyInterval> AgentDuty::intervals() const
{
    std::vector<DutyInterval> all;
    for (const auto& [staff, events] : people_) {
        auto end = walk(staff, events, Timestamp::max());
        if (end.login)
            end.done.push_back({staff, *end.login, end.last + limits_.longest_shift, DutyActivity::shift, ""});
        all.insert(all.end(), end.done.begin(), end.done.end());
    }
    std::ranges::sort(all, {},
                      [](const DutyInterval& row) { return std::tie(row.staff, row.start, row.end, row.activity); });
    return all;
}

}  // namespace breakwatch
