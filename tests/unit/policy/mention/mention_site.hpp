// A site that asks about mentions alone: what its detector finds raises nothing by itself.
#pragma once

#include <string>

#include "support/engine_world.hpp"

namespace breakwatch::test {

inline Rule mention_after_call()
{
    Rule rule;
    rule.id = "mention-after-call";
    rule.kind = Rule::Kind::mention_after_call;
    rule.least_confidence = 0;
    rule.weak_confidence = 0;
    return rule;
}

inline Mention seen(const std::string& clock, Duration within = std::chrono::seconds{60},
                    const std::string& reference = "C-17")
{
    return {.source = "operator", .reference = reference, .platform = "x", .at = at(clock), .within = within};
}

// The network is watched, and nothing happens.
inline void pass(World& world, const std::string& from, const std::string& to)
{
    for (auto now = at(from); now <= at(to); now += std::chrono::minutes{1}) world.tell(Tick{now});
}

inline void belas_call(World& world)
{
    world.tell(call_start(kBela, "c2", "09:54")).tell(call_end(kBela, "c2", "09:59"));
}

// Watched from 10:00 to 10:04, where Anna's contact ended at 10:00.
class AfterAnnasCall : public World {
  public:
    explicit AfterAnnasCall(const EngineSettings& settings = {}) : World(settings)
    {
        tell(Rules{mention_after_call()});
        pass(*this, "10:00", "10:04");
        annas_call(*this);
    }
};

}  // namespace breakwatch::test
