// Random histories of a small centre, with all that is told late, twice or wrongly: what a promise about any history is
// tested on. The same seed gives the same history.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/engine_world.hpp"
#include "unit/policy/slow_join.hpp"

namespace breakwatch::test {

using namespace std::chrono_literals;

inline const std::vector<StaffId> kStaff{{"s1"}, {"s2"}, {"s3"}};
inline const std::vector<IpAddress> kAddresses{ip("10.0.0.1"), ip("10.0.0.2"), ip("2001:db8::3")};
inline constexpr int kMinutes = 240;

class Dice {
  public:
    explicit Dice(unsigned seed) : random_(seed) {}
    int upto(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
    bool chance(int percent) { return upto(100) < percent; }
    // Never twice the same: ties in time are no question that this test asks.
    Timestamp moment(int from_minute, int to_minute)
    {
        const auto span = std::chrono::minutes{to_minute - from_minute} / 1ms;
        const auto offset = std::uniform_int_distribution<std::int64_t>(0, span - 1)(random_);
        return at("09:00") + std::chrono::minutes{from_minute} + offset * 1ms + Duration{++ticks_};
    }
    std::mt19937& engine() { return random_; }

  private:
    std::mt19937 random_;
    int ticks_ = 0;
};

// Enrolled phones, their private MACs (known by RADIUS only), a stranger's.
inline MacAddress phone(int person, bool private_mac)
{
    return mac((private_mac ? "5a:00:00:00:00:0" : "02:00:00:00:00:0") + std::to_string(person));
}

inline MacAddress any_phone(Dice& dice)
{
    const int person = dice.upto(4);
    return person == 3 ? kStrangersPhone : phone(person, dice.chance(40));
}

inline const IpAddress& any_address(Dice& dice)
{
    return kAddresses[static_cast<std::size_t>(dice.upto(static_cast<int>(kAddresses.size())))];
}

inline void roll_leases(History& history, Dice& dice)
{
    for (int i = 0; i < 40; ++i) {
        Lease lease{any_phone(dice), any_address(dice), dice.moment(0, kMinutes), {}, {}, LeaseSource::kea_file, 0};
        lease.until = lease.from + std::chrono::minutes{5 + dice.upto(90)};
        history.leases.push_back(lease);
        if (lease.mac != kStrangersPhone && dice.chance(40)) {
            auto release = lease;
            release.from = dice.moment(0, kMinutes);
            release.until = release.from;
            release.ended = release.from;
            history.leases.push_back(release);
        }
    }
    // Sightings of one device are far enough apart not to be one stretch.
    for (int i = 0; i < 30; ++i) {
        const AddressSighting seen{any_phone(dice), any_address(dice), dice.moment(0, kMinutes), 0};
        const auto near = [&seen](const AddressSighting& other) {
            return other.mac == seen.mac && other.ip == seen.ip && std::chrono::abs(other.at - seen.at) <= 2min;
        };
        if (std::ranges::none_of(history.sightings, near)) history.sightings.push_back(seen);
    }
}

inline void roll_sessions(History& history, Dice& dice)
{
    for (int i = 0; i < 25; ++i) {
        const bool early = i < 3;  // each private MAC is known from the start of the day
        SessionEvent event;
        event.nas = dice.chance(50) ? "wlc-1" : "wlc-2";
        event.session_id = std::to_string(i);
        const int person = early ? i : dice.upto(3);
        event.user = dice.chance(90) || early ? kStaff[static_cast<std::size_t>(person)].value : "anonymous";
        event.mac = phone(dice.chance(90) || early ? person : dice.upto(3), early || dice.chance(70));
        const int begin = early ? 0 : dice.upto(kMinutes - 10);
        event.at = dice.moment(begin, begin + 1);
        if (dice.chance(50)) event.addresses = {any_address(dice)};
        history.sessions.push_back(event);
        // Reports no further apart than late facts may reach: what comes after the horizon joins nothing.
        int minute = begin;
        for (int reports = dice.upto(5); reports > 0; --reports) {
            minute += 2 + dice.upto(14);
            auto interim = event;
            interim.kind = SessionEvent::Kind::interim;
            interim.at = dice.moment(minute - 1, minute);
            interim.addresses.clear();
            if (dice.chance(60)) interim.addresses = {any_address(dice)};
            history.sessions.push_back(interim);
        }
        if (dice.chance(70)) {
            minute += 2 + dice.upto(14);
            auto stop = event;
            stop.kind = SessionEvent::Kind::stop;
            stop.at = dice.moment(minute - 1, minute);
            stop.addresses.clear();
            history.sessions.push_back(stop);
        }
    }
    SessionEvent reset;
    reset.kind = SessionEvent::Kind::nas_reset;
    reset.nas = "wlc-1";
    reset.at = dice.moment(60, kMinutes);
    history.sessions.push_back(reset);
    // A session of an unknown name on a MAC that nobody enrolled is not kept: nor is it in this history.
    std::erase_if(history.sessions,
                  [](const SessionEvent& e) { return e.user == "anonymous" && e.mac.octets[0] == 0x5a; });
}

inline void roll_calls(History& history, Dice& dice)
{
    int number = 0;
    for (const auto& staff : kStaff) {
        for (int minute = 0; minute < kMinutes - 25; minute += 3 + dice.upto(30)) {
            CallEvent start{"acd",
                            "c" + std::to_string(++number),
                            CallEvent::Type::call_start,
                            staff,
                            dice.moment(minute, minute + 1),
                            "",
                            "",
                            {}};
            auto end = start;
            end.type = CallEvent::Type::call_end;
            const int length = 1 + dice.upto(18);
            end.at = dice.moment(minute + length, minute + length + 1);
            minute += length;
            if (dice.chance(40)) end.talk = end.at - start.at + std::chrono::milliseconds{dice.upto(900)};
            if (dice.chance(85)) history.calls.push_back(start);
            if (dice.chance(85)) history.calls.push_back(end);
            if (dice.chance(15)) history.calls.push_back(end);  // repeated
            if (dice.chance(10)) {                              // conflicting
                end.at += std::chrono::seconds{1 + dice.upto(20)};
                history.calls.push_back(end);
            }
        }
    }
}

inline void roll_duty(History& history, Dice& dice)
{
    for (const auto& staff : kStaff) {
        const auto start = at("09:00") + std::chrono::minutes{dice.upto(60)};
        history.duty.push_back(
            {staff, start, start + std::chrono::minutes{90 + dice.upto(150)}, DutyActivity::shift, ""});
        const auto pause = start + std::chrono::minutes{dice.upto(120)};
        history.duty.push_back({staff, pause, pause + 15min, DutyActivity::break_, ""});
        if (dice.chance(30)) history.duty.push_back({staff, pause + 30min, pause + 50min, DutyActivity::off, ""});
    }
}

inline void roll_agent_states(History& history, Dice& dice)
{
    using Kind = AgentStateEvent::Kind;
    for (const auto& staff : kStaff) {
        for (int minute = dice.upto(40); minute < kMinutes; minute += 10 + dice.upto(60)) {
            const Kind kind = std::array{Kind::login, Kind::logout, Kind::pause,
                                         Kind::unpause}[static_cast<std::size_t>(dice.upto(4))];
            history.agents.push_back(
                {"acd", staff, kind, AgentStateEvent::Reason::none, "", dice.moment(minute, minute + 9)});
        }
    }
}

inline void roll_findings(History& history, Dice& dice)
{
    for (int i = 0; i < 120; ++i) {
        Finding finding;
        finding.device = {dice.chance(60) ? MacAddress{} : any_phone(dice), any_address(dice)};
        finding.at = dice.moment(0, kMinutes);
        const int which = dice.upto(10);
        finding.platform = which == 0 ? "line" : which < 4 ? "instagram" : "x";
        finding.server_name = which == 0 ? "gd2.line.naver.jp" : which < 4 ? "i.instagram.com" : "x.com";
        finding.confidence = 0.2 + dice.upto(80) / 100.0;
        history.findings.push_back(finding);
    }
}

inline History roll(unsigned seed)
{
    Dice dice(seed);
    History history;
    for (int i = 0; i < 3; ++i) {
        auto person = enrolled(kStaff[static_cast<std::size_t>(i)], phone(i, false));
        history.people.push_back(person);
    }
    history.rule = post_after_call();
    roll_leases(history, dice);
    roll_sessions(history, dice);
    roll_calls(history, dice);
    roll_duty(history, dice);
    roll_findings(history, dice);
    roll_agent_states(history, dice);
    history.duty_from = std::array{DutyBasis::roster, DutyBasis::call_system, DutyBasis::both}[seed % 3];
    return history;
}

struct Told {
    Timestamp at;
    Observation observation;
};

inline std::vector<Told> all_of(const History& history)
{
    std::vector<Told> told;
    for (const auto& lease : history.leases) told.push_back({lease.from, lease});
    for (const auto& seen : history.sightings) told.push_back({seen.at, seen});
    for (const auto& event : history.sessions) told.push_back({event.at, event});
    for (const auto& event : history.calls) told.push_back({event.at, event});
    for (const auto& event : history.agents) told.push_back({event.at, event});
    // Some facts come twice; a finding never does.
    const auto once = told.size();
    for (std::size_t i = 0; i < once; i += 7) told.push_back(told[i]);
    for (const auto& finding : history.findings) told.push_back({finding.at, finding});
    for (int minute = 0; minute <= kMinutes; minute += 2) {
        const auto now = at("09:00") + std::chrono::minutes{minute};
        told.push_back({now, Tick{now}});
    }
    return told;
}

inline BindingLimits limits()
{
    BindingLimits made;
    made.sessions_expected = true;
    made.session_silence = 40min;
    made.session_longest = 100min;
    made.scope.nas = {"wlc-1", "wlc-2"};
    return made;
}

// Each fact is told up to four minutes late.
inline std::vector<Told> shuffled(std::vector<Told> told, Dice& dice)
{
    for (auto& each : told) {
        each.at += std::chrono::milliseconds{dice.upto(4 * 60 * 1000)};
    }
    return told;
}

}  // namespace breakwatch::test
