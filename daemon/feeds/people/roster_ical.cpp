#include "feeds/people/roster_ical.hpp"

#include <libical/ical.h>

#include <algorithm>
#include <array>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "feeds/core/local_time.hpp"

namespace breakwatch {

namespace {

// A rule that begins so many instances before the window is refused: a daily one of a century.
constexpr int kMostInstances = 40'000;

template <typename Value>
using Expected = std::expected<Value, std::string>;

using Component = std::unique_ptr<icalcomponent, decltype(&icalcomponent_free)>;
using Iterator = std::unique_ptr<icalrecur_iterator, decltype(&icalrecur_iterator_free)>;

// Where the times of a property are told.
struct Zone {
    std::string iana;
    icaltimezone* own = nullptr;  // a VTIMEZONE of the file
    bool utc = false;
};

// DTEND means the exact length, DURATION counts its days by the calendar (RFC 5545 section 3.8.5.3).
struct Length {
    std::chrono::days days{0};
    Duration exact{0};
};

struct Event {
    icalcomponent* component;
    icalcomponent* calendar;
    std::size_t line;
    std::string uid;
};

Expected<std::chrono::nanoseconds> local_of(const icaltimetype& time)
{
    const std::chrono::year_month_day date{std::chrono::year{time.year}, std::chrono::month{static_cast<unsigned>(time.month)},
                                           std::chrono::day{static_cast<unsigned>(time.day)}};
    if (!date.ok() || time.year < kEarliestYear || time.year > kLatestYear) return std::unexpected("a date that is none, or not of 1970 to 2200");
    const auto day = std::chrono::sys_days{date}.time_since_epoch();
    if (time.is_date != 0) return day;
    return day + std::chrono::hours{time.hour} + std::chrono::minutes{time.minute} + std::chrono::seconds{time.second};
}

Expected<Timestamp> to_utc(const Zone& zone, icaltimetype time)
{
    if (zone.own != nullptr && time.is_date == 0) {
        icaltimezone_convert_time(&time, zone.own, icaltimezone_get_utc_timezone());
        const auto local = local_of(time);
        return local ? Expected<Timestamp>(Timestamp{*local}) : std::unexpected(local.error());
    }
    const auto local = local_of(time);
    if (!local) return std::unexpected(local.error());
    return zone.utc ? Expected<Timestamp>(Timestamp{*local}) : local_to_utc(*local, zone.iana);
}

Expected<Timestamp> plus(const Zone& zone, const icaltimetype& start, const Length& length)
{
    auto day = start;
    icaltime_adjust(&day, static_cast<int>(length.days.count()), 0, 0, 0);
    const auto end = to_utc(zone, day);
    return end ? Expected<Timestamp>(*end + length.exact) : end;
}

bool within_subset(const icalrecurrencetype& rule)
{
    const bool frequency =
        rule.freq == ICAL_DAILY_RECURRENCE || rule.freq == ICAL_WEEKLY_RECURRENCE || rule.freq == ICAL_MONTHLY_RECURRENCE;
    const auto unset = [](const short* by) { return by[0] == ICAL_RECURRENCE_ARRAY_MAX; };
    return frequency && rule.rscale == nullptr && unset(rule.by_second) && unset(rule.by_minute) && unset(rule.by_hour) &&
           unset(rule.by_month_day) && unset(rule.by_year_day) && unset(rule.by_week_no) && unset(rule.by_month) &&
           unset(rule.by_set_pos);
}

icalproperty* property_of(const Event& event, icalproperty_kind kind)
{
    return icalcomponent_get_first_property(event.component, kind);
}

// Calls `visit` for each property of the kind, until it says what is wrong.
template <typename Visit>
Expected<void> each_property(const Event& event, icalproperty_kind kind, Visit visit)
{
    for (auto* property = property_of(event, kind); property != nullptr;
         property = icalcomponent_get_next_property(event.component, kind)) {
        if (auto done = visit(property); !done) return done;
    }
    return {};
}

// What libical could not read and took out; its other complaints are no concern of ours.
std::optional<std::string> unreadable(const Event& event)
{
    std::optional<std::string> found;
    (void)each_property(event, ICAL_XLICERROR_PROPERTY, [&](icalproperty* property) -> Expected<void> {
        const char* value = icalproperty_get_xlicerror(property);
        const std::string text = value == nullptr ? "" : value;
        for (const auto* name : {"DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID"}) {
            if (text.find(name) != std::string::npos && !found) found = name;
        }
        return {};
    });
    return found;
}

class Reader {
  public:
    Reader(const std::string& file, const RosterSettings& settings, Timestamp about, RosterRows& rows, RowErrors& errors)
        : file_(file), settings_(settings), from_(about - settings.back), to_(about + settings.ahead), rows_(rows), errors_(errors)
    {}

