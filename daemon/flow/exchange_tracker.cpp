#include "flow/exchange_tracker.hpp"

#include <algorithm>

namespace breakwatch {
namespace {

using std::chrono::milliseconds;

// A burst ends where a person or an application pauses, sooner when the server has answered, and
// later inside an upload, which flow control makes stutter.
constexpr Duration kBurstGap = milliseconds{120};
constexpr Duration kBurstGapAnswered = milliseconds{30};
constexpr Duration kBurstGapUpload = milliseconds{500};
constexpr std::uint64_t kUploadBytes = 15'000;
// An answer ends by silence; an exchange is told at the latest this long after its last request
// byte, so that what follows can be judged in time.
constexpr Duration kAnswerSilence = milliseconds{1500};
constexpr Duration kAnswerCut = milliseconds{3000};
// Right after a handshake the server sends session tickets (RFC 8446 section 4.6.1) and its own
// settings: small, at once, and no answer to anything.
constexpr std::uint64_t kGreetingBytes = 1'200;
constexpr Duration kGreetingPause = milliseconds{30};

// No hello shows a name in so few octets (RFC 8446 section 4.1.2): where packets were kept no further, the
// requests around this one are unnamed, and it cannot be judged by its company.
constexpr std::uint32_t kNameless = 60;

constexpr std::uint8_t kSyn = 0x02;

}  // namespace

ApplicationBytes ClearStream::take(std::uint32_t sequence, std::uint32_t length)
{
    if (!begun_) {
        begun_ = true;
        next_ = sequence;
    }
    const auto end = sequence + length;
    const auto ahead = static_cast<std::int32_t>(end - next_);
    if (ahead <= 0) return {};
    const auto fresh = std::min(static_cast<std::uint32_t>(ahead), length);
    next_ = end;
    return {.bytes = fresh, .records = 1, .largest = fresh, .first = fresh};
}

ExchangeTracker::ExchangeTracker(Kind kind)
{
    if (kind == Kind::quic) streams_.emplace<QuicPair>();
    if (kind == Kind::clear) streams_.emplace<ClearPair>();
}

ApplicationBytes ExchangeTracker::account(const Segment& segment, bool upstream)
{
    if (auto* quic = std::get_if<QuicPair>(&streams_)) {
        return (upstream ? quic->up : quic->down).take(segment.payload, segment.payload_length);
    }
    if (auto* clear = std::get_if<ClearPair>(&streams_)) {
        return (upstream ? clear->up : clear->down).take(segment.sequence, segment.payload_length);
    }
    auto& tls = std::get<TlsPair>(streams_);
    auto& stream = upstream ? tls.up : tls.down;
    if ((segment.tcp_flags & kSyn) != 0) {
        stream.begin(segment.sequence + 1);
        return {};
    }
    return stream.take(segment.sequence, segment.payload, segment.payload_length);
}

std::optional<ExchangeShape> ExchangeTracker::observe(const Segment& segment, bool upstream)
{
    if (!upstream) any_down_ = true;
    const auto counted = account(segment, upstream);
    // Told in another order than it was sent: neither the waits nor the records can be trusted, as with
    // octets never seen. What fills a hole in its turn was only sent again.
    const bool disordered = last_activity_ && segment.time < *last_activity_;
    const bool nameless = segment.payload.size() < std::min(segment.payload_length, kNameless);
    const auto unsure = disordered || nameless ? counted.bytes : 0;
    if (open_ && !disordered) current_.missing_bytes -= std::min<std::uint64_t>(current_.missing_bytes, counted.found);
    if (counted.bytes == 0) return std::nullopt;
    // What time alone has ended is ended, whether or not anybody asked in between.
    auto ended = advance(segment.time);
    if (upstream) {
        if (open_ && begins_new(segment.time)) ended = close();
        if (!open_) start(segment.time);
        add_up(segment.time, counted);
    } else if (open_) {
        add_down(segment.time, counted);
    }
    if (open_) current_.missing_bytes += unsure;
    last_activity_ = std::max(segment.time, last_activity_.value_or(segment.time));
    return ended;
}

bool ExchangeTracker::begins_new(Timestamp time) const
{
    const auto gap = time - current_.up_last;
    if (current_.up_bytes > kUploadBytes && !answered_) return gap > kBurstGapUpload;
    return gap > (answered_ ? kBurstGapAnswered : kBurstGap);
}

void ExchangeTracker::start(Timestamp time)
{
    current_ = {};
    current_.up_first = time;
    current_.up_last = time;
    current_.first_of_flow = !any_exchange_;
    if (last_activity_ && time > *last_activity_) current_.quiet_before = time - *last_activity_;
    open_ = true;
    any_exchange_ = true;
    answered_ = false;
}

void ExchangeTracker::add_up(Timestamp time, const ApplicationBytes& up)
{
    current_.up_last = std::max(current_.up_last, time);
    current_.up_bytes += up.bytes;
    if (current_.up_records == 0) current_.first_up = up.first;
    current_.up_records += up.records;
    current_.largest_up = std::max(current_.largest_up, up.largest);
    current_.missing_bytes += up.missing;
    // What came down before the request was complete was not its answer.
    answered_ = false;
    current_.down_first.reset();
    current_.longest_pause = {};
    current_.down_after_pause = 0;
}

void ExchangeTracker::add_down(Timestamp time, const ApplicationBytes& down)
{
    const auto silent_since = current_.down_last && current_.down_first ? *current_.down_last : current_.up_last;
    const auto pause = std::max(time - silent_since, Duration{0});
    const bool greeting = current_.first_of_flow && current_.down_first && pause > kGreetingPause &&
                          current_.down_bytes < kGreetingBytes && current_.down_after_pause == current_.down_bytes;
    if (greeting) {
        current_.down_first.reset();
        current_.down_bytes = 0;
        current_.down_records = 0;
        current_.largest_down = 0;
    }
    const auto at = std::max(time, current_.up_last);  // a clock set back must not end an answer before its start
    if (!current_.down_first) current_.down_first = at;
    if (greeting || pause >= current_.longest_pause) {
        current_.longest_pause = greeting ? time - current_.up_last : pause;
        current_.down_after_pause = 0;
    }
    answered_ = true;
    current_.down_last = std::max(at, current_.down_last.value_or(at));
    current_.down_bytes += down.bytes;
    current_.down_records += down.records;
    current_.largest_down = std::max(current_.largest_down, down.largest);
    current_.missing_bytes += down.missing;
    current_.down_after_pause += down.bytes;
}

std::optional<ExchangeShape> ExchangeTracker::advance(Timestamp now)
{
    if (!open_) return std::nullopt;
    const bool cut = now - current_.up_last >= kAnswerCut;
    const bool silent = current_.down_first && now - std::max(current_.up_last, *current_.down_last) >= kAnswerSilence;
    return cut || silent ? close() : std::nullopt;
}

std::optional<ExchangeShape> ExchangeTracker::finish()
{
    return open_ ? close() : std::nullopt;
}

std::optional<ExchangeShape> ExchangeTracker::close()
{
    open_ = false;
    current_.answer_seen_on_flow = any_down_;
    return current_;
}

}  // namespace breakwatch
