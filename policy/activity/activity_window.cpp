#include "policy/activity/activity_window.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <vector>

namespace breakwatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kExchanges = 256;
constexpr std::uint64_t kUploadBytes = 15'000;
constexpr std::uint64_t kSmallAnswer = 1'200;
constexpr std::uint64_t kTinyAnswer = 400;
constexpr std::uint64_t kLongAnswer = 4'000;  // and twice as long as the candidate's own
constexpr std::uint64_t kMaxBytes = 10'000'000;
constexpr double kNone = -1;  // no such exchange, no answer
constexpr double kLongest = in_milliseconds(kLookBehind);
constexpr double kOfLate = in_milliseconds(kHistory);
constexpr std::uint64_t kShownAnswer = 3'000;  // an answer from here on is something to read
constexpr std::uint64_t kWeightyRequest = 1'500;
// A request that asks leave (CORS) is small, in one record, and what it asked for follows at once.
constexpr std::uint64_t kLeaveAnswer = 600;
constexpr Duration kAtOnce = milliseconds{50};

double bytes(std::uint64_t count)
{
    return static_cast<double>(std::min(count, kMaxBytes));
}

double up_to_history(Duration duration)
{
    return std::clamp(in_milliseconds(duration), 0.0, kOfLate);
}

double up_to_longest(Duration duration)
{
    return std::clamp(in_milliseconds(duration), -kLongest, kLongest);
}

bool is_media(const Exchange& exchange)
{
    return exchange.match.role == Role::cdn;
}

Timestamp end_of(const Exchange& exchange)
{
    return std::max(exchange.up_last, exchange.down_last.value_or(exchange.up_last));
}

double pause_of(const Exchange& exchange)
{
    if (!exchange.down_first) return kNone;
    return std::max(0.0, in_milliseconds(exchange.longest_pause - exchange.server_round_trip));
}

// An answer sooner than a round trip is the tail of an earlier one (QUIC shows no borders): its pause is the wait.
double wait_of(const Exchange& exchange)
{
    if (!exchange.down_first) return kNone;
    const auto delay = *exchange.down_first - exchange.up_last;
    if (delay * 10 < exchange.server_round_trip * 9) return pause_of(exchange);
    return std::max(0.0, in_milliseconds(delay - exchange.server_round_trip));
}

bool is_small_question(const Exchange& exchange)
{
    return exchange.up_records == 1 && exchange.up_bytes < kSmallAnswer && exchange.down_bytes <= kLeaveAnswer;
}

// What a browser asks before a request to another site (CORS) is answered by a header, some servers add a few bytes,
// and then the request itself follows. It belongs to that and is no act of its own.
bool is_preflight(const std::deque<Exchange>& exchanges, std::size_t i)
{
    const auto& question = exchanges[i];
    if (!is_small_question(question)) return false;
    if (question.down_bytes == 0) return true;
    for (auto next = i + 1; next < exchanges.size(); ++next) {
        const auto apart = exchanges[next].up_first - end_of(question);
        if (apart > kAtOnce) return false;
        if (apart >= Duration{0} && exchanges[next].match.row == question.match.row) return true;
    }
    return false;
}

// Sizes that differ by an identifier or a header's compression, and by no more.
bool nearly(std::uint64_t a, std::uint64_t b)
{
    const auto x = bytes(a) + 30;
    const auto y = bytes(b) + 30;
    return x < 1.13 * y && y < 1.13 * x;
}

double body_of(const Exchange& exchange, double least_request)
{
    const bool parted = exchange.transport != Transport::quic && exchange.up_records > 1;
    const auto header = parted ? static_cast<double>(exchange.first_up) : least_request;
    return std::max(0.0, bytes(exchange.up_bytes) - header);
}

bool same(const Exchange& a, const Exchange& b)
{
    return a.flow == b.flow && a.up_first == b.up_first;
}

