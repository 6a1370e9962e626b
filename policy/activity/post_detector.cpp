#include "policy/activity/post_detector.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "policy/activity/activity_window.hpp"
#include "policy/activity/candidate.hpp"
#include "policy/activity/detector_model.hpp"

namespace breakwatch {
namespace {

// Longest burst that still counts as neighbour of a candidate; older state is of no use.
constexpr Duration kKeep = kHistory + kPostHold + std::chrono::seconds{5};
constexpr std::size_t kPairs = 50'000;    // device and platform
constexpr std::size_t kCandidates = 256;  // held per pair
// Findings weaker than this are of no use to anybody, alone or counted together.
constexpr double kLeastConfidence = 0.02;

struct Judged {
    Exchange exchange;
    FeatureVector features{};
    double score = 0;
    double confidence = 0;
    std::optional<Exchange> upload;  // the media upload before it
    bool settled = false;
};

bool has_stronger_rival(const std::deque<Judged>& judged, const Judged& one)
{
    return std::ranges::any_of(judged, [&](const Judged& other) {
        if (&other == &one || std::chrono::abs(other.exchange.up_last - one.exchange.up_last) > kOneAct) return false;
        if (other.score != one.score) return other.score > one.score;
        return other.exchange.up_last < one.exchange.up_last ||
               (other.exchange.up_last == one.exchange.up_last && other.exchange.flow < one.exchange.flow);
    });
}

}  // namespace

class PostDetector::Impl {
  public:
    Impl(const PlatformCatalog& catalog, const DetectorModel& model) { use(catalog, model); }

    void use(const PlatformCatalog& catalog, const DetectorModel& model);
    void add(const Exchange& exchange);
    std::vector<Finding> advance(Timestamp now);
    std::vector<Finding> finish();

    Observer observer;
    DetectorCounters counters;

  private:
    // One device on one platform.
    struct Pair {
        ActivityWindow window;
        std::deque<Exchange> waiting;  // for what follows them
        std::deque<Judged> judged;     // waiting for a stronger sign of the same act
        Timestamp newest;

        void wait(const Exchange& exchange);
        void keep(Judged one);
    };
    using Key = std::pair<Device, std::uint16_t>;

    static Key key_of(const Exchange& exchange) { return {identity(exchange.device), exchange.match.platform}; }
    bool rename(Exchange& exchange) const;
    void move_over(Pair& pair);
    void judge(Pair& pair, const Exchange& exchange);
    void settle(Pair& pair, Timestamp until, std::vector<Finding>& out);
    void decide(Pair& pair, Timestamp now, std::vector<Finding>& out);

