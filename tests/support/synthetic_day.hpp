// One invented day of a call centre of any size: who is enrolled, the roster, and every fact of the
// day in order of time. Kept small (an event is made when it is told), so that a large day can be
// measured: what the engine needs shows in the process's memory, the day itself does not.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "policy/activity/detector_model.hpp"
#include "policy/engine.hpp"
#include "support/moments.hpp"

namespace breakwatch::test {

struct DaySize {
    std::uint32_t staff = 10'000;
    std::uint32_t calls = 100'000;
    std::uint32_t sessions = 20'000;
    std::uint32_t findings = 20'000;
    std::uint32_t seed = 1;
};

class SyntheticDay {
  public:
    enum class Kind : std::uint8_t { call_start, call_end, start, lease, interim, seen, volume, finding, stop };
    struct Event {
        Timestamp at;
        std::uint32_t item = 0;  // of calls_, visits_ or findings_
        Kind kind = Kind::call_start;
    };

    explicit SyntheticDay(const DaySize& size) : size_(size), random_(size.seed)
    {
        roll_calls();
        roll_visits();
        roll_findings();
        std::ranges::stable_sort(events_, {}, &Event::at);
    }

    // In order of time.
    const std::vector<Event>& events() const { return events_; }
    Timestamp end() const { return events_.back().at; }

    // Four in five have their phone's MAC enrolled; the others are known by their RADIUS user only.
    Enrolment enrolment() const
    {
        std::vector<EnrolledPerson> people(size_.staff);
        for (std::uint32_t i = 0; i < size_.staff; ++i) {
            people[i].staff = staff(i);
            if (i % 5 != 0) people[i].macs = {phone(i)};
            people[i].notice = at("00:00") - std::chrono::hours{24 * 30};
        }
        return Enrolment(std::move(people));
    }
    // A shift, two breaks and a meal each.
    Roster roster() const
    {
        std::vector<DutyInterval> rows;
        for (std::uint32_t i = 0; i < size_.staff; ++i) {
            const auto start = shift_start(i);
            rows.push_back({staff(i), start, start + kShift, DutyActivity::shift, "hq"});
            for (const int hours : {2, 4, 6}) {
                const auto pause = start + std::chrono::hours{hours};
                const auto activity = hours == 4 ? DutyActivity::meal : DutyActivity::break_;
                rows.push_back({staff(i), pause, pause + std::chrono::minutes{15}, activity, "hq"});
            }
        }
        return Roster(std::move(rows));
    }

    Observation observation(const Event& event) const
    {
        switch (event.kind) {
            case Kind::call_start:
            case Kind::call_end: return call_event(event);
            case Kind::lease: {
                const auto& visit = visits_[event.item];
                return Lease{phone(visit.staff),    visit.ip, event.at, event.at + std::chrono::hours{1}, {},
                             LeaseSource::kea_file, 0};
            }
            case Kind::seen:
                return AddressSighting{phone(visits_[event.item].staff), visits_[event.item].ip, event.at, 0};
            case Kind::volume: {
                TrafficVolume volume;
                volume.device = {phone(visits_[event.item].staff), visits_[event.item].ip};
                volume.length = std::chrono::seconds{10};
                volume.from = event.at - volume.length;
                volume.platform = "x";
                volume.up = volume.named = 5'000;
                return volume;
            }
            case Kind::finding: return finding_of(event);
            default: return session_event(event);
        }
    }

    static EngineSettings settings()
    {
        EngineSettings settings;
        settings.bindings.sessions_expected = true;
        settings.zones = {{.zone = "break-area", .ssids = {"staff"}, .access_points = {}, .vlans = {}, .subnets = {}}};
        return settings;
    }

  private:
    static constexpr std::chrono::hours kShift{8};
    struct CallOf {
        std::uint32_t staff;
    };
    struct Visit {
        std::uint32_t staff;
        IpAddress ip;
        Timestamp from;
        std::chrono::seconds length{0};
    };
    struct FindingOf {
        std::uint32_t visit;
        std::uint16_t confidence;
        bool behind_router;
    };

