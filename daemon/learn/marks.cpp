#include "learn/marks.hpp"

#include <algorithm>
#include <set>

#include "learn/training.hpp"
#include "policy/activity/candidate.hpp"

namespace breakwatch {
namespace {

bool near(const Exchange& exchange, Timestamp mark)
{
    return exchange.up_last >= mark - kBeforeMark && exchange.up_last <= mark + kAfterMark;
}

// Requests are told apart by flow and time, as the detector does.
using Request = std::pair<std::uint64_t, Timestamp>;

Request request_of(const Exchange& exchange)
{
    return {exchange.flow, exchange.up_first};
}

// Uploads finish with small requests of their own just before the publish call: a host for uploads is taken only
// where nothing else answers.
const Exchange* nearest(const MarkedSession& session, Timestamp mark, bool on_upload_host,
                        const std::set<Request>& taken, const PlatformCatalog& catalog)
{
    const Exchange* best = nullptr;
    for (const auto& exchange : session.exchanges) {
        if (catalog.platform_name(exchange.match.platform) != session.platform || !may_publish(exchange, catalog))
            continue;
        if ((exchange.match.role == Role::upload) != on_upload_host) continue;
        if (!near(exchange, mark) || exchange.up_last > session.end || taken.contains(request_of(exchange))) continue;
        if (best == nullptr || std::chrono::abs(exchange.up_last - mark) < std::chrono::abs(best->up_last - mark))
            best = &exchange;
    }
    return best;
}

}  // namespace

MarkedRecording record(const MarkedSession& session, const PlatformCatalog& catalog)
{
    MarkedRecording marked{
        {session.name, session.platform, session.label, {}, hours_between(session.begin, session.end)}, {}};
    std::set<Request> posts;
    for (const auto mark : session.marks) {
        const auto* exchange = nearest(session, mark, false, posts, catalog);
        if (exchange == nullptr) exchange = nearest(session, mark, true, posts, catalog);
        marked.answers.push_back(exchange == nullptr ? std::nullopt : std::optional(exchange->up_last - mark));
        if (exchange != nullptr) posts.insert(request_of(*exchange));
    }
    const auto by_mark = [&](const Exchange& exchange) {
        if (posts.contains(request_of(exchange))) return Lesson::post;
        const bool unclear = exchange.up_last > session.end ||
                             std::ranges::any_of(session.marks, [&](Timestamp mark) { return near(exchange, mark); });
        return unclear ? Lesson::nothing : Lesson::no_post;
    };
    marked.recording.samples =
        samples_of(candidates_of(session.exchanges, by_mark, catalog), session.platform, catalog);
    return marked;
}

}  // namespace breakwatch
