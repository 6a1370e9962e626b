// Where the engine's conclusions go. Main thread only.
#pragma once

#include <functional>
#include <utility>
#include <variant>
#include <vector>

#include "policy/effect.hpp"

namespace breakwatch {

// The recorder, which is the store and through it every sink, hears of all. A kind of effect may have one receiver
// besides, which acts on it: a response. It is told after the recorder has taken the effect, which may not be on disk
// yet: after a kill the same revision comes again. Each later one comes too, a withdrawal among them.
class EffectRouter {
  public:
    using Recorder = std::function<void(Effect)>;

    explicit EffectRouter(Recorder recorder) : recorder_(std::move(recorder)) {}

    // `receiver` must not throw, nor wait.
    void to(std::function<void(const RecordIncident&)> receiver) { incident_ = std::move(receiver); }
    void to(std::function<void(const ReportHealth&)> receiver) { health_ = std::move(receiver); }

    void route(std::vector<Effect> effects)
    {
        for (auto& effect : effects) {
            recorder_(effect);
            std::visit([this](const auto& each) { tell(each); }, effect);
        }
    }

  private:
    void tell(const RecordIncident& incident)
    {
        if (incident_) incident_(incident);
    }
    void tell(const ReportHealth& health)
    {
        if (health_) health_(health);
    }

    Recorder recorder_;
    std::function<void(const RecordIncident&)> incident_;
    std::function<void(const ReportHealth&)> health_;
};

}  // namespace breakwatch
