#include "feeds/people/calendar_series.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace breakwatch {

namespace {

using namespace std::chrono;

bool holds(const InstanceDates& dates, LocalTime local, Timestamp at)
{
    return dates.moments.contains(at) || dates.days.contains(LocalTime{floor<days>(local)});
}

std::expected<Timestamp, std::string> end_of(const CalendarEvent& event, LocalTime start)
{
    auto end = event.zone.to_utc(start + event.length.days);
    if (end) *end += event.length.exact;
    return end;
}

auto revision(const EventReading& reading)
{
    const auto& event = reading.event;
    return std::tuple(event.sequence, event.stamped, event.cancelled);
}

class Series {
  public:
    Series(const CalendarEvent& event, std::span<const CalendarEvent* const> others, const SeriesWindow& window,
           RecurrenceBudget& budget)
        : event_(event), window_(window), budget_(budget)
    {
        for (const auto* other : others) {
            replaced_.moments.insert(other->instance->at.moments.begin(), other->instance->at.moments.end());
            replaced_.days.insert(other->instance->at.days.begin(), other->instance->at.days.end());
            if (other->instance->and_future) and_future_.push_back(other);
        }
        std::ranges::sort(and_future_, {}, [](const CalendarEvent* other) { return other->instance->local; });
    }

    std::expected<std::vector<EventInstance>, std::string> instances()
    {
        auto starts = own_starts();
        if (!starts) return std::unexpected(starts.error());
        for (const auto start : *starts) {
            if (auto done = take(start); !done) return std::unexpected(done.error());
        }
        for (const auto& added : event_.added) take_added(added);
        return std::move(found_);
    }

  private:
    // DTSTART is an instance, whether or not the rule holds there (RFC 5545 section 3.8.5.3).
    std::expected<std::vector<LocalTime>, std::string> own_starts()
    {
        std::vector<LocalTime> starts{event_.start};
        for (const auto& rule : event_.rules) {
            const auto more = spelled(rule);
            if (!more) return more;
            starts.insert(starts.end(), more->begin(), more->end());
        }
        std::ranges::sort(starts);
        const auto repeats = std::ranges::unique(starts);
        starts.erase(repeats.begin(), repeats.end());
        for (const auto& rule : event_.but_rules) {
            const auto less = spelled(rule);
            if (!less) return less;
            std::erase_if(starts, [&](LocalTime start) { return std::ranges::binary_search(*less, start); });
        }
        return starts;
    }

    std::expected<std::vector<LocalTime>, std::string> spelled(const EventRule& rule)
    {
        // Wide enough for any zone and for what began before the window and lasts into it.
        const auto before = ceil<seconds>(event_.length.exact) + event_.length.days + days{2};
        const auto from = floor<seconds>(window_.from.time_since_epoch()) - before;
        auto to = floor<seconds>(window_.to.time_since_epoch()) + days{2};
        if (rule.until) to = std::min(to, floor<seconds>(rule.until->time_since_epoch()) + days{2});
        auto starts = spell_out(rule.rule, event_.start, LocalTime{from}, LocalTime{to}, budget_);
        if (!starts) return starts;
        if (rule.until) {
            std::erase_if(*starts, [&](LocalTime start) {
                const auto at = event_.zone.to_utc(start);
                return !at || *at > *rule.until;
            });
        }
        return starts;
    }

    // The event of THISANDFUTURE that an instance follows: of several the latest before it.
    const CalendarEvent* followed_by(LocalTime local) const
    {
        const auto after = std::ranges::upper_bound(and_future_, local, {},
                                                    [](const CalendarEvent* other) { return other->instance->local; });
        return after == and_future_.begin() ? nullptr : *std::prev(after);
    }

    std::expected<void, std::string> take(LocalTime start)
    {
        const auto at = event_.zone.to_utc(start);
        if (!at) return std::unexpected(at.error());
        if (holds(event_.but, start, *at) || holds(replaced_, start, *at)) return {};
        const auto* follows = followed_by(start);
        const auto& as = follows == nullptr ? event_ : *follows;
        if (as.cancelled) return {};
        if (follows != nullptr) start += follows->start - follows->instance->local;
        const auto begin = as.zone.to_utc(start);
        const auto end = end_of(as, start);
        if (!begin || !end) return std::unexpected(begin ? end.error() : begin.error());
        taken_.insert(*at);
        if (event_.rules.empty() || (*end >= window_.from && *begin <= window_.to))
            found_.push_back({*begin, *end, &as});
        return {};
    }

    void take_added(const CalendarEvent::Added& added)
    {
        const auto ahead =
            event_.start.time_since_epoch() -
            event_.zone.to_utc(event_.start).value_or(Timestamp{event_.start.time_since_epoch()}).time_since_epoch();
        const LocalTime local{floor<seconds>(added.start.time_since_epoch() + ahead)};
        if (holds(event_.but, local, added.start) || holds(replaced_, local, added.start)) return;
        if (taken_.insert(added.start).second) found_.push_back({added.start, added.end, &event_});
    }

    const CalendarEvent& event_;
    InstanceDates replaced_;
    std::vector<const CalendarEvent*> and_future_;  // by when they begin
    const SeriesWindow& window_;
    RecurrenceBudget& budget_;
    std::vector<EventInstance> found_;
    std::set<Timestamp> taken_;
};

}  // namespace

std::vector<EventReading> latest_revisions(const std::vector<EventReading>& events)
{
    using Key = std::tuple<std::string, std::set<Timestamp>, std::set<LocalTime>>;
    std::map<Key, const EventReading*> latest;
    const auto key_of = [](const CalendarEvent& event) {
        return event.instance ? Key{event.uid, event.instance->at.moments, event.instance->at.days}
                              : Key{event.uid, {}, {}};
    };
    for (const auto& each : events) {
        auto& best = latest[key_of(each.event)];
        if (best == nullptr || revision(each) > revision(*best)) best = &each;
    }
    std::vector<EventReading> kept;
    for (const auto& each : events) {
        const auto* best = latest[key_of(each.event)];
        if (each.event.uid.empty() || revision(each) == revision(*best)) kept.push_back(each);
    }
    return kept;
}

std::expected<std::vector<EventInstance>, std::string> instances_of(const CalendarEvent& series,
                                                                    std::span<const CalendarEvent* const> others,
                                                                    const SeriesWindow& window,
                                                                    RecurrenceBudget& budget)
{
    return Series(series, others, window, budget).instances();
}

}  // namespace breakwatch
