#include "feeds/people/roster_ical.hpp"

#include <libical/ical.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "feeds/people/calendar_series.hpp"
#include "feeds/people/calendar_text.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

// Instances of one file: a year of a centre of thousands.
constexpr std::size_t kMostInstances = 500'000;

using Component = std::unique_ptr<icalcomponent, decltype(&icalcomponent_free)>;

// What METHOD makes of a calendar's events: plans, their end, or an answer that plans nothing (RFC 5546).
enum class Method : std::uint8_t { plan, cancel, answer };

Method method_of(icalcomponent* calendar)
{
    auto* property = icalcomponent_get_first_property(calendar, ICAL_METHOD_PROPERTY);
    if (property == nullptr) return Method::plan;
    switch (icalproperty_get_method(property)) {
        case ICAL_METHOD_CANCEL: return Method::cancel;
        case ICAL_METHOD_REPLY:
        case ICAL_METHOD_REFRESH:
        case ICAL_METHOD_COUNTER:
        case ICAL_METHOD_DECLINECOUNTER: return Method::answer;
        default: return Method::plan;
    }
}

class CalendarReader {
  public:
    CalendarReader(const std::string& file, const RosterSettings& settings, Timestamp about, RosterReading& reading)
        : file_(file), settings_(settings), window_{about - settings.back, about + settings.ahead}, reading_(reading)
    {}

    void read(std::string_view raw)
    {
        const auto text = calendar_text(raw);
        if (!text) return unreadable(text.error());
        lines_ = text->event_lines;
        icalerror_set_errors_are_fatal(0);
        const Component root(icalparser_parse_string(text->text.c_str()), icalcomponent_free);
        if (!root) return unreadable("is no iCalendar file");
        collect(root.get());
        events_ = latest_revisions(events_);
        for (const auto& each : events_) {
            if (each.event.instance && each.wrong.empty()) instances_by_uid_[each.event.uid].push_back(&each.event);
            if (!each.event.instance && each.event.cancelled && !each.event.uid.empty())
                cancelled_.insert(each.event.uid);
        }
        for (const auto& each : events_) take(each);
    }

  private:
    void unreadable(const std::string& text) { reading_.unreadable.push_back({file_, 0, "", text}); }

    // libical gives no line numbers: the nth event of the tree is the nth of the text.
    void collect(icalcomponent* component)
    {
        const bool calendar = icalcomponent_isa(component) == ICAL_VCALENDAR_COMPONENT;
        const auto method = method_of(component);
        // Its events and zones are gone through by libical's one place per component: events first, then read.
        std::vector<icalcomponent*> inner;
        for (auto* each = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); each != nullptr;
             each = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT))
            inner.push_back(each);
        for (auto* each : inner) {
            if (icalcomponent_isa(each) == ICAL_VCALENDAR_COMPONENT) collect(each);
            if (!calendar || icalcomponent_isa(each) != ICAL_VEVENT_COMPONENT) continue;
            const auto line = seen_ < lines_.size() ? lines_[seen_] : 0;
            ++seen_;
            if (method != Method::answer)
                events_.push_back(read_event(each, component, line, {settings_.zone, method == Method::cancel}));
        }
    }

    std::vector<std::string> agents_of(const CalendarEvent& event) const
    {
        if (event.names_people) return event.attendees;
        return {std::filesystem::path(file_).stem().string()};
    }

    // Of the event's people nothing is known then; when it is cannot be told but of one that only lacks an end.
    void refuse(const CalendarEvent& event, const std::string& why)
    {
        reading_.refuse({file_, event.line, "", why});
        auto span = window_;
        const auto start = event.zone.to_utc(event.start);
        if (start && event.start != LocalTime{} && event.rules.empty())
            span = {*start, *start + std::chrono::hours{24}};
        for (const auto& agent : agents_of(event))
            take_row({agent, {{}, span.from, span.to, DutyActivity::unknown, ""}, file_, event.line}, "DTEND",
                     reading_);
    }

    // Nothing: the event says nothing of duty. Categories come before the summary.
    std::optional<DutyActivity> activity_of(const CalendarEvent& event)
    {
        if (event.words.empty()) return DutyActivity::shift;
        for (const auto& word : event.words) {
            if (const auto known = settings_.words.find(word)) return *known;
        }
        if (event.away) return DutyActivity::off;
        reading_.note_word(std::string(cut_text(event.words.back(), 60)), file_, event.line);
        // A banner over the day, or what leaves its person free, is no stretch of duty.
        if (event.whole_days || event.transparent) return std::nullopt;
        return DutyActivity::unknown;
    }

    void take(const EventReading& reading)
    {
        const auto& event = reading.event;
        if (event.cancelled || (event.instance && cancelled_.contains(event.uid))) return;
        if (agents_of(event).empty()) return;
        const auto activity = activity_of(event);
        if (!activity) return;
        if (!reading.wrong.empty()) {
            // Of what nobody gave a meaning nothing is missed.
            if (*activity != DutyActivity::unknown) refuse(event, reading.wrong);
            return;
        }
        const auto others = instances_by_uid_.find(event.uid);
        const bool alone = event.instance.has_value() || event.uid.empty() || others == instances_by_uid_.end();
        const auto instances =
            instances_of(event, alone ? std::span<const CalendarEvent* const>{} : others->second, window_, budget_);
        if (!instances) return refuse(event, instances.error());
        for (const auto& instance : *instances) add(*instance.event, instance, *activity);
    }

    void add(const CalendarEvent& event, const EventInstance& instance, DutyActivity activity)
    {
        if (++instances_ > kMostInstances) {
            if (instances_ == kMostInstances + 1) unreadable("has more than 500,000 instances of events");
            return;
        }
        // Of another event's: what follows a THISANDFUTURE has its meaning as well.
        const auto what = event.instance && event.instance->and_future ? activity_of(event) : std::optional(activity);
        if (!what) return;
        for (const auto& agent : agents_of(event)) {
            if (*what == DutyActivity::unknown && instance.end <= instance.start) continue;
            take_row({agent, {{}, instance.start, instance.end, *what, ""}, file_, event.line}, "DTEND", reading_);
        }
    }

    const std::string& file_;
    const RosterSettings& settings_;
    SeriesWindow window_;
    RosterReading& reading_;
    std::vector<std::size_t> lines_;
    std::size_t seen_ = 0;
    std::size_t instances_ = 0;
    std::vector<EventReading> events_;
    std::map<std::string, std::vector<const CalendarEvent*>> instances_by_uid_;
    std::set<std::string> cancelled_;
    RecurrenceBudget budget_;
};

}  // namespace

void read_roster_ical(const std::string& name, std::string_view text, const RosterSettings& settings, Timestamp about,
                      RosterReading& reading)
{
    CalendarReader(name, settings, about, reading).read(text);
}

}  // namespace breakwatch
