#include "feeds/calls/transports/call_fifo.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/calls/core/call_records.hpp"

namespace breakwatch {

namespace {

constexpr std::chrono::milliseconds kFifoCheck{1'000};

class CallFifo final : public Feed {
  public:
    CallFifo(boost::asio::io_context& io, CallFifoSettings settings, CallFormat format, EnrolmentInForce enrolment,
             Handler handler)
        : settings_(std::move(settings)),
          format_(std::move(format)),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          pipe_(io),
          check_(io, kFifoCheck, [this] {
              if (!pipe_.is_open()) open();
              calls_.check_silence(wall_clock());
              return false;
          })
    {}

    void start() override { check_.start(); }
    void stop() override
    {
        check_.stop();
        boost::system::error_code ignored;
        pipe_.close(ignored);
    }
    FeedStatus status() const override { return calls_.status(); }

  private:
    void open()
    {
        const auto& path = settings_.path;
        if (::mkfifo(path.c_str(), 0660) == 0) ::chmod(path.c_str(), 0660);
        struct stat found{};
        // Open for writing as well: the pipe does not end when its last writer goes.
        const int descriptor = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        if (descriptor < 0) return calls_.tell_down(path + ": " + std::strerror(errno), wall_clock());
        if (::fstat(descriptor, &found) != 0 || !S_ISFIFO(found.st_mode)) {
            ::close(descriptor);
            return calls_.tell_down(path + ": is there already and is no named pipe", wall_clock());
        }
        boost::system::error_code error;
        pipe_.assign(descriptor, error);
        if (error) {
            ::close(descriptor);
            return calls_.tell_down(path + ": " + error.message(), wall_clock());
        }
        calls_.tell_up(wall_clock());
        read();
    }

    void read()
    {
        pipe_.async_read_some(
            boost::asio::buffer(buffer_), [this](const boost::system::error_code& error, std::size_t size) {
                if (error) return again(error);
                const auto now = wall_clock();
                records_.feed(std::string_view(buffer_.data(), size), [&](const CallRecords::Record& record) {
                    calls_.read(format_, record, settings_.path, now);
                });
                read();
            });
    }

    // Opened again by the next check.
    void again(const boost::system::error_code& error)
    {
        if (error == boost::asio::error::operation_aborted) return;
        boost::system::error_code ignored;
        pipe_.close(ignored);
        calls_.tell_down(settings_.path + ": " + error.message() + "; opened again", wall_clock());
    }

    CallFifoSettings settings_;
    CallFormat format_;
    CallIntake calls_;
    CallRecords records_{format_};
    std::array<char, 16UL * 1024> buffer_{};
    boost::asio::posix::stream_descriptor pipe_;
    PeriodicTimer check_;
};

}  // namespace

std::unique_ptr<Feed> make_call_fifo(boost::asio::io_context& io, CallFifoSettings settings, CallFormat format,
                                     EnrolmentInForce enrolment, Feed::Handler handler)
{
    return std::make_unique<CallFifo>(io, std::move(settings), std::move(format), std::move(enrolment),
                                      std::move(handler));
}

}  // namespace breakwatch
