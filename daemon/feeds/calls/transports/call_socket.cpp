#include "feeds/calls/transports/call_socket.hpp"

#include <sys/stat.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <list>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/calls/core/call_records.hpp"

namespace breakwatch {

namespace {

using boost::asio::local::stream_protocol;

constexpr std::chrono::seconds kSilenceCheck{1};
constexpr std::chrono::seconds kAcceptAgain{1};

class CallSocket final : public Feed {
  public:
    CallSocket(boost::asio::io_context& io, CallSocketSettings settings, CallFormat format, EnrolmentInForce enrolment,
               Handler handler)
        : settings_(std::move(settings)),
          format_(std::move(format)),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          acceptor_(io),
          again_(io),
          silence_(io, kSilenceCheck, [this] {
              if (!acceptor_.is_open()) open();
              calls_.check_silence(wall_clock());
              return false;
          })
    {}
    ~CallSocket() override { close(); }

    void start() override { silence_.start(); }
    void stop() override { close(); }
    FeedStatus status() const override { return calls_.status(); }

  private:
    struct Writer {
        Writer(stream_protocol::socket&& from, const CallFormat& format) : socket(std::move(from)), records(format) {}
        stream_protocol::socket socket;
        CallRecords records;
        std::array<char, 16UL * 1024> buffer{};
    };

    void open()
    {
        if (const auto why = listen(); !why.empty()) return calls_.tell_down(settings_.path + ": " + why, wall_clock());
        calls_.tell_up(wall_clock());
        accept();
    }

    // Empty, or why not.
    std::string listen()
    {
        boost::system::error_code error;
        struct stat found{};
        if (::lstat(settings_.path.c_str(), &found) == 0) {
            if (!S_ISSOCK(found.st_mode)) return "is there already and is no socket";
            ::unlink(settings_.path.c_str());
        }
        const stream_protocol::endpoint endpoint(settings_.path);
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(16, error);
        if (error) {
            boost::system::error_code ignored;
            acceptor_.close(ignored);
            return error.message();
        }
        ::chmod(settings_.path.c_str(), 0660);
        return {};
    }

    void accept()
    {
        acceptor_.async_accept([this](const boost::system::error_code& error, stream_protocol::socket socket) {
            if (error == boost::asio::error::operation_aborted) return;
            if (error) return accept_later(error);
            calls_.tell_up(wall_clock());
            if (writers_.size() >= settings_.most_writers) {
                calls_.refuse(settings_.path,
                              "more than " + std::to_string(settings_.most_writers) + " writers; one was closed",
                              wall_clock());
            } else {
                read(writers_.emplace(writers_.end(), std::move(socket), format_));
            }
            accept();
        });
    }

    // Out of descriptors, usually: who wants to connect waits in the queue meanwhile.
    void accept_later(const boost::system::error_code& error)
    {
        calls_.tell_down(settings_.path + ": cannot accept: " + error.message() + "; tried again", wall_clock());
        again_.after(kAcceptAgain, [this] { accept(); });
    }

    void read(std::list<Writer>::iterator writer)
    {
        writer->socket.async_read_some(boost::asio::buffer(writer->buffer),
                                       [this, writer](const boost::system::error_code& error, std::size_t size) {
                                           if (error == boost::asio::error::operation_aborted) return;
                                           if (error) {
                                               const auto gone = wall_clock();
                                               writer->records.finish([&](const CallRecords::Record& record) {
                                                   calls_.read(format_, record, settings_.path, gone);
                                               });
                                               writers_.erase(writer);
                                               return;
                                           }
                                           const auto now = wall_clock();
                                           writer->records.feed(std::string_view(writer->buffer.data(), size),
                                                                [&](const CallRecords::Record& record) {
                                                                    calls_.read(format_, record, settings_.path, now);
                                                                });
                                           read(writer);
                                       });
    }

    void close()
    {
        silence_.stop();
        again_.stop();
        boost::system::error_code ignored;
        if (acceptor_.is_open()) {
            acceptor_.close(ignored);
            ::unlink(settings_.path.c_str());
        }
        for (auto& writer : writers_) writer.socket.close(ignored);
    }

    CallSocketSettings settings_;
    CallFormat format_;
    CallIntake calls_;
    stream_protocol::acceptor acceptor_;
    OnceTimer again_;
    std::list<Writer> writers_;
    PeriodicTimer silence_;
};

}  // namespace

std::unique_ptr<Feed> make_call_socket(boost::asio::io_context& io, CallSocketSettings settings, CallFormat format,
                                       EnrolmentInForce enrolment, Feed::Handler handler)
{
    return std::make_unique<CallSocket>(io, std::move(settings), std::move(format), std::move(enrolment),
                                        std::move(handler));
}

}  // namespace breakwatch
