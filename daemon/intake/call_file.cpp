#include "intake/call_file.hpp"

#include <boost/asio/io_context.hpp>
#include <cstring>

#include "intake/appended_lines.hpp"
#include "intake/call_ndjson.hpp"
#include "intake/poll_timer.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostPerLook = 1024UL * 1024;

Timestamp wall_clock() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

// One look at the file: its new lines, and what became of it. True: there is more.
bool look(AppendedLines& file, CallLines& calls, Timestamp now)
{
    const auto seen = file.look(kMostPerLook, [&](const AppendedLines::Line& line) {
        const auto where = file.path() + ":" + std::to_string(line.number);
        if (line.too_long) return calls.refuse(where, "longer than 64 KiB; expected one event on a line", now);
        calls.take(line.text, where, now);
    });
    if (seen.found) {
        calls.tell_up(now);
    } else {
        calls.tell_down(file.path() + ": " + std::strerror(seen.error), now);
    }
    return seen.more;
}

class CallFile final : public Feed {
  public:
    CallFile(boost::asio::io_context& io, const CallFileSettings& settings, EnrolmentInForce enrolment, Handler handler)
        : file_(settings.path, kLongestCallLine),
          calls_(settings.name, settings.silence, std::move(enrolment), std::move(handler)),
          timer_(io, settings.poll, [this] {
              const auto now = wall_clock();
              const bool more = look(file_, calls_, now);
              calls_.check_silence(now);
              return more;
          })
    {
    }

    void start() override { timer_.start(); }
    void stop() override { timer_.stop(); }
    FeedStatus status() const override { return calls_.status(); }

  private:
    AppendedLines file_;
    CallLines calls_;
    PollTimer timer_;
};

}  // namespace

std::unique_ptr<Feed> make_call_file(boost::asio::io_context& io, const CallFileSettings& settings, EnrolmentInForce enrolment,
                                     Feed::Handler handler)
{
    return std::make_unique<CallFile>(io, settings, std::move(enrolment), std::move(handler));
}

FeedStatus read_call_file(const CallFileSettings& settings, const EnrolmentInForce& enrolment,
                          const Feed::Handler& handler, Timestamp arrived)
{
    AppendedLines file(settings.path, kLongestCallLine);
    CallLines calls(settings.name, settings.silence, enrolment, handler);
    while (look(file, calls, arrived)) {
    }
    return calls.status();
}

}  // namespace breakwatch
