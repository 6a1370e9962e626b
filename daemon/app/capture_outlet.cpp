#include "app/capture_outlet.hpp"

#include <utility>
#include <variant>

namespace breakwatch {

namespace {

// Volumes and exchanges are many and each may be missed; who has which address may not.
bool droppable(const Observation& observation)
{
    return std::holds_alternative<Exchange>(observation) || std::holds_alternative<TrafficVolume>(observation) ||
           std::holds_alternative<Tick>(observation);
}

}  // namespace

void CaptureOutlet::hand_over(Observation&& observation, std::uint32_t catalog)
{
    // Each capture counts its flows by itself.
    if (auto* exchange = std::get_if<Exchange>(&observation)) exchange->flow |= std::uint64_t{source_} << 56U;
    Handed handed{std::move(observation), catalog, source_};
    if (kept_.empty() && queue_.push(handed)) return;
    if (droppable(handed.observation) || kept_.size() >= most_kept_) {
        ++dropped_;
        return;
    }
    kept_.push_back(std::move(handed));
    waiting_ = kept_.size();
}

void CaptureOutlet::retry_kept()
{
    while (!kept_.empty() && queue_.push(kept_.front())) kept_.pop_front();
    waiting_ = kept_.size();
}

bool CaptureOutlet::flush()
{
    retry_kept();
    return kept_.empty();
}

}  // namespace breakwatch
