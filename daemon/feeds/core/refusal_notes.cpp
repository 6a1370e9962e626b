#include "feeds/core/refusal_notes.hpp"

#include <utility>

namespace breakwatch {

RefusalNotes::RefusalNotes(std::string feed, Feed::Handler handler)
    : feed_(std::move(feed)), handler_(std::move(handler))
{}

void RefusalNotes::refuse(std::string_view kind, std::string where, std::string what, Timestamp at)
{
    ++count_;
    last_ = where + ": " + what;
    tell(kind, {feed_, std::move(where), std::move(what), at});
}

void RefusalNotes::warn(std::string_view kind, std::string where, std::string what, Timestamp at)
{
    tell(kind, {feed_, std::move(where), std::move(what), at, true});
}

void RefusalNotes::tell(std::string_view kind, InputRefused told)
{
    const auto at = told.at;
    auto found = kinds_.find(kind);
    if (found == kinds_.end()) {
        const auto key = kinds_.size() < kKinds ? kind : std::string_view{"others"};
        found = kinds_.try_emplace(std::string(key), Kind{at - kPause, 0}).first;
    }
    auto& entry = found->second;
    // A clock set back must not silence a kind for as long as it was set back.
    if (at < entry.told) entry.told = at - kPause;
    if (at - entry.told < kPause) {
        ++entry.untold;
        return;
    }
    if (entry.untold > 0) {
        told.what += " (and " + std::to_string(entry.untold) + " more of the kind before it)";
    }
    entry = {at, 0};
    handler_(std::move(told));
}

}  // namespace breakwatch