    std::uint32_t upto(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
    std::chrono::milliseconds within(std::chrono::milliseconds span)
    {
        return std::chrono::milliseconds{
            static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(span.count()))};
    }
    static StaffId staff(std::uint32_t i) { return {"s" + std::to_string(10'000 + i)}; }
    static MacAddress phone(std::uint32_t i)
    {
        return {{0x02, 0x1a, 0x10, static_cast<std::uint8_t>(i >> 16U), static_cast<std::uint8_t>(i >> 8U),
                 static_cast<std::uint8_t>(i)}};
    }
    // Shifts begin from 05:00 to 13:00.
    Timestamp shift_start(std::uint32_t i) const { return at("05:00") + std::chrono::minutes{15} * (i % 33); }

    void add(Timestamp when, std::uint32_t item, Kind kind) { events_.push_back({when, item, kind}); }

    void roll_calls()
    {
        const auto each = std::max(1U, size_.calls / size_.staff);
        for (std::uint32_t n = 0; n < size_.calls; ++n) {
            const auto who = n % size_.staff;
            const auto turn = std::chrono::duration_cast<std::chrono::milliseconds>(kShift) / each;
            const auto begin = shift_start(who) + turn * (n / size_.staff) + within(turn / 2);
            calls_.push_back({who});
            add(begin, n, Kind::call_start);
            add(begin + std::chrono::seconds{20} + within(turn / 3), n, Kind::call_end);
        }
    }

    // Addresses go round: now and then one passes from one person to the next within moments.
    void roll_visits()
    {
        for (std::uint32_t n = 0; n < size_.sessions; ++n) {
            const auto who = upto(size_.staff);
            const auto from = shift_start(who) + std::chrono::hours{1} + within(kShift - std::chrono::hours{2});
            visits_.push_back({who, {}, from, std::chrono::seconds{300 + upto(600)}});
        }
        std::ranges::sort(visits_, {}, &Visit::from);
        const auto pool = std::max(8U, size_.sessions / 40);
        for (std::uint32_t n = 0; n < size_.sessions; ++n) {
            auto& visit = visits_[n];
            const std::array<std::uint8_t, 4> octets{10, 77, static_cast<std::uint8_t>((n % pool) >> 8U),
                                                     static_cast<std::uint8_t>(n % pool)};
            visit.ip = IpAddress::v4(octets);
            add(visit.from, n, Kind::start);
            add(visit.from + std::chrono::seconds{1}, n, Kind::lease);
            add(visit.from + std::chrono::seconds{2}, n, Kind::seen);
            add(visit.from + visit.length / 2, n, Kind::interim);
            add(visit.from + visit.length, n, Kind::stop);
            for (auto at = std::chrono::seconds{10}; at < visit.length; at += std::chrono::seconds{30}) {
                add(visit.from + at, n, Kind::volume);
            }
        }
    }

    void roll_findings()
    {
        for (std::uint32_t n = 0; n < size_.findings; ++n) {
            const auto which = upto(size_.sessions);
            const auto& visit = visits_[which];
            findings_.push_back({which, static_cast<std::uint16_t>(upto(60)), upto(5) == 0});
            add(visit.from + std::chrono::seconds{5} + within(visit.length - std::chrono::seconds{10}), n,
                Kind::finding);
        }
    }

    CallEvent call_event(const Event& event) const
    {
        CallEvent told;
        told.source = "acd";
        told.id = "c" + std::to_string(event.item);
        told.staff = staff(calls_[event.item].staff);
        told.type = event.kind == Kind::call_start ? CallEvent::Type::call_start : CallEvent::Type::call_end;
        told.at = event.at;
        told.queue = "billing";
        if (event.kind == Kind::call_end) told.ended_by = "caller";
        return told;
    }

    SessionEvent session_event(const Event& event) const
    {
        const auto& visit = visits_[event.item];
        SessionEvent told;
        told.kind = event.kind == Kind::start  ? SessionEvent::Kind::start
                    : event.kind == Kind::stop ? SessionEvent::Kind::stop
                                               : SessionEvent::Kind::interim;
        told.nas = "wlc";
        told.session_id = std::to_string(event.item);
        told.user = staff(visit.staff).value;
        told.mac = phone(visit.staff);
        if (event.kind != Kind::start) told.addresses = {visit.ip};
        told.access_point = "00:1a:1e:10:00:01";
        told.ssid = "staff";
        told.at = event.at;
        return told;
    }

    Finding finding_of(const Event& event) const
    {
        const auto& rolled = findings_[event.item];
        const auto& visit = visits_[rolled.visit];
        Finding finding;
        finding.device = {rolled.behind_router ? MacAddress{} : phone(visit.staff), visit.ip};
        finding.at = event.at;
        finding.platform = event.item % 3 == 0 ? "instagram" : "x";
        finding.server_name = event.item % 3 == 0 ? "i.instagram.com" : "x.com";
        finding.confidence = 0.4 + rolled.confidence / 100.0;
        finding.reasons = {"reply-like exchange on " + finding.server_name};
        finding.up_bytes = 800 + event.item % 100;
        return finding;
    }

    DaySize size_;
    std::mt19937 random_;
    std::vector<CallOf> calls_;
    std::vector<Visit> visits_;
    std::vector<FindingOf> findings_;
    std::vector<Event> events_;
};

// What of the day's incidents must not depend on the order in which its facts arrive: by id, in words.
using DayConclusions = std::map<std::string, std::string>;

struct DayOutcome {
    DayConclusions incidents;
    EngineCounters counters;
};

// Tells the engine the whole day; each fact up to `late` after its time, one in twenty twice.
inline DayOutcome live_through(const SyntheticDay& day, const PlatformCatalog& catalog, Duration late,
                               std::uint32_t seed)
{
    struct Arrival {
        Timestamp at;
        const SyntheticDay::Event* event;
    };
    std::mt19937_64 random(seed);
    std::vector<Arrival> arrivals;
    for (const auto& event : day.events()) {
        const auto delay = [&] {
            return late.count() == 0
                       ? Duration{0}
                       : Duration{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(late.count()))};
        };
        arrivals.push_back({event.at + delay(), &event});
        if (random() % 20 == 0) arrivals.push_back({event.at + delay(), &event});
    }
    // A finding told twice is two findings: the engine's own detector never repeats itself.
    std::ranges::stable_sort(arrivals, {}, &Arrival::at);
    std::vector<bool> told(day.events().size());

    const DetectorModel model;
    Engine engine(SyntheticDay::settings(), catalog, model,
                  [](const StaffId& staff) { return Pseudonym{"p-" + staff.value}; });
    DayOutcome outcome;
    const auto take = [&outcome](const std::vector<Effect>& effects) {
        for (const auto& effect : effects) {
            const auto* record = std::get_if<RecordIncident>(&effect);
            if (record == nullptr) continue;
            const auto& incident = record->incident;
            if (incident.state == IncidentState::closed) {
                outcome.incidents.erase(incident.id);
                continue;
            }
            auto text = std::to_string(incident.finding_count) + " " + std::to_string(incident.confidence) + " " +
                        std::string(name(incident.binding.grade)) + " " + incident.binding.zone + " " +
                        incident.call.id;
            for (const auto& time : {incident.call.answered, incident.call.ended})
                text += time ? " " + to_rfc3339(*time) : " -";
            for (const auto& finding : incident.findings) text += " " + to_rfc3339(finding.at);
            outcome.incidents[incident.id] = std::move(text);
        }
    };
    take(engine.observe(day.enrolment()));
    Rule rule;
    rule.id = "post-after-call";
    take(engine.observe(Rules{rule}));
    take(engine.observe(day.roster()));
    auto ticked = arrivals.front().at;
    for (const auto& arrival : arrivals) {
        for (; ticked <= arrival.at; ticked += std::chrono::seconds{1}) take(engine.observe(Tick{ticked}));
        const auto index = static_cast<std::size_t>(arrival.event - day.events().data());
        if (arrival.event->kind == SyntheticDay::Kind::finding || arrival.event->kind == SyntheticDay::Kind::volume) {
            if (told[index]) continue;
            told[index] = true;
        }
        take(engine.observe(day.observation(*arrival.event)));
    }
    take(engine.finish());
    outcome.counters = engine.counters();
    return outcome;
}

}  // namespace breakwatch::test
