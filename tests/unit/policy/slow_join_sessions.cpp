// Sessions as their reports tell them, one after the other.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "slow_join.hpp"

namespace breakwatch::test {

namespace {

using Kind = SessionEvent::Kind;

}  // namespace

Duration SlowJoin::silence_of(const std::vector<SessionEvent>& reports, Timestamp as_of) const
{
    std::map<std::string, std::vector<SessionEvent>> of_nas;
    for (const auto& event : history_.sessions) {
        if (event.nas == reports.front().nas && event.kind != Kind::nas_reset)
            of_nas[event.session_id].push_back(event);
    }
    std::vector<std::pair<Timestamp, Duration>> gaps;
    for (auto& [id, events] : of_nas) {
        std::ranges::sort(events, {}, &SessionEvent::at);
        for (std::size_t i = 1; i < events.size(); ++i) {
            if (events[i].kind == Kind::interim && events[i].at <= as_of)
                gaps.emplace_back(events[i].at, events[i].at - events[i - 1].at);
        }
    }
    std::ranges::sort(gaps);
    if (gaps.size() > 64) gaps.erase(gaps.begin(), gaps.end() - 64);
    if (gaps.size() >= 3) {
        std::vector<Duration> lengths;
        for (const auto& gap : gaps) lengths.push_back(gap.second);
        std::ranges::sort(lengths);
        return std::clamp<Duration>(3 * lengths[lengths.size() / 2] + std::chrono::seconds{30}, std::chrono::minutes{2},
                                    limits_.session_silence);
    }
    const auto interims = std::ranges::count(reports, Kind::interim, &SessionEvent::kind);
    return interims > 0 ? limits_.session_silence : limits_.session_longest;
}

// Each session cut where its facts change, as its reports tell it.
std::vector<SlowJoin::Stay> SlowJoin::stays(Timestamp as_of) const
{
    std::map<std::pair<std::string, std::string>, std::vector<SessionEvent>> reports;
    for (const auto& event : history_.sessions) {
        if (event.kind != Kind::nas_reset) reports[{event.nas, event.session_id}].push_back(event);
    }
    std::vector<Stay> all;
    for (auto& [key, events] : reports) {
        std::ranges::stable_sort(events, [](const SessionEvent& a, const SessionEvent& b) {
            return std::tie(a.at, a.kind) < std::tie(b.at, b.kind);
        });
        const auto silence = silence_of(events, as_of);
        const auto reset = [&](Timestamp after) {
            auto first = Timestamp::max();
            for (const auto& e : history_.sessions) {
                if (e.kind == Kind::nas_reset && e.nas == key.first && e.at > after) first = std::min(first, e.at);
            }
            return first;
        };
        std::vector<Stay> own;
        bool stopped = false;
        for (const auto& event : events) {
            const bool fresh = own.empty() || stopped || event.at >= own.back().until;
            if (fresh && stopped && event.kind != Kind::start && event.at < own.back().last + silence) continue;
            Stay stay{event.session_id + "@" + event.nas,
                      event.user,
                      event.mac,
                      event.addresses,
                      event.at,
                      event.at,
                      event.at,
                      {},
                      false,
                      false,
                      {}};
            stay.remembered = event.kind == Kind::start && !event.addresses.empty();
            stay.silence = std::min(silence, limits_.session_silence);
            stay.since = event.at;
            stay.until = std::min(event.at + silence, reset(event.at));
            stay.ended = stay.until == reset(event.at);
            if (!fresh) {
                const auto& before = own.back();
                if (stay.user.empty()) stay.user = before.user;
                if (before.addresses.empty() || before.remembered || stay.addresses.empty() ||
                    stay.addresses == before.addresses)
                    stay.since = before.since;
                if (stay.addresses.empty()) {
                    stay.addresses = before.addresses;
                    stay.remembered = before.remembered;
                }
                stay.started = before.started;
            }
            stopped = event.kind == Kind::stop;
            if (stopped) {
                stay.until = event.at;
                stay.ended = true;
            }
            if (!fresh && stay.user == own.back().user && stay.addresses == own.back().addresses) {
                stay.from = own.back().from;
                stay.remembered = stay.remembered && own.back().remembered;
                own.back() = stay;
                continue;
            }
            if (!fresh) {
                own.back().until = event.at;
                own.back().ended = true;
            }
            own.push_back(stay);
        }
        std::ranges::move(own, std::back_inserter(all));
    }
    // Where a device began another session after the last word of this one, this one was over.
    for (auto& stay : all) {
        for (const auto& [key, events] : reports) {
            if (key.second + "@" + key.first == stay.session) continue;
            for (const auto& event : events) {
                const bool begins = event.kind == Kind::start || &event == &events.front();
                if (!begins || event.mac != stay.mac || event.at <= stay.last || event.at >= stay.until) continue;
                stay.until = event.at;
                stay.ended = true;
            }
        }
    }
    return all;
}

}  // namespace breakwatch::test