    void read(std::string_view text)
    {
        if (text.find('\0') != std::string_view::npos) return wrong(0, "", "holds a zero octet: no text");
        if (!ended(text)) return wrong(0, "", "END:VCALENDAR is not the last line: only half of the file is there");
        icalerror_set_errors_are_fatal(0);
        const Component root(icalparser_parse_string(std::string(text).c_str()), icalcomponent_free);
        if (!root) return wrong(0, "", "is no iCalendar file");
        for (std::size_t at = 0; at < text.size();) {
            const auto end = std::min(text.find('\n', at), text.size());
            ++line_;
            if (text.substr(at, end - at).starts_with("BEGIN:VEVENT")) lines_.push_back(line_);
            at = end + 1;
        }
        collect(root.get());
        for (const auto& event : events_) note_replaced(event);
        for (const auto& event : events_) take(event);
    }

  private:
    void wrong(std::size_t line, const char* property, const std::string& text) { errors_.push_back({file_, line, property, text}); }

    static bool ended(std::string_view text)
    {
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.remove_suffix(1);
        return text.ends_with("END:VCALENDAR");
    }

    // libical gives no line numbers: the nth event of the tree is the nth of the text.
    void collect(icalcomponent* component)
    {
        const bool calendar = icalcomponent_isa(component) == ICAL_VCALENDAR_COMPONENT;
        for (auto* inner = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); inner != nullptr;
             inner = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
            if (icalcomponent_isa(inner) == ICAL_VCALENDAR_COMPONENT) collect(inner);
            if (!calendar || icalcomponent_isa(inner) != ICAL_VEVENT_COMPONENT) continue;
            const char* uid = icalcomponent_get_uid(inner);
            const auto line = events_.size() < lines_.size() ? lines_[events_.size()] : 0;
            events_.push_back({inner, component, line, uid == nullptr ? "" : uid});
        }
    }

    Expected<Zone> zone_of(const Event& event, icalproperty* property, const icaltimetype& time) const
    {
        Zone zone{settings_.zone, nullptr, false};
        if (time.is_date != 0) return zone;
        if (icaltime_is_utc(time) != 0) return Zone{"", nullptr, true};
        auto* parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
        if (parameter == nullptr) return zone;
        zone.iana = icalparameter_get_tzid(parameter);
        const auto known = local_to_utc(std::chrono::nanoseconds{0}, zone.iana);
        if (known) return zone;
        zone.own = icalcomponent_get_timezone(event.calendar, zone.iana.c_str());
        if (zone.own == nullptr) return std::unexpected(known.error() + ", or a VTIMEZONE of that name in the file");
        return zone;
    }

    Expected<Timestamp> moment(const Event& event, icalproperty* property, const icaltimetype& time) const
    {
        const auto zone = zone_of(event, property, time);
        return zone ? to_utc(*zone, time) : std::unexpected(zone.error());
    }

