// A small invented call centre for tests of the engine: two people, their phones, a roster, the
// shipped rule, and the effects so far.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/activity/detector_model.hpp"
#include "policy/engine.hpp"
#include "support/moments.hpp"

namespace breakwatch::test {

inline const StaffId kAnna{"s1001"};
inline const StaffId kBela{"s1002"};
inline const MacAddress kAnnasPhone = mac("02:1a:10:00:10:01");
inline const MacAddress kBelasPhone = mac("02:1a:10:00:10:02");
inline const MacAddress kStrangersPhone = mac("5a:00:00:00:00:99");
inline const IpAddress kAddress = ip("10.77.20.31");

inline EnrolledPerson enrolled(const StaffId& staff, const MacAddress& phone)
{
    EnrolledPerson person;
    person.staff = staff;
    person.macs = {phone};
    person.notice = at("00:00") - std::chrono::hours{24 * 30};
    return person;
}

inline Rule post_after_call()
{
    Rule rule;
    rule.id = "post-after-call";
    return rule;
}

inline Rule device_in_zone()
{
    Rule rule;
    rule.id = "device-in-forbidden-zone";
    rule.kind = Rule::Kind::device_in_zone;
    return rule;
}

inline Roster day_shift()
{
    return Roster({{kAnna, at("09:00"), at("17:00"), DutyActivity::shift, "hq"},
                   {kBela, at("09:00"), at("17:00"), DutyActivity::shift, "hq"}});
}

inline CallEvent call_start(const StaffId& staff, const std::string& id, const std::string& clock)
{
    return {"acd", id, CallEvent::Type::call_start, staff, at(clock), "billing", "", {}};
}

inline CallEvent call_end(const StaffId& staff, const std::string& id, const std::string& clock)
{
    return {"acd", id, CallEvent::Type::call_end, staff, at(clock), "billing", "caller", {}};
}

inline Finding post(const MacAddress& phone, const std::string& clock, double confidence = 0.8,
                    const IpAddress& address = kAddress)
{
    Finding finding;
    finding.device = {phone, address};
    finding.at = at(clock);
    finding.platform = "x";
    finding.confidence = confidence;
    finding.server_name = "x.com";
    finding.reasons = {"reply-like exchange on x.com"};
    finding.up_bytes = 811;
    return finding;
}

inline PlatformCatalog small_catalog()
{
    const auto row = [](const char* platform, const char* pattern, Role role, Surface surface) {
        return PlatformRow{platform, pattern, role, Tier::b, false, surface, {}, {}};
    };
    return PlatformCatalog({row("x", ".x.com", Role::api, Surface::public_),
                            row("instagram", ".instagram.com", Role::api, Surface::public_),
                            row("line", "gd2.line.naver.jp", Role::api, Surface::private_),
                            row("line", "timeline.line.me", Role::api, Surface::public_)});
}

class World {
  public:
    explicit World(const EngineSettings& settings = {}, MeasuredRecord measured = {})
        : catalog_(small_catalog()),
          model_(with(std::move(measured))),
          engine_(settings, catalog_, model_, [](const StaffId& staff) { return Pseudonym{"p-" + staff.value}; })
    {
        tell(Enrolment({enrolled(kAnna, kAnnasPhone), enrolled(kBela, kBelasPhone)}));
        tell(Rules{post_after_call(), device_in_zone()});
        tell(day_shift());
    }

    World& tell(const Observation& observation, SourceId source = 0)
    {
        take(engine_.observe(observation, source));
        return *this;
    }
    World& end_source(SourceId source)
    {
        take(engine_.source_ended(source));
        return *this;
    }
    World& finish()
    {
        take(engine_.finish());
        return *this;
    }
    Engine& engine() { return engine_; }

    // The last revision of each incident.
    const std::map<std::string, Incident>& incidents() const { return incidents_; }
    // Those that were not withdrawn.
    std::vector<Incident> standing() const
    {
        std::vector<Incident> some;
        for (const auto& [id, incident] : incidents_) {
            if (incident.state != IncidentState::closed) some.push_back(incident);
        }
        return some;
    }
    const std::vector<RecordIncident>& revisions() const { return revisions_; }
    const std::vector<ReportHealth>& reports() const { return reports_; }
    const std::vector<MentionAnswer>& answers() const { return answers_; }

    void take(const std::vector<Effect>& effects)
    {
        for (const auto& effect : effects) {
            if (const auto* report = std::get_if<ReportHealth>(&effect)) {
                reports_.push_back(*report);
                continue;
            }
            if (const auto* record = std::get_if<RecordMention>(&effect)) {
                answers_.push_back(record->answer);
                continue;
            }
            revisions_.push_back(std::get<RecordIncident>(effect));
            incidents_[revisions_.back().incident.id] = revisions_.back().incident;
        }
    }

  private:
    static DetectorModel with(MeasuredRecord measured)
    {
        DetectorModel model;
        model.measured = std::move(measured);
        return model;
    }

    PlatformCatalog catalog_;
    DetectorModel model_;
    Engine engine_;
    std::map<std::string, Incident> incidents_;
    std::vector<RecordIncident> revisions_;
    std::vector<ReportHealth> reports_;
    std::vector<MentionAnswer> answers_;
};

inline bool mentions(const std::vector<std::string>& texts, std::string_view part)
{
    return std::ranges::any_of(texts, [part](const std::string& text) { return text.find(part) != std::string::npos; });
}

inline void annas_call(World& world)
{
    world.tell(call_start(kAnna, "c1", "09:55")).tell(call_end(kAnna, "c1", "10:00"));
}

}  // namespace breakwatch::test
