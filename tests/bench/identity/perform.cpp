// Sensor, dissector and engine as the service wires them, on one thread and by the history's time. Only what a post
// looks like is not asked here: every exchange with the platform is one.
#include <algorithm>
#include <map>
#include <utility>

#include "app/device_filter_of.hpp"
#include "capture/sensor.hpp"
#include "flow/dissector.hpp"
#include "flow/packet.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/engine.hpp"
#include "stage.hpp"

namespace breakwatch::bench {

namespace {

const PlatformCatalog& catalog()
{
    static const PlatformCatalog one(
        {{"x", "upload.x.example", Role::upload, Tier::a, false, Surface::public_, {}, {}}});
    return one;
}

class Performance {
  public:
    Performance(const History& history, Way way)
        : history_(history),
          way_(way),
          now_(history.shown.front().at),
          engine_(settings(history), catalog(), model_,
                  [](const StaffId& staff) { return Pseudonym{"p-" + staff.value}; }),
          sensor_(
              catalog(), filter(), [this](Observation&& each) { take(each); }, {}, history.link),
          dissector_({}, sensor_)
    {}

    std::vector<Verdict> run()
    {
        begin();
        for (const auto& each : history_.shown) {
            if (!each.frame.empty()) {
                see(each);
            } else if (way_ == Way::live) {
                move_on(each.at);
                take(each.fact);
            }
        }
        dissector_.finish();
        sensor_.finish();
        keep(engine_.finish());
        return verdicts();
    }

  private:
    static EngineSettings settings(const History& history)
    {
        EngineSettings made;
        made.bindings.sessions_expected = history.radius;
        made.bindings.scope = history.scope;
        made.zones = {{"break-area", {"BREAK"}, {}, {}, {}, true}};
        return made;
    }
    std::shared_ptr<const DeviceFilter> filter()
    {
        return device_filter_of(Enrolment(history_.people), engine_.bound_addresses(), now_, history_.radius);
    }
    void begin()
    {
        keep(engine_.observe(Enrolment(history_.people)));
        Rule rule;
        rule.id = "post";
        rule.on_shift = false;
        keep(engine_.observe(Rules{rule}));
        keep(engine_.observe(Tick{now_}));
        for (const auto& person : history_.people) {
            keep(engine_.observe(CallEvent{
                "acd", "call-" + person.staff.value, CallEvent::Type::call_start, person.staff, now_, "", "", {}}));
        }
        if (way_ == Way::live) return;
        for (const auto& each : history_.shown) {
            if (each.frame.empty()) take(each.fact);
        }
        sensor_.set_filter(filter());
    }
    void see(const Shown& each)
    {
        if (way_ == Way::live) move_on(each.at);
        Packet packet;
        packet.time = each.at;
        packet.bytes = each.frame;
        packet.wire_length = static_cast<std::uint32_t>(each.frame.size());
        dissector_.process(packet);
        if (way_ == Way::live) return sensor_.advance(each.at);
        if (each.at - now_ < std::chrono::seconds{1}) return;
        now_ = each.at;
        tick();
    }
    // On a quiet link, too, the service's clock goes on.
    void move_on(Timestamp now)
    {
        while (now_ + std::chrono::seconds{1} <= now) {
            now_ += std::chrono::seconds{1};
            dissector_.advance(now_);
            tick();
        }
    }
    void tick()
    {
        sensor_.advance(now_);
        keep(engine_.observe(Tick{now_}));
        const bool met = !engine_.take_met().empty();
        if (std::exchange(version_, engine_.identity_version()) != engine_.identity_version() || met)
            sensor_.set_filter(filter());
    }
    void take(const Observation& told)
    {
        const auto* exchange = std::get_if<Exchange>(&told);
        if (exchange == nullptr) return keep(engine_.observe(told));
        Finding finding;
        finding.device = exchange->device;
        finding.at = exchange->up_first;
        finding.platform = "x";
        finding.server_name = exchange->server_name;
        finding.confidence = 0.99;
        keep(engine_.observe(finding));
    }
    void keep(const std::vector<Effect>& effects)
    {
        for (const auto& effect : effects) {
            if (const auto* record = std::get_if<RecordIncident>(&effect)) {
                incidents_[record->incident.id] = *record;
            } else if (const auto* report = std::get_if<ReportHealth>(&effect);
                       report != nullptr && report->code == "BW-2001") {
                notices_.push_back(report->text);
            }
        }
    }
    std::vector<Verdict> verdicts() const
    {
        std::vector<Verdict> all;
        for (const auto& post : history_.posts) {
            Verdict verdict;
            for (const auto& [id, record] : incidents_) {
                if (record.incident.state == IncidentState::closed) continue;
                const auto its = [&](const Finding& f) { return f.at == post.at; };
                if (std::ranges::any_of(record.incident.findings, its))
                    verdict.named += (verdict.named.empty() ? "" : "+") + record.staff.value;
            }
            const auto clock = to_rfc3339(post.at).substr(0, 19);
            for (const auto& notice : notices_) {
                if (notice.find(clock) != std::string::npos) verdict.why = notice.substr(notice.find("nobody: ") + 8);
            }
            verdict.ambiguous = verdict.why.starts_with("between ");
            all.push_back(verdict);
        }
        return all;
    }

    const History& history_;
    Way way_;
    DetectorModel model_;
    Timestamp now_;
    Engine engine_;
    Sensor sensor_;
    Dissector dissector_;
    std::uint64_t version_ = 0;
    std::map<std::string, RecordIncident> incidents_;
    std::vector<std::string> notices_;
};

}  // namespace

std::vector<Verdict> perform(const History& history, Way way)
{
    return Performance(history, way).run();
}

}  // namespace breakwatch::bench
