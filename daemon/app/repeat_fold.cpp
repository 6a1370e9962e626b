#include "app/repeat_fold.hpp"

#include <variant>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"

namespace breakwatch {

ReportHealth events_folded(const std::string& subject, std::string_view about, std::size_t count, Timestamp since,
                           const std::string& how, Timestamp now)
{
    return {
        .code = event::kFolded.code,
        .severity = event::kFolded.severity,
        .subject = subject,
        .text = counted(count, "more event") + " " + std::string(about) + " " + how + " and are not told one by one",
        .at = now,
        .fields = {{"about", std::string(about)}, {"count", std::to_string(count)}, {"since", to_rfc3339(since)}}};
}

void RepeatFold::take(Effect effect)
{
    auto* health = std::get_if<ReportHealth>(&effect);
    // Each possible post that is attributed to nobody is another one.
    if (health == nullptr || health->code == event::kUnattributed.code) return tell_(std::move(effect));
    const std::pair part{std::string(health->code), health->subject};
    if (!parts_.contains(part) && parts_.size() >= kMostParts) return tell_(std::move(effect));
    if (parts_.empty()) end_.after(window_, [this] { end_window(); });
    auto& repeats = parts_[part];
    if (++repeats.count <= kTold) return tell_(std::move(effect));
    if (!repeats.last) repeats.since = health->at;
    repeats.last = std::move(*health);
}

void RepeatFold::end_window()
{
    end_.stop();
    for (auto& [part, repeats] : std::exchange(parts_, {})) {
        if (!repeats.last) continue;
        const auto folded = repeats.count - kTold - 1;
        if (folded > 0)
            tell_(events_folded(part.second, part.first, folded, repeats.since, "came within a minute",
                                repeats.last->at));
        tell_(std::move(*repeats.last));
    }
}

}  // namespace breakwatch
