#include "policy/sight/silence_watch.hpp"

#include <algorithm>

namespace breakwatch {

std::optional<Sight> SilenceWatch::look(Timestamp at, std::uint64_t packets, std::optional<bool> link)
{
    if (!began_) {
        began_ = latest_ = at;
        packets_ = packets;
    }
    if (link == std::optional{false}) {
        if (!link_lost_) link_lost_ = at;
    } else {
        link_lost_.reset();
    }
    const bool fresh = packets != packets_;
    packets_ = packets;
    if (!fresh) return judge(at);
    // The silence before the first packet, or of a cable that was out, is not the place's.
    if (first_ && !link_lost_) longest_ = std::max(longest_, at - latest_);
    if (!first_) first_ = at;
    latest_ = at;
    return Sight{.spot = BlindSpot::silent, .what = {}, .change = {}, .subject = {}};
}

Duration SilenceWatch::bearable() const
{
    return std::clamp<Duration>(longest_ * kLonger, kNever, kLongest);
}

std::optional<Sight> SilenceWatch::judge(Timestamp at) const
{
    const auto silent = at - latest_;
    Sight sight{
        .spot = BlindSpot::silent, .blind = true, .severity = Severity::error, .what = {}, .change = {}, .subject = {}};
    if (link_lost_ && at - *link_lost_ >= kLinkGone) {
        sight.what = "the interface has no link (no carrier), and no packet comes";
        sight.change = "look at the cable and the switch's port";
        return sight;
    }
    if (!first_ && silent >= kNever) {
        sight.what = "not a single packet has come since the capture was opened " + to_words(silent) + " ago";
        sight.change =
            "this is not the interface that the mirror is connected to, the mirror (SPAN) is not set up, or "
            "capture.filter leaves nothing";
        return sight;
    }
    if (first_ && latest_ - *first_ >= kKnown && silent >= bearable()) {
        sight.what = "no packet has come for " + to_words(silent) + "; the longest silence before was " +
                     to_words(std::max<Duration>(longest_, std::chrono::seconds{1}));
        sight.change =
            "the mirror (SPAN) has ended, or its source port or VLAN was taken away; where nobody is, and nothing else "
            "is connected, it is as it should be";
        return sight;
    }
    return std::nullopt;
}

}  // namespace breakwatch
