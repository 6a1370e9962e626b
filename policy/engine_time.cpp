// As time goes by: what is decided, settled and forgotten then, and who is withdrawn.
#include <algorithm>
#include <utility>

#include "policy/engine_impl.hpp"

namespace breakwatch {

namespace {

// How often, in event time, it is kept that the network was watched.
constexpr Duration kKeepWatchedEvery = std::chrono::seconds{10};
// The same for what is out of date, which is forgotten then.
constexpr Duration kTidyEvery = std::chrono::minutes{2};
// The same for what is kept for hours and is much to go through.
constexpr Duration kForgetEvery = std::chrono::minutes{10};
// Slices so much older than the horizon may still belong to an incident's story: the window after a
// call and some minutes before its end.
constexpr Duration kVolumeReach = std::chrono::minutes{30};

}  // namespace

void Engine::Impl::told(Timestamp at)
{
    watermarks_.saw(source_, at);
    advance(watermarks_.time());
}

std::vector<Effect> Engine::Impl::source_ended(SourceId source)
{
    watermarks_.ended(source);
    advance(watermarks_.time());
    return effects();
}

void Engine::Impl::advance(Timestamp now)
{
    if (now <= now_) return;
    now_ = now;
    if (captures_down_.empty()) watched_.saw(now);
    take(detector_->advance(now));
    pending_.settle_before(now - settings_.horizon, facts());
    if (now >= next_withdrawal_) forget_the_withdrawn();
    if (now - watched_kept_ >= kKeepWatchedEvery) keep_watched();
    if (now - tidied_ >= kTidyEvery) tidy();
}

void Engine::Impl::tidy()
{
    tidied_ = now_;
    report(health_.advance(now_));
    report(detector_watch_.advance(now_));
    bindings_.expire(now_);
    if (now_ - forgot_ >= kForgetEvery) {
        forgot_ = now_;
        calls_.expire(now_);
        agents_.expire(now_);
        volumes_.forget_before(now_ - settings_.horizon - kVolumeReach);
        book_.tidy(now_);
        mentions_.tidy(now_);
        purge_record();
    }
    zone_watch_.tidy(now_);
    pending_.settle_unattributed_before(now_ - settings_.bindings.unknown_wait, facts());
}

bool Engine::Impl::withdrawn(const StaffId& staff) const
{
    const auto* person = enrolment_.by_staff(staff);
    return person == nullptr || (person->withdrawn && *person->withdrawn <= now_ && !enrolment_.active(staff, now_));
}

// From the moment of withdrawal there is no state, not even of what happened before it.
void Engine::Impl::forget_the_withdrawn()
{
    next_withdrawal_ = Timestamp::max();
    bool any = false;
    for (const auto& person : enrolment_.people()) {
        if (!person.withdrawn) continue;
        if (*person.withdrawn > now_) {
            next_withdrawal_ = std::min(next_withdrawal_, *person.withdrawn);
        } else if (withdrawn(person.staff)) {
            forget(person);
            any = true;
        }
    }
    if (!any) return;
    ++identity_version_;
    bindings_.expire(now_);
    take_roster();
}

void Engine::Impl::forget(const EnrolledPerson& person)
{
    pending_.forget(person.staff);
    calls_.forget(person.staff);
    agents_.forget(person.staff);
    book_.forget(person.staff);
    record_.forget(person.staff);
    mentions_.forget(person.staff);
    zone_watch_.forget(person.staff);
    if (settings_.keep_memory) memory_.forgotten.push_back(person.staff);
    for (const auto& mac : person.macs) volumes_.forget({mac, {}});
}

}  // namespace breakwatch