double median(std::vector<double>& values, double otherwise)
{
    if (values.empty()) return otherwise;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

// What the device's other exchanges with the platform were like, media left out.
struct Habits {
    std::vector<double> waits;
    std::vector<double> waits_long;
    std::vector<double> waits_tiny;
    std::vector<double> requests;  // to the same hosts
    double shorter = 0;            // waits
    double smaller_answers = 0;
    double smaller_requests = 0;
    double least_request = 0;
    double largest_request = 0;  // of those to the same hosts; 0: none
    double count = 0;
};

double rank(double smaller, double count)
{
    return (smaller + 0.5) / (count + 1);
}

void add_habit(Habits& habits, const Exchange& e, const Exchange& other)
{
    ++habits.count;
    habits.waits.push_back(wait_of(other));
    if (wait_of(other) < wait_of(e)) ++habits.shorter;
    if (other.down_bytes < e.down_bytes) ++habits.smaller_answers;
    if (other.up_bytes < e.up_bytes) ++habits.smaller_requests;
    if (other.down_bytes > kShownAnswer) habits.waits_long.push_back(wait_of(other));
    if (other.down_bytes <= kTinyAnswer && other.down_first) habits.waits_tiny.push_back(wait_of(other));
    if (other.match.row != e.match.row) return;
    habits.requests.push_back(bytes(other.up_bytes));
    habits.least_request = std::min(habits.least_request, bytes(other.up_bytes));
    if (!is_upload(other)) habits.largest_request = std::max(habits.largest_request, bytes(other.up_bytes));
}

// The latest of each kind stands, since they come in order.
void add_of_late(FeatureVector& f, const Exchange& e, const Exchange& other)
{
    at(f, Feature::requests_of_late) += 1;
    if (other.down_bytes > kShownAnswer) at(f, Feature::long_answers_of_late) += 1;
    const auto quiet = up_to_history(e.up_first - end_of(other));
    if (other.down_bytes > std::max(kLongAnswer, 2 * e.down_bytes)) at(f, Feature::since_long_answer) = quiet;
    if (other.down_bytes > kSmallAnswer || other.up_bytes > kWeightyRequest)
        at(f, Feature::quiet_of_weight) = std::min(at(f, Feature::quiet_of_weight), quiet);
    if (other.match.row == e.match.row && nearly(other.up_bytes, e.up_bytes))
        at(f, Feature::since_like) = up_to_history(e.up_first - other.up_first);
}

void add_habits(FeatureVector& f, const Exchange& e, Habits& habits)
{
    const auto usual_request = median(habits.requests, at(f, Feature::request_bytes));
    at(f, Feature::request_ratio) = at(f, Feature::request_bytes) / std::max(usual_request, 1.0);
    const auto usual_wait = median(habits.waits, 100);
    at(f, Feature::wait_ratio) = at(f, Feature::wait) / std::max(usual_wait, 20.0);
    const auto against = [&](std::vector<double>& waits) {
        return waits.empty() ? 1.0 : at(f, Feature::wait) / std::max(median(waits, 0), 10.0);
    };
    at(f, Feature::wait_to_long) = against(habits.waits_long);
    at(f, Feature::wait_to_tiny) = against(habits.waits_tiny);
    const auto request = at(f, Feature::request_bytes);
    at(f, Feature::request_above_least) = request - habits.least_request;
    at(f, Feature::request_to_largest) = habits.largest_request > 0 ? request / habits.largest_request : 1;
    at(f, Feature::body_bytes) = body_of(e, habits.least_request);
    at(f, Feature::wait_rank) = rank(habits.shorter, habits.count);
    at(f, Feature::answer_rank) = rank(habits.smaller_answers, habits.count);
    at(f, Feature::request_rank) = rank(habits.smaller_requests, habits.count);
}

void add_own(FeatureVector& f, const Exchange& e)
{
    at(f, Feature::wait) = wait_of(e);
    at(f, Feature::pause) = pause_of(e);
    at(f, Feature::answer_bytes) = bytes(e.down_bytes);
    at(f, Feature::answer_after_pause) = bytes(e.down_after_pause);
    at(f, Feature::answer_time) = e.down_first ? in_milliseconds(*e.down_last - *e.down_first) : kNone;
    at(f, Feature::request_bytes) = bytes(e.up_bytes);
    at(f, Feature::api_host) = e.match.role == Role::read ? 0 : 1;
    at(f, Feature::first_of_flow) = e.first_of_flow ? 1 : 0;
    at(f, Feature::records) = e.up_records;
    at(f, Feature::request_to_answer) = (bytes(e.up_bytes) + 30) / (bytes(e.down_bytes) + 30);
    at(f, Feature::upload_host) = e.match.role == Role::upload ? 1 : 0;
    at(f, Feature::requests_since_upload) = kNone;
    at(f, Feature::quic) = e.transport == Transport::quic ? 1 : 0;
    at(f, Feature::connection_quiet) = e.first_of_flow ? kLongest : up_to_longest(e.quiet_before);
}

void add_previous(FeatureVector& f, const Exchange& e, const Exchange* previous)
{
    at(f, Feature::previous_answer) = previous ? bytes(previous->down_bytes) : kNone;
    at(f, Feature::previous_wait) = previous ? wait_of(*previous) : kNone;
    at(f, Feature::previous_request) = previous ? bytes(previous->up_bytes) : kNone;
    at(f, Feature::since_request) = previous ? up_to_longest(e.up_first - previous->up_first) : kLongest;
}

void add_next(FeatureVector& f, const Exchange& e, const Exchange* next)
{
    at(f, Feature::next_answer) = next ? bytes(next->down_bytes) : kNone;
    at(f, Feature::next_wait) = next ? wait_of(*next) : kNone;
    at(f, Feature::next_request_bytes) = next ? bytes(next->up_bytes) : kNone;
    at(f, Feature::next_request) = next ? up_to_longest(next->up_first - end_of(e)) : in_milliseconds(kLookAhead);
}

void add_before(FeatureVector& f, const Exchange& e, const Exchange& other)
{
    const auto age = e.up_first - other.up_first;
    if (is_media(other)) {
        if (age <= seconds{3}) at(f, Feature::media_before) += bytes(other.down_bytes);
        return;
    }
    if (age <= seconds{1}) at(f, Feature::requests_before) += 1;
    const auto quiet = up_to_longest(e.up_first - std::min(end_of(other), e.up_first));
    at(f, Feature::quiet_before) = std::min(at(f, Feature::quiet_before), quiet);
    if (is_upload(other)) {
        at(f, Feature::upload_before) += bytes(other.up_bytes);
        const auto since = up_to_longest(e.up_first - other.up_last);
        at(f, Feature::since_upload) = std::min(at(f, Feature::since_upload), since);
        at(f, Feature::requests_since_upload) = 0;
        return;
    }
    if (other.match.role == Role::telemetry) return;
    if (at(f, Feature::requests_since_upload) >= 0) at(f, Feature::requests_since_upload) += 1;
    if (age <= seconds{8} && other.down_bytes <= kSmallAnswer) at(f, Feature::small_before) += 1;
    if (age <= seconds{4} && other.down_bytes <= kTinyAnswer) at(f, Feature::tiny_before) += 1;
}

void add_after(FeatureVector& f, const Exchange& e, const Exchange& other)
{
    if (is_media(other)) {
        at(f, Feature::media_after) += bytes(other.down_bytes);
        const auto delay = up_to_longest(other.up_first - end_of(e));
        at(f, Feature::media_delay) = std::min(at(f, Feature::media_delay), delay);
        return;
    }
    at(f, Feature::requests_after) += 1;
    if (other.down_bytes <= kSmallAnswer) at(f, Feature::small_after) += 1;
    if (other.down_bytes >= std::max(kLongAnswer, 2 * e.down_bytes)) {
        const auto delay = up_to_longest(other.up_first - end_of(e));
        at(f, Feature::refresh_after) = std::min(at(f, Feature::refresh_after), delay);
    }
    at(f, Feature::largest_answer_after) = std::max(at(f, Feature::largest_answer_after), bytes(other.down_bytes));
}

}  // namespace

