#include "feeds/radius/radius_detail.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/core/appended_lines.hpp"
#include "feeds/core/refusal_notes.hpp"
#include "feeds/radius/radius_detail_record.hpp"
#include "feeds/radius/radius_duplicates.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kPerLook = 1024 * 1024;  // bytes, so that the loop gets its turn
constexpr std::size_t kRemembered = 16'384;    // reports

class RadiusDetail : public Feed {
  public:
    RadiusDetail(boost::asio::io_context& io, RadiusDetailSettings settings, Handler handler)
        : settings_(std::move(settings)),
          handler_(std::move(handler)),
          notes_(settings_.name, handler_),
          lines_(settings_.path, settings_.longest_record),
          reader_(settings_.longest_record),
          duplicates_(kRemembered),
          timer_(io, settings_.poll, [this] { return look(); })
    {
        status_.name = settings_.name;
    }

    void start() override { timer_.start(); }
    void stop() override { timer_.stop(); }
    FeedStatus status() const override
    {
        auto status = status_;
        status.refused = notes_.count();
        status.last_refusal = notes_.last();
        return status;
    }

  private:
    bool look();
    void show(const AppendedLines::Look& seen);
    void take(std::optional<DetailRecordReader::Result> result);
    void take_record(const DetailRecord& record);
    std::string where(std::uint64_t line) const { return settings_.path + ":" + std::to_string(line); }

    RadiusDetailSettings settings_;
    Handler handler_;
    RefusalNotes notes_;
    AppendedLines lines_;
    DetailRecordReader reader_;
    RadiusDuplicates duplicates_;
    FeedStatus status_;
    Timestamp latest_;  // newest Timestamp of a record: what is refused is told by the file's own time
    std::optional<bool> told_up_;
    PeriodicTimer timer_;
};

bool RadiusDetail::look()
{
    const auto take_line = [this](const AppendedLines::Line& line) {
        take(reader_.take(line.text, line.number, line.too_long));
    };
    const auto seen = lines_.look(kPerLook, take_line);
    const bool last_look = settings_.poll.count() == 0 && !seen.more && !seen.rotated;
    if (last_look) lines_.take_rest(take_line);
    if (seen.rotated || seen.truncated || last_look) take(reader_.end_of_file());
    show(seen);
    return seen.more || seen.rotated;
}

// The state of the file is told when it changes, and at the first look only if it is bad.
void RadiusDetail::show(const AppendedLines::Look& seen)
{
    status_.up = seen.found;
    if (told_up_.value_or(true) != seen.found) {
        const auto what = settings_.path + ": " + (seen.found ? "read again" : std::strerror(seen.error));
        handler_(FeedState{settings_.name, seen.found, what, wall_clock()});
    }
    told_up_ = seen.found;
}

void RadiusDetail::take(std::optional<DetailRecordReader::Result> result)
{
    if (!result) return;
    if (*result) return take_record(**result);
    const auto& refusal = result->error();
    notes_.refuse("record", where(refusal.line), refusal.what, latest_);
}

void RadiusDetail::take_record(const DetailRecord& record)
{
    latest_ = std::max(latest_, record.arrival);
    const auto event = session_event(record.accounting, record.arrival);
    if (!event) {
        const auto why = std::string(name(event.error()));
        notes_.refuse(why, where(record.line), why, latest_);
        return;
    }
    const auto skew = clock_skew(record.accounting, record.arrival).value_or(Duration{0});
    if (skew > kClockTolerance || skew < -kClockTolerance) {
        notes_.warn("clock of " + event->nas, where(record.line), describe_skew(event->nas, skew), latest_);
    }
    if (duplicates_.repeated_event(*event, record.accounting.delay.count() > 0)) return;
    ++status_.taken;
    if (!status_.last_event || *status_.last_event < event->at) status_.last_event = event->at;
    handler_(*event);
}

}  // namespace

std::unique_ptr<Feed> make_radius_detail(boost::asio::io_context& io, RadiusDetailSettings settings,
                                         Feed::Handler handler)
{
    return std::make_unique<RadiusDetail>(io, std::move(settings), std::move(handler));
}

}  // namespace breakwatch
