// As time goes by: what is decided, settled and forgotten then, and who is withdrawn.
#include <algorithm>
#include <utility>

#include "policy/engine_impl.hpp"
#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"

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

std::vector<Effect> Engine::Impl::finish()
{
    keep_watched();
    detect(detector_.finish());
    answer_mentions(Answers::all);  // while it is known what else the device did
    auto due = effects();
    pending_.settle_all(facts());
    answer_mentions(Answers::final);
    book_.decide(budget_);
    for (auto& each : effects()) due.push_back(std::move(each));
    tell_held();
    report(health_.finish());
    for (auto& each : effects()) due.push_back(std::move(each));
    return due;
}

std::vector<Effect> Engine::Impl::pause()
{
    keep_watched();
    detect(detector_.finish());
    auto due = effects();
    tell_held();
    report(health_.finish());
    for (auto& each : effects()) due.push_back(std::move(each));
    return due;
}

void Engine::Impl::advance(Timestamp now)
{
    if (now <= now_) return;
    now_ = now;
    if (captures_down_.empty()) watched_.saw(now);
    detect(detector_.advance(now));
    pending_.settle_before(now - settings_.horizon, facts());
    book_.decide(budget_);
    if (now >= next_withdrawal_) forget_the_withdrawn();
    if (now - watched_kept_ >= kKeepWatchedEvery) keep_watched();
    if (now - tidied_ >= kTidyEvery) tidy();
}

void Engine::Impl::tidy()
{
    tidied_ = now_;
    report(health_.advance(now_));
    report(detector_watch_.advance(now_));
    if (std::chrono::floor<std::chrono::days>(now_) > held_told_) tell_held();
    bindings_.expire(now_);
    if (now_ - forgot_ >= kForgetEvery) {
        forgot_ = now_;
        calls_.expire(now_);
        agents_.expire(now_);
        volumes_.forget_before(now_ - settings_.horizon - kVolumeReach);
        book_.tidy(now_);
        budget_.tidy(now_);
        mentions_.tidy(now_);
        purge_record();
    }
    zone_watch_.tidy(now_);
    pending_.settle_unattributed_before(now_ - settings_.bindings.unknown_wait, facts());
}

// How many, and nobody's: once a day (UTC), and at the end of a run.
void Engine::Impl::tell_held()
{
    held_told_ = std::chrono::floor<std::chrono::days>(now_);
    const auto held = book_.held() - std::exchange(held_before_, book_.held());
    const auto raised = book_.held_raised() - std::exchange(raised_before_, book_.held_raised());
    if (held == 0) return;
    report({{event::kHeld.code,
             Severity::informational,
             "alerts",
             counted(held, "incident") + " held since this was told last, for not being sure enough to be alerted; " +
                 std::to_string(raised) + " became sure enough. They are on the list, with their evidence",
             now_,
             {{"held", std::to_string(held)}, {"raised", std::to_string(raised)}}}});
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
    budget_.forget(person.staff);
    record_.forget(person.staff);
    mentions_.forget(person.staff);
    zone_watch_.forget(person.staff);
    if (settings_.keep_memory) memory_.forgotten.push_back(person.staff);
    for (const auto& mac : person.macs) volumes_.forget({mac, {}});
}

}  // namespace breakwatch