    Expected<Length> length_of(const Event& event, const icaltimetype& start, Timestamp start_utc) const
    {
        if (auto* property = property_of(event, ICAL_DTEND_PROPERTY)) {
            const auto end = icalproperty_get_dtend(property);
            const auto utc = moment(event, property, end);
            if (!utc) return std::unexpected(utc.error());
            if (start.is_date == 0 || end.is_date == 0) return Length{{}, *utc - start_utc};
            return Length{std::chrono::floor<std::chrono::days>(*local_of(end)) - std::chrono::floor<std::chrono::days>(*local_of(start)), {}};
        }
        if (auto* property = property_of(event, ICAL_DURATION_PROPERTY)) {
            const auto told = icalproperty_get_duration(property);
            if (told.is_neg != 0 || told.days > 1000 || told.weeks > 100 || told.hours > 10'000 || told.minutes > 1'000'000 || told.seconds > 100'000'000)
                return std::unexpected("DURATION is negative or too long");
            return Length{std::chrono::days{told.days + 7 * told.weeks},
                          std::chrono::hours{told.hours} + std::chrono::minutes{told.minutes} + std::chrono::seconds{told.seconds}};
        }
        if (start.is_date != 0) return Length{std::chrono::days{1}, {}};
        return std::unexpected("has neither DTEND nor DURATION");
    }

    void note_replaced(const Event& event)
    {
        auto* property = property_of(event, ICAL_RECURRENCEID_PROPERTY);
        if (property == nullptr) return;
        const auto time = icalproperty_get_recurrenceid(property);
        const auto instance = moment(event, property, time);
        if (instance) replaced_[event.uid].insert(*instance);
    }

    void take(const Event& event)
    {
        if (icalcomponent_get_status(event.component) == ICAL_STATUS_CANCELLED) return;
        const auto done = take_checked(event);
        if (!done) wrong(event.line, "", done.error());
    }

    Expected<void> take_checked(const Event& event)
    {
        if (const auto name = unreadable(event)) return std::unexpected(*name + " cannot be read");
        auto* dtstart = property_of(event, ICAL_DTSTART_PROPERTY);
        if (dtstart == nullptr) return std::unexpected("has no DTSTART");
        const auto start = icalproperty_get_dtstart(dtstart);
        const auto zone = zone_of(event, dtstart, start);
        if (!zone) return std::unexpected("DTSTART: " + zone.error());
        const auto start_utc = to_utc(*zone, start);
        if (!start_utc) return std::unexpected("DTSTART: " + start_utc.error());
        const auto length = length_of(event, start, *start_utc);
        if (!length) return std::unexpected(length.error());
        const auto activity = activity_of(event);
        if (!activity) return std::unexpected(activity.error());
        if (!*activity) return {};

        const auto instances = instances_of(event, *zone, start);
        if (!instances) return std::unexpected(instances.error());
        const bool rule = property_of(event, ICAL_RRULE_PROPERTY) != nullptr;
        for (const auto& instance : *instances) {
            const auto begin = to_utc(*zone, instance);
            const auto end = plus(*zone, instance, *length);
            if (!begin || !end) return std::unexpected(begin ? end.error() : begin.error());
            if (rule && (*end < from_ || *begin > to_)) continue;
            add(event, {{}, *begin, *end, **activity, ""});
        }
        return take_periods(event, *zone, *length, **activity);
    }

    void add(const Event& event, const DutyInterval& interval)
    {
        const auto before = errors_.size();
        for (const auto& agent : agents_of(event)) {
            take_row({agent, interval, file_, event.line}, "DTEND", rows_, errors_);
            if (errors_.size() != before) return;
        }
    }

    std::vector<std::string> agents_of(const Event& event) const
    {
        std::vector<std::string> agents;
        (void)each_property(event, ICAL_ATTENDEE_PROPERTY, [&](icalproperty* property) -> Expected<void> {
            const char* address = icalproperty_get_attendee(property);
            std::string_view name = address == nullptr ? "" : address;
            if (name.size() > 7 && (name.starts_with("mailto:") || name.starts_with("MAILTO:"))) name.remove_prefix(7);
            if (!name.empty()) agents.emplace_back(name);
            return {};
        });
        if (agents.empty()) agents.push_back(std::filesystem::path(file_).stem().string());
        return agents;
    }

    Expected<std::optional<DutyActivity>> activity_of(const Event& event) const
    {
        std::vector<std::string> words;
        (void)each_property(event, ICAL_CATEGORIES_PROPERTY, [&](icalproperty* property) -> Expected<void> {
            if (const char* word = icalproperty_get_categories(property)) words.emplace_back(word);
            return {};
        });
        if (const char* summary = icalcomponent_get_summary(event.component)) words.emplace_back(summary);
        if (words.empty()) return DutyActivity::shift;
        for (const auto& word : words) {
            if (const auto known = settings_.words.find(word)) return *known;
        }
        return std::unexpected("found '" + words.back().substr(0, 40) + "'; say in roster.activities what it means");
    }

    // DTSTART, what RRULE and RDATE make of it, less EXDATE and what other events replace; in the
    // event's zone.
    Expected<std::vector<icaltimetype>> instances_of(const Event& event, const Zone& zone, const icaltimetype& start)
    {
        if (auto* id = property_of(event, ICAL_RECURRENCEID_PROPERTY)) {
            if (icalproperty_get_first_parameter(id, ICAL_RANGE_PARAMETER) != nullptr)
                return std::unexpected("RECURRENCE-ID with a RANGE is not understood");
            return std::vector<icaltimetype>{start};
        }
        auto told = recurring(event, zone, start);
        if (!told) return std::unexpected(told.error());
        auto left_out = dates_of(event, ICAL_EXDATE_PROPERTY, icalproperty_get_exdate);
        if (!left_out) return std::unexpected("EXDATE: " + left_out.error());
        if (const auto others = replaced_.find(event.uid); others != replaced_.end()) left_out->insert(others->second.begin(), others->second.end());
        std::erase_if(*told, [&](const icaltimetype& instance) {
            const auto at = to_utc(zone, instance);
            return at && left_out->contains(*at);
        });
        return told;
    }

    Expected<std::vector<icaltimetype>> recurring(const Event& event, const Zone& zone, const icaltimetype& start) const
    {
        auto* property = property_of(event, ICAL_RRULE_PROPERTY);
        if (property == nullptr) return std::vector<icaltimetype>{start};
        auto rule = icalproperty_get_rrule(property);
        if (icalcomponent_get_next_property(event.component, ICAL_RRULE_PROPERTY) != nullptr || !within_subset(rule)) {
            return std::unexpected("RRULE is not one that is understood; expected one rule of DAILY, WEEKLY or MONTHLY with INTERVAL, COUNT, UNTIL, BYDAY");
        }
        auto until = to_;
        if (icaltime_is_null_time(rule.until) == 0) {
            const auto last = last_of(rule.until, zone);
            if (!last) return std::unexpected("UNTIL: " + last.error());
            until = std::min(until, *last);
        }
        rule.until = icaltime_null_time();  // told apart here: libical compares without the zone
        auto floating = start;
        floating.zone = nullptr;
        const Iterator iterator(icalrecur_iterator_new(rule, floating), icalrecur_iterator_free);
        if (!iterator) return std::unexpected("RRULE cannot be followed");
        std::vector<icaltimetype> instances;
        for (int i = 0;; ++i) {
            const auto next = icalrecur_iterator_next(iterator.get());
            if (icaltime_is_null_time(next) != 0) return instances;
            const auto at = to_utc(zone, next);
            if (!at || *at > until) return instances;
            if (i == kMostInstances) return std::unexpected("RRULE begins too long ago; let DTSTART be of the last years");
            if (*at >= from_ - std::chrono::hours{24 * 400}) instances.push_back(next);
        }
    }

    // The latest moment that UNTIL allows: of a date, the whole day.
    static Expected<Timestamp> last_of(const icaltimetype& until, const Zone& zone)
    {
        auto day = until;
        if (until.is_date != 0) icaltime_adjust(&day, 1, 0, 0, 0);
        const auto at = to_utc(icaltime_is_utc(until) != 0 ? Zone{"", nullptr, true} : zone, day);
        return at && until.is_date != 0 ? Expected<Timestamp>(*at - Duration{1}) : at;
    }

    Expected<std::set<Timestamp>> dates_of(const Event& event, icalproperty_kind kind, icaltimetype (*get)(const icalproperty*)) const
    {
        std::set<Timestamp> dates;
        const auto done = each_property(event, kind, [&](icalproperty* property) -> Expected<void> {
            const auto at = moment(event, property, get(property));
            if (!at) return std::unexpected(at.error());
            dates.insert(*at);
            return {};
        });
        return done ? Expected<std::set<Timestamp>>(std::move(dates)) : std::unexpected(done.error());
    }

    // RDATE: further instances, or periods with a length of their own.
    Expected<void> take_periods(const Event& event, const Zone& zone, const Length& length, DutyActivity activity)
    {
        // Collected first: libical has one place per component to go through its properties from.
        std::vector<DutyInterval> periods;
        const auto done = each_property(event, ICAL_RDATE_PROPERTY, [&](icalproperty* property) -> Expected<void> {
            const auto told = icalproperty_get_rdate(property);
            const bool period = icalperiodtype_is_null_period(told.period) == 0;
            const auto start = period ? told.period.start : told.time;
            const auto begin = moment(event, property, start);
            if (!begin) return std::unexpected("RDATE: " + begin.error());
            auto end = plus(zone, start, length);
            if (!period && icaltime_is_utc(start) != 0) end = *begin + length.exact + length.days;
            if (period && icaltime_is_null_time(told.period.end) == 0) end = moment(event, property, told.period.end);
            if (period && icaltime_is_null_time(told.period.end) != 0)
                end = *begin + std::chrono::seconds{icaldurationtype_as_int(told.period.duration)};
            if (!end) return std::unexpected("RDATE: " + end.error());
            periods.push_back({{}, *begin, *end, activity, ""});
            return {};
        });
        for (const auto& period : periods) add(event, period);
        return done;
    }

    const std::string& file_;
    const RosterSettings& settings_;
    Timestamp from_;
    Timestamp to_;
    RosterRows& rows_;
    RowErrors& errors_;
    std::size_t line_ = 0;
    std::vector<std::size_t> lines_;  // of each BEGIN:VEVENT
    std::vector<Event> events_;
    std::map<std::string, std::set<Timestamp>> replaced_;  // by UID
};

}  // namespace

void read_roster_ical(const std::string& name, std::string_view text, const RosterSettings& settings, Timestamp about,
                      RosterRows& rows, RowErrors& errors)
{
    Reader(name, settings, about, rows, errors).read(text);
}

}  // namespace breakwatch
