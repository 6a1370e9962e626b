// Where the engine's conclusions go. Main thread only.
#pragma once

#include <functional>
#include <utility>
#include <variant>
#include <vector>

#include "policy/effect.hpp"

namespace breakwatch {

// The recorder, which is the store and through it every sink, hears of all. Incidents may have one receiver besides,
// which acts on them: a response. It is told after the recorder has taken the effect, which may not be on disk yet:
// after a kill the same conclusion comes again. One that is held is no ground to act on. Each later one comes too, a
// withdrawal among them; the store may number revisions otherwise, and leaves out one that says the same.
class EffectRouter {
  public:
    using Recorder = std::function<void(Effect)>;
    using Response = std::function<void(const RecordIncident&)>;

    explicit EffectRouter(Recorder recorder) : recorder_(std::move(recorder)) {}

    // `response` must not throw, nor wait.
    void to(Response response) { response_ = std::move(response); }

    void route(std::vector<Effect> effects)
    {
        for (auto& effect : effects) {
            if (const auto* found = std::get_if<RecordIncident>(&effect);
                found != nullptr && !found->incident.held && response_) {
                const auto incident = *found;
                recorder_(std::move(effect));
                response_(incident);
            } else {
                recorder_(std::move(effect));
            }
        }
    }

  private:
    Recorder recorder_;
    Response response_;
};

}  // namespace breakwatch
