#include "feeds/calls/transports/call_file.hpp"

#include <boost/asio/io_context.hpp>
#include <cstring>

#include "base/timer.hpp"
#include "feeds/calls/core/call_records.hpp"
#include "feeds/core/appended_bytes.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostPerLook = 1024UL * 1024;

class CallFile final : public Feed {
  public:
    CallFile(boost::asio::io_context& io, CallFileSettings settings, CallFormat format, EnrolmentInForce enrolment,
             Handler handler)
        : file_(settings.path),
          format_(std::move(format)),
          records_(format_),
          calls_(settings.intake, std::move(enrolment), std::move(handler)),
          clock_(std::move(settings.clock)),
          once_(settings.poll.count() == 0),
          timer_(io, settings.poll, [this] { return look(); })
    {}

    void start() override { timer_.start(); }
    void stop() override { timer_.stop(); }
    FeedStatus status() const override { return calls_.status(); }

  private:
    // True: there is more.
    bool look()
    {
        const auto now = clock_();
        const auto take = [&](const CallRecords::Record& record) {
            calls_.read(format_, record, file_.path(), now, pace_);
        };
        const auto seen = file_.look(kMostPerLook, [&](std::string_view bytes) { records_.feed(bytes, take); });
        // Half a record where the file was rotated or truncated is none.
        if (seen.rotated || seen.truncated) records_.finish(take);
        if (once_ && !seen.more && !seen.rotated) records_.finish_whole(take);
        if (seen.found) {
            calls_.tell_up(now);
        } else {
            calls_.tell_down(file_.path() + ": " + std::strerror(seen.error), now);
        }
        // What stood there before the first look was read up; what a file brings that was away waited, too.
        pace_ = seen.found && !seen.more ? CallIntake::Pace::live : CallIntake::Pace::backlog;
        calls_.check_silence(now);
        return seen.more;
    }

    AppendedBytes file_;
    CallFormat format_;
    CallRecords records_;
    CallIntake calls_;
    std::function<Timestamp()> clock_;
    bool once_;
    CallIntake::Pace pace_ = CallIntake::Pace::backlog;
    PeriodicTimer timer_;
};

}  // namespace

std::unique_ptr<Feed> make_call_file(boost::asio::io_context& io, CallFileSettings settings, CallFormat format,
                                     EnrolmentInForce enrolment, Feed::Handler handler)
{
    return std::make_unique<CallFile>(io, std::move(settings), std::move(format), std::move(enrolment),
                                      std::move(handler));
}

std::unique_ptr<Feed> make_call_file(const CallFeedParts& parts, const CallFeedConfig& config, std::string_view format)
{
    const auto poll = std::chrono::milliseconds{parts.mode == FeedMode::follow ? 250 : 0};
    return make_call_file(
        parts.io, {.intake = intake_of(config), .path = config.path.string(), .poll = poll, .clock = parts.clock},
        call_format_of(parts, config, format), parts.enrolment, parts.handler);
}

}  // namespace breakwatch