    const PlatformCatalog* catalog_ = nullptr;
    const DetectorModel* model_ = nullptr;
    std::vector<const Adaptation*> adaptations_;  // by platform index; null: none
    std::map<Key, Pair> pairs_;                   // ordered: findings come in the same order in every run
    Timestamp now_;
    Timestamp next_sweep_;
};

void PostDetector::Impl::Pair::wait(const Exchange& exchange)
{
    waiting.insert(std::ranges::upper_bound(waiting, exchange.up_last, {}, &Exchange::up_last), exchange);
}

void PostDetector::Impl::Pair::keep(Judged one)
{
    const auto up_last = [](const Judged& other) { return other.exchange.up_last; };
    judged.insert(std::ranges::upper_bound(judged, one.exchange.up_last, {}, up_last), std::move(one));
}

void PostDetector::Impl::use(const PlatformCatalog& catalog, const DetectorModel& model)
{
    catalog_ = &catalog;
    model_ = &model;
    adaptations_.clear();
    for (const auto& platform : catalog.platforms()) adaptations_.push_back(adaptation_for(model, platform));
    auto before = std::exchange(pairs_, {});
    for (auto& [key, pair] : before) move_over(pair);
}

// To what the table in force calls its server; false: it names it no more.
bool PostDetector::Impl::rename(Exchange& exchange) const
{
    const auto match = catalog_->find(exchange.server_name);
    if (match) exchange.match = *match;
    return match && match->role != Role::outer;
}

// Each exchange by itself: a server may have become another platform's.
void PostDetector::Impl::move_over(Pair& pair)
{
    const auto pair_of = [&](const Exchange& exchange) -> Pair& {
        auto& now = pairs_[key_of(exchange)];
        now.newest = std::max(now.newest, pair.newest);
        return now;
    };
    for (auto exchange : pair.window.exchanges()) {
        if (rename(exchange)) pair_of(exchange).window.add(exchange);
    }
    for (auto& exchange : pair.waiting) {
        if (rename(exchange) && may_publish(exchange, *catalog_)) pair_of(exchange).wait(exchange);
    }
    for (auto& one : pair.judged) {
        if (one.upload && !rename(*one.upload)) one.upload.reset();
        if (rename(one.exchange)) pair_of(one.exchange).keep(std::move(one));
    }
}

void PostDetector::Impl::add(const Exchange& exchange)
{
    const auto told_at = std::max(exchange.up_last, exchange.down_last.value_or(exchange.up_last));
    const auto key = key_of(exchange);
    auto found = pairs_.find(key);
    if (found == pairs_.end()) {
        if (pairs_.size() >= kPairs) {
            ++counters.devices_refused;
            return;
        }
        found = pairs_.try_emplace(key).first;
    }
    auto& pair = found->second;
    pair.newest = std::max(pair.newest, told_at);
    if (pair.window.add(exchange)) ++counters.window_full;
    if (may_publish(exchange, *catalog_) && pair.waiting.size() < kCandidates) pair.wait(exchange);
}

// A sweep over all pairs each 100 ms of event time: a decision does not depend on when within that
// it is made, because a candidate's company is cut off by its own time (kLookAhead).
std::vector<Finding> PostDetector::Impl::advance(Timestamp now)
{
    std::vector<Finding> out;
    now_ = std::max(now_, now);
    if (now_ < next_sweep_) return out;
    next_sweep_ = now_ + std::chrono::milliseconds{100};
    for (auto it = pairs_.begin(); it != pairs_.end();) {
        decide(it->second, now_, out);
        const bool idle = it->second.waiting.empty() && it->second.judged.empty();
        it = idle && now_ - it->second.newest > kKeep ? pairs_.erase(it) : std::next(it);
    }
    return out;
}

std::vector<Finding> PostDetector::Impl::finish()
{
    std::vector<Finding> out;
    for (auto& [key, pair] : pairs_) decide(pair, Timestamp::max() - std::chrono::hours{1}, out);
    pairs_.clear();
    return out;
}

void PostDetector::Impl::decide(Pair& pair, Timestamp now, std::vector<Finding>& out)
{
    while (!pair.waiting.empty() && now - kHold >= pair.waiting.front().up_last) {
        judge(pair, pair.waiting.front());
        pair.waiting.pop_front();
    }
    settle(pair, now - kPostHold, out);
    pair.window.forget_before(std::min(now, pair.newest) - kKeep);
}

void PostDetector::Impl::judge(Pair& pair, const Exchange& exchange)
{
    const bool unknown = cannot_tell(exchange);
    const auto features = pair.window.features_of(exchange);
    const auto* adaptation = adaptations_[exchange.match.platform];
    const auto sum = score(*model_, features, adaptation);
    const auto confidence = unknown ? 0 : calibrated(*model_, sum, adaptation);
    ++counters.candidates;
    if (unknown) ++counters.cannot_tell;
    if (observer) observer(exchange, features, confidence, unknown);
    if (confidence < kLeastConfidence) return;
    Judged judged{exchange, features, sum, confidence, std::nullopt, false};
    if (const auto* upload = pair.window.upload_before(exchange)) judged.upload = *upload;
    pair.keep(std::move(judged));
}

// One finding per act: the most confident sign within 2 s, the earlier of equals.
void PostDetector::Impl::settle(Pair& pair, Timestamp until, std::vector<Finding>& out)
{
    for (auto& one : pair.judged) {
        if (one.exchange.up_last >= until) break;
        if (std::exchange(one.settled, true)) continue;
        if (has_stronger_rival(pair.judged, one)) {
            ++counters.repeats;
            continue;
        }
        const auto* upload = one.upload ? &*one.upload : nullptr;
        out.push_back(describe(one.exchange, one.features, one.confidence, upload, *catalog_, *model_));
        ++counters.findings;
    }
    // A settled one stays as long as it can be somebody's rival.
    auto& judged = pair.judged;
    while (!judged.empty() && judged.front().exchange.up_last < until - kOneAct) judged.pop_front();
}

PostDetector::PostDetector(const PlatformCatalog& catalog, const DetectorModel& model)
    : impl_(std::make_unique<Impl>(catalog, model))
{}

PostDetector::~PostDetector() = default;

std::vector<Finding> PostDetector::observe(const Exchange& exchange)
{
    impl_->add(exchange);
    return impl_->advance(std::max(exchange.up_last, exchange.down_last.value_or(exchange.up_last)));
}

void PostDetector::add(const Exchange& exchange)
{
    impl_->add(exchange);
}

std::vector<Finding> PostDetector::advance(Timestamp now)
{
    return impl_->advance(now);
}

std::vector<Finding> PostDetector::finish()
{
    return impl_->finish();
}

void PostDetector::use(const PlatformCatalog& catalog, const DetectorModel& model)
{
    impl_->use(catalog, model);
}

void PostDetector::set_observer(Observer observer)
{
    impl_->observer = std::move(observer);
}

const DetectorCounters& PostDetector::counters() const
{
    return impl_->counters;
}

}  // namespace breakwatch
