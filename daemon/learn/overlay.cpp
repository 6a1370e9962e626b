#include "learn/overlay.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "learn/lottery.hpp"

namespace breakwatch {
namespace {

using std::chrono::milliseconds;

struct Donation {
    const LabSession* session;
    const LabAction* action;
};

struct Span {
    Timestamp from = Timestamp::max();
    Timestamp to = Timestamp::min();
    std::size_t actions = 0;  // that are no posts
    Device device;
};

using Key = std::pair<MacAddress, std::string>;

std::map<Key, Span> spans_of(const LabSession& session)
{
    std::map<Key, Span> spans;
    for (const auto& action : session.actions) {
        auto& span = spans[{action.mac, action.platform}];
        span.from = std::min(span.from, action.start);
        span.to = std::max(span.to, action.end);
        span.device.mac = action.mac;
        if (!action.is_post) ++span.actions;
    }
    for (const auto& exchange : session.exchanges) {
        for (auto& [key, span] : spans) {
            if (key.first == exchange.device.mac) span.device = exchange.device;
        }
    }
    return spans;
}

std::vector<Donation> donations(const std::vector<const LabSession*>& donors, const LabSession& session,
                                const std::string& platform)
{
    std::vector<Donation> found;
    for (const auto* donor : donors) {
        if (donor == &session) continue;
        for (const auto& action : donor->actions) {
            if (!action.is_post && action.platform == platform) found.push_back({donor, &action});
        }
    }
    return found;
}

void lay(const Donation& donation, const Span& span, Timestamp at, std::uint64_t first_flow,
         const PlatformCatalog& catalog, std::vector<Exchange>& out)
{
    const auto shift = at - donation.action->start;
    for (auto exchange : donation.session->exchanges) {
        const auto& platform = catalog.platform_name(exchange.match.platform);
        if (exchange.device.mac != donation.action->mac || platform != donation.action->platform) continue;
        if (exchange.up_first < donation.action->start - milliseconds{50}) continue;
        if (exchange.up_first > donation.action->end + milliseconds{300}) continue;
        exchange.device = span.device;
        exchange.flow += first_flow;
        exchange.up_first += shift;
        exchange.up_last += shift;
        if (exchange.down_first) *exchange.down_first += shift;
        if (exchange.down_last) *exchange.down_last += shift;
        out.push_back(std::move(exchange));
    }
}

std::uint64_t scaled(std::uint64_t bytes, double factor)
{
    return static_cast<std::uint64_t>(static_cast<double>(bytes) * factor + 0.5);
}

Duration scaled(Duration duration, double factor)
{
    return Duration{static_cast<std::int64_t>(static_cast<double>(duration.count()) * factor)};
}

// A number around 1, as often half as double.
double around_one(Lottery& lottery, double strength)
{
    return std::exp(strength * (2 * lottery.share() - 1));
}

}  // namespace

std::vector<Exchange> perturbed(std::vector<Exchange> exchanges, double strength, std::uint64_t seed)
{
    Lottery lottery(seed);
    std::map<std::uint16_t, std::pair<double, double>> hosts;  // size of requests, of answers
    for (auto& e : exchanges) {
        auto host = hosts.find(e.match.row);
        if (host == hosts.end()) {
            const auto up = around_one(lottery, strength);
            const auto down = around_one(lottery, strength);
            host = hosts.emplace(e.match.row, std::pair{up, down}).first;
        }
        const auto up = host->second.first * around_one(lottery, strength / 3);
        e.up_bytes = scaled(e.up_bytes, up);
        e.first_up = static_cast<std::uint32_t>(scaled(e.first_up, up));
        const auto down = host->second.second * around_one(lottery, strength / 3);
        e.down_bytes = scaled(e.down_bytes, down);
        e.down_after_pause = scaled(e.down_after_pause, down);
        if (!e.down_first) continue;
        const auto thinking = std::max(*e.down_first - e.up_last - e.server_round_trip, Duration{0});
        const auto delay = scaled(thinking, around_one(lottery, strength / 2)) - thinking;
        e.longest_pause = std::max(e.longest_pause + delay, Duration{0});
        *e.down_first += delay;
        *e.down_last += delay;
    }
    return exchanges;
}

std::vector<Exchange> overlaid(const LabSession& session, const std::vector<const LabSession*>& donors, double share,
                               std::uint64_t seed, const PlatformCatalog& catalog)
{
    Lottery lottery(seed);
    auto exchanges = session.exchanges;
    std::uint64_t laid = 0;
    for (const auto& [key, span] : spans_of(session)) {
        const auto pool = donations(donors, session, key.second);
        if (pool.empty()) continue;
        const auto count = static_cast<std::size_t>(share * static_cast<double>(span.actions) + 0.5);
        for (std::size_t i = 0; i < count; ++i) {
            const auto& donation = pool[lottery.below(pool.size())];
            const auto length = static_cast<double>((span.to - span.from).count());
            const Duration offset{static_cast<std::int64_t>(length * lottery.share())};
            lay(donation, span, span.from + offset, kOverlayFlow * ++laid, catalog, exchanges);
        }
    }
    std::ranges::stable_sort(exchanges, {}, [](const Exchange& exchange) {
        return std::max(exchange.up_last, exchange.down_last.value_or(exchange.up_last));
    });
    return exchanges;
}

}  // namespace breakwatch
