// What somebody saw: when mentions are answered, and what is kept of exchanges for their sake.
#include <algorithm>
#include <iterator>
#include <utility>

#include "policy/engine_impl.hpp"
#include "policy/event_catalogue.hpp"

namespace breakwatch {

void Engine::Impl::answer_mentions(Answers which)
{
    mentions_.changed(record_.take_changed());
    const MentionBook::Facts facts{*catalog_, rules_, record_, watched_, prior_odds_};
    auto answers = which == Answers::due ? mentions_.answer(now_, facts)
                                         : mentions_.answer_all(which == Answers::final, now_, facts);
    for (auto& answer : answers) effects_.emplace_back(std::move(answer));
}

// What other rules would have kept is not there; without any there is nothing to keep.
void Engine::Impl::keep_record_by(const Rules& rules)
{
    const auto of_mentions = [](const Rule& rule) { return rule.kind == Rule::Kind::mention_after_call; };
    Rules before;
    Rules now;
    std::ranges::copy_if(rules_, std::back_inserter(before), of_mentions);
    std::ranges::copy_if(rules, std::back_inserter(now), of_mentions);
    if (!rules_.empty() && before != now) record_.incomplete_before(now_ - settings_.horizon);
    if (now.empty()) record_.clear();
}

// A kill costs a later question no more than what was watched since.
void Engine::Impl::keep_watched()
{
    watched_kept_ = now_;
    const auto* span = watched_.current();
    if (span == nullptr || !settings_.keep_memory) return;
    memory_.rows.push_back({*span,
                            {},
                            span->until + settings_.record_reach,
                            "watched " + std::to_string(span->from.time_since_epoch().count())});
}

// Gone from memory here, from the disk by its own date; that it went is told once a day, and so is in the chain.
void Engine::Impl::purge_record()
{
    const auto before = now_ - settings_.record_reach;
    purged_ += record_.purge(before);
    watched_.forget_before(before);
    if (purged_ == 0 || now_ - purge_told_ < std::chrono::hours{24}) return;
    purge_told_ = now_;
    report({{event::kRetention.code, Severity::informational, "short-term record",
             std::to_string(std::exchange(purged_, 0)) + " post-like exchanges of before " + to_rfc3339(before) +
                 " were deleted; " + std::to_string(record_.size()) + " younger ones remain",
             now_}});
}

}  // namespace breakwatch