bool is_upload(const Exchange& exchange)
{
    return exchange.up_bytes >= kUploadBytes;
}

bool ActivityWindow::add(const Exchange& exchange)
{
    const auto place = std::ranges::upper_bound(exchanges_, exchange.up_first, {}, &Exchange::up_first);
    exchanges_.insert(place, exchange);
    if (exchanges_.size() <= kExchanges) return false;
    exchanges_.pop_front();
    return true;
}

FeatureVector ActivityWindow::features_of(const Exchange& e) const
{
    FeatureVector f{};
    add_own(f, e);
    at(f, Feature::quiet_before) = kLongest;
    at(f, Feature::since_upload) = kLongest;
    at(f, Feature::refresh_after) = in_milliseconds(kLookAhead);
    at(f, Feature::media_delay) = in_milliseconds(kLookAhead);
    for (const auto since : {Feature::since_long_answer, Feature::quiet_of_weight, Feature::since_like})
        at(f, since) = kOfLate;
    const Exchange* previous = nullptr;
    const Exchange* next = nullptr;
    Habits habits;
    habits.least_request = bytes(e.up_bytes);
    for (std::size_t i = 0; i < exchanges_.size(); ++i) {
        const auto& other = exchanges_[i];
        if (same(other, e) || is_preflight(exchanges_, i)) continue;
        if (other.up_first <= e.up_first) {
            if (e.up_first - other.up_first > kHistory) continue;
            if (!is_media(other)) {
                add_habit(habits, e, other);
                add_of_late(f, e, other);
            }
            if (e.up_first - other.up_first > kLookBehind) continue;
            add_before(f, e, other);
            if (is_media(other)) continue;
            previous = &other;
        } else if (other.up_last <= e.up_last + kLookAhead) {
            add_after(f, e, other);
            if (!is_media(other) && next == nullptr) next = &other;
        }
    }
    add_previous(f, e, previous);
    add_next(f, e, next);
    add_habits(f, e, habits);
    return f;
}

const Exchange* ActivityWindow::upload_before(const Exchange& candidate) const
{
    const Exchange* latest = nullptr;
    for (const auto& other : exchanges_) {
        const bool before = other.up_first < candidate.up_first && candidate.up_first - other.up_last <= kLookBehind;
        if (before && is_upload(other)) latest = &other;
    }
    return latest;
}

void ActivityWindow::forget_before(Timestamp time)
{
    while (!exchanges_.empty() && exchanges_.front().up_first < time) exchanges_.pop_front();
}

}  // namespace breakwatch
