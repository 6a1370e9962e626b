#include "feeds/people/calendar_event.hpp"

#include <strings.h>
#include <algorithm>
#include <array>
#include <cstring>

#include "feeds/people/calendar_rule.hpp"
#include "feeds/people/calendar_zone.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono;

template <typename Value>
using Expected = std::expected<Value, std::string>;

// Dates of one event at most.
constexpr std::size_t kMostDates = 20'000;

std::string text_of(const char* text)
{
    return text == nullptr ? std::string() : std::string(text);
}

// libical has one place per component to go through its properties from: no visit within a visit.
template <typename Visit>
void each_property(icalcomponent* component, icalproperty_kind kind, Visit visit)
{
    for (auto* property = icalcomponent_get_first_property(component, kind); property != nullptr;
         property = icalcomponent_get_next_property(component, kind))
        visit(property);
}

// What libical could not read and took out; its other complaints are no concern of ours.
std::optional<std::string> unreadable(icalcomponent* component)
{
    constexpr std::array kNames{"DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "EXDATE", "RDATE", "RECURRENCE-ID"};
    std::optional<std::string> found;
    each_property(component, ICAL_XLICERROR_PROPERTY, [&](icalproperty* property) {
        const auto text = text_of(icalproperty_get_xlicerror(property));
        for (const auto* name : kNames) {
            if (text.find(name) != std::string::npos && !found) found = name;
        }
    });
    return found;
}

// An address as people write it, where there is one; else the name.
std::string person_of(icalproperty* attendee)
{
    auto address = text_of(icalproperty_get_attendee(attendee));
    if (::strncasecmp(address.c_str(), "mailto:", 7) == 0) return address.substr(7);
    if (address.find(':') == std::string::npos && !address.starts_with('/')) return address;
    if (auto* email = icalproperty_get_first_parameter(attendee, ICAL_EMAIL_PARAMETER))
        return text_of(icalparameter_get_email(email));
    if (auto* name = icalproperty_get_first_parameter(attendee, ICAL_CN_PARAMETER))
        return text_of(icalparameter_get_cn(name));
    return {};
}

bool is_person(icalproperty* attendee)
{
    auto* parameter = icalproperty_get_first_parameter(attendee, ICAL_CUTYPE_PARAMETER);
    const auto type = parameter == nullptr ? ICAL_CUTYPE_INDIVIDUAL : icalparameter_get_cutype(parameter);
    return type != ICAL_CUTYPE_RESOURCE && type != ICAL_CUTYPE_ROOM && type != ICAL_CUTYPE_GROUP;
}

bool takes_part(icalproperty* attendee)
{
    auto* parameter = icalproperty_get_first_parameter(attendee, ICAL_PARTSTAT_PARAMETER);
    const auto answer = parameter == nullptr ? ICAL_PARTSTAT_NEEDSACTION : icalparameter_get_partstat(parameter);
    auto* role = icalproperty_get_first_parameter(attendee, ICAL_ROLE_PARAMETER);
    const bool informed = role != nullptr && icalparameter_get_role(role) == ICAL_ROLE_NONPARTICIPANT;
    return answer != ICAL_PARTSTAT_DECLINED && answer != ICAL_PARTSTAT_DELEGATED && !informed;
}

class EventReader {
  public:
    EventReader(icalcomponent* component, icalcomponent* calendar, const CalendarDefaults& defaults,
                CalendarEvent& event)
        : component_(component), calendar_(calendar), defaults_(defaults), event_(event)
    {}

    void read_who_and_what()
    {
        event_.uid = text_of(icalcomponent_get_uid(component_));
        event_.sequence = icalcomponent_get_sequence(component_);
        if (auto* stamp = first(ICAL_DTSTAMP_PROPERTY)) {
            const auto at = local_of(icalproperty_get_dtstamp(stamp));
            if (at) event_.stamped = Timestamp{at->time_since_epoch()};
        }
        event_.cancelled = defaults_.cancel || icalcomponent_get_status(component_) == ICAL_STATUS_CANCELLED;
        if (auto* shown = first(ICAL_TRANSP_PROPERTY))
            event_.transparent = icalproperty_get_transp(shown) == ICAL_TRANSP_TRANSPARENT;
        each_property(component_, ICAL_X_PROPERTY, [this](icalproperty* property) {
            const auto name = text_of(icalproperty_get_x_name(property));
            if (name == "X-MICROSOFT-CDO-BUSYSTATUS") event_.away = text_of(icalproperty_get_x(property)) == "OOF";
        });
        each_property(component_, ICAL_ATTENDEE_PROPERTY, [this](icalproperty* property) {
            if (!is_person(property)) return;
            auto person = person_of(property);
            if (person.empty()) return;
            event_.names_people = true;
            if (takes_part(property)) event_.attendees.push_back(std::move(person));
        });
        each_property(component_, ICAL_CATEGORIES_PROPERTY, [this](icalproperty* property) {
            event_.words.push_back(text_of(icalproperty_get_categories(property)));
        });
        event_.words.push_back(text_of(icalcomponent_get_summary(component_)));
        std::erase_if(event_.words,
                      [](const std::string& word) { return word.find_first_not_of(" \t\r\n") == std::string::npos; });
    }

    Expected<void> read_times()
    {
        if (const auto name = unreadable(component_)) return std::unexpected(*name + " cannot be read");
        auto* dtstart = first(ICAL_DTSTART_PROPERTY);
        if (dtstart == nullptr) return std::unexpected("has no DTSTART");
        const auto start = icalproperty_get_dtstart(dtstart);
        const auto zone = zone_of_start(dtstart, start);
        if (!zone) return std::unexpected("DTSTART: " + zone.error());
        const auto local = local_of(start);
        if (!local) return std::unexpected("DTSTART: " + local.error());
        event_.zone = *zone;
        event_.start = *local;
        event_.whole_days = start.is_date != 0;
        if (auto done = read_instance(); !done) return done;
        if (event_.cancelled) return {};  // where it was is all that it tells
        if (auto done = read_length(); !done) return done;
        if (event_.instance) return {};  // it repeats nothing
        if (auto done = read_rules(); !done) return done;
        if (auto done = read_exceptions(); !done) return done;
        return read_added();
    }

  private:
    icalproperty* first(icalproperty_kind kind) const { return icalcomponent_get_first_property(component_, kind); }

    // A start without a zone beside an end with one: the two are of one form (RFC 5545 section 3.8.2.2), and the zone
    // was meant for both.
    Expected<CalendarZone> zone_of_start(icalproperty* dtstart, const icaltimetype& start) const
    {
        const CalendarZone site{defaults_.zone, nullptr, false};
        auto zone = zone_of(dtstart, calendar_, start, site);
        auto* dtend = first(ICAL_DTEND_PROPERTY);
        const bool floating = start.is_date == 0 && icaltime_is_utc(start) == 0 &&
                              icalproperty_get_first_parameter(dtstart, ICAL_TZID_PARAMETER) == nullptr;
        if (!floating || dtend == nullptr) return zone;
        const auto end = icalproperty_get_dtend(dtend);
        if (icaltime_is_utc(end) != 0) return zone;
        return zone_of(dtend, calendar_, end, site);
    }

    Expected<Timestamp> moment(icalproperty* property, const icaltimetype& time, LocalTime* told = nullptr) const
    {
        const auto zone = zone_of(property, calendar_, time, event_.zone);
        if (!zone) return std::unexpected(zone.error());
        const auto local = local_of(time);
        if (!local) return std::unexpected(local.error());
        if (told != nullptr) *told = *local;
        return zone->to_utc(*local);
    }

    Expected<void> note_date(icalproperty* property, const icaltimetype& time, InstanceDates& dates) const
    {
        LocalTime local{};
        const auto at = moment(property, time, &local);
        if (!at) return std::unexpected(at.error());
        if (dates.moments.size() + dates.days.size() >= kMostDates)
            return std::unexpected("has more than 20,000 dates");
        if (time.is_date != 0 || event_.whole_days) {
            dates.days.insert(floor<days>(local));
        } else {
            dates.moments.insert(*at);
        }
        return {};
    }

    Expected<void> read_instance()
    {
        auto* property = first(ICAL_RECURRENCEID_PROPERTY);
        if (property == nullptr) return {};
        CalendarEvent::InstanceId id;
        const auto time = icalproperty_get_recurrenceid(property);
        if (auto done = note_date(property, time, id.at); !done)
            return std::unexpected("RECURRENCE-ID: " + done.error());
        const auto start = event_.zone.to_utc(event_.start);
        LocalTime local{};
        const auto at = moment(property, time, &local);
        if (!start || !at) return std::unexpected("RECURRENCE-ID: " + (start ? at.error() : start.error()));
        // Told in UTC it is brought to the event's own clock by what that is ahead at its start.
        const auto ahead = floor<seconds>(event_.start.time_since_epoch() - start->time_since_epoch());
        id.local =
            time.is_date != 0 || event_.whole_days ? local : LocalTime{floor<seconds>(at->time_since_epoch()) + ahead};
        if (auto* range = icalproperty_get_first_parameter(property, ICAL_RANGE_PARAMETER))
            id.and_future = icalparameter_get_range(range) == ICAL_RANGE_THISANDFUTURE;
        event_.instance = std::move(id);
        return {};
    }

    Expected<void> read_rules()
    {
        std::vector<icalrecurrencetype> told;
        each_property(component_, ICAL_RRULE_PROPERTY,
                      [&](icalproperty* property) { told.push_back(icalproperty_get_rrule(property)); });
        if (auto done = take_rules(told, event_.rules); !done) return done;
        told.clear();
        each_property(component_, ICAL_EXRULE_PROPERTY,
                      [&](icalproperty* property) { told.push_back(icalproperty_get_exrule(property)); });
        return take_rules(told, event_.but_rules);
    }

    Expected<void> take_rules(const std::vector<icalrecurrencetype>& told, std::vector<EventRule>& rules) const
    {
        constexpr std::size_t kMostRules = 50;
        if (told.size() > kMostRules) return std::unexpected("has more than 50 rules");
        for (const auto& each : told) {
            auto rule = rule_of(each);
            if (!rule) return std::unexpected(rule.error());
            EventRule taken{std::move(*rule), std::nullopt};
            // An UNTIL of the year 9999 is no end.
            if (icaltime_is_null_time(each.until) == 0 && each.until.year <= kLatestYear) {
                const auto until = last_of(each.until);
                if (!until) return std::unexpected("UNTIL: " + until.error());
                taken.until = *until;
            }
            rules.push_back(std::move(taken));
        }
        return {};
    }

    // The latest moment that UNTIL allows: of a date, the whole day.
    Expected<Timestamp> last_of(const icaltimetype& until) const
    {
        auto local = local_of(until);
        if (!local) return std::unexpected(local.error());
        if (until.is_date != 0) *local += days{1} - seconds{1};
        return icaltime_is_utc(until) != 0 ? Expected<Timestamp>(Timestamp{local->time_since_epoch()})
                                           : event_.zone.to_utc(*local);
    }

    Expected<void> read_length()
    {
        if (auto* property = first(ICAL_DTEND_PROPERTY)) return read_end(property, icalproperty_get_dtend(property));
        if (auto* property = first(ICAL_DURATION_PROPERTY)) {
            const auto told = icalproperty_get_duration(property);
            if (told.is_neg != 0 || told.days > 1000 || told.weeks > 100 || told.hours > 10'000 ||
                told.minutes > 1'000'000 || told.seconds > 100'000'000)
                return std::unexpected("DURATION is negative or too long");
            event_.length = {days{told.days + 7 * told.weeks},
                             hours{told.hours} + minutes{told.minutes} + seconds{told.seconds}};
            return {};
        }
        if (!event_.whole_days) return std::unexpected("has neither DTEND nor DURATION");
        event_.length = {days{1}, {}};
        return {};
    }

    Expected<void> read_end(icalproperty* property, const icaltimetype& end)
    {
        const auto start = event_.zone.to_utc(event_.start);
        LocalTime local{};
        const auto utc = moment(property, end, &local);
        if (!start || !utc) return std::unexpected("DTEND: " + (start ? utc.error() : start.error()));
        if (!event_.whole_days || end.is_date == 0) {
            event_.length = {{}, *utc - *start};
            return {};
        }
        // A day that ends where it begins is meant as that day.
        const auto length = floor<days>(local) - floor<days>(event_.start);
        event_.length = {length == days{0} ? days{1} : length, {}};
        return {};
    }

    Expected<void> read_exceptions()
    {
        Expected<void> done;
        each_property(component_, ICAL_EXDATE_PROPERTY, [&](icalproperty* property) {
            if (done) done = note_date(property, icalproperty_get_exdate(property), event_.but);
        });
        return done ? done : std::unexpected("EXDATE: " + done.error());
    }

    // RDATE: further instances, or periods with a length of their own.
    Expected<void> read_added()
    {
        std::string wrong;
        each_property(component_, ICAL_RDATE_PROPERTY, [&](icalproperty* property) {
            const auto added = added_by(property, icalproperty_get_rdate(property));
            if (!added && wrong.empty()) wrong = "RDATE: " + added.error();
            if (added && event_.added.size() < kMostDates) event_.added.push_back(*added);
        });
        return wrong.empty() ? Expected<void>() : std::unexpected(wrong);
    }

    Expected<CalendarEvent::Added> added_by(icalproperty* property, const icaldatetimeperiodtype& told) const
    {
        const bool period = icalperiodtype_is_null_period(told.period) == 0;
        const auto start = period ? told.period.start : told.time;
        LocalTime local{};
        const auto begin = moment(property, start, &local);
        if (!begin) return std::unexpected(begin.error());
        auto end = begin;
        if (!period) {
            const auto zone = zone_of(property, calendar_, start, event_.zone);
            end = zone ? zone->to_utc(local + event_.length.days) : std::unexpected(zone.error());
            if (end) *end += event_.length.exact;
        } else if (icaltime_is_null_time(told.period.end) == 0) {
            end = moment(property, told.period.end);
        } else {
            end = *begin + seconds{icaldurationtype_as_int(told.period.duration)};
        }
        if (!end) return std::unexpected(end.error());
        return CalendarEvent::Added{*begin, *end};
    }

    icalcomponent* component_;
    icalcomponent* calendar_;
    const CalendarDefaults& defaults_;
    CalendarEvent& event_;
};

}  // namespace

EventReading read_event(icalcomponent* event, icalcomponent* calendar, std::size_t line,
                        const CalendarDefaults& defaults)
{
    EventReading reading;
    reading.event.line = line;
    EventReader reader(event, calendar, defaults, reading.event);
    reader.read_who_and_what();
    if (const auto done = reader.read_times(); !done) reading.wrong = done.error();
    return reading;
}

}  // namespace breakwatch
