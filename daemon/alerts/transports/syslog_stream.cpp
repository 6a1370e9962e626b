#include "alerts/transports/syslog_stream.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <utility>

#include "alerts/transports/framing.hpp"
#include "alerts/transports/stream_connection.hpp"

namespace breakwatch {

namespace {

using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kFirstLook{1};
constexpr milliseconds kLongestLook{100};
constexpr std::size_t kStreamWindow = 256;

// A syslog receiver has nothing to say (RFC 6587 has no answers): what it says is dropped.
class StreamTransport final : public StreamConnection {
  public:
    StreamTransport(boost::asio::io_context& io, SyslogPeer peer, std::unique_ptr<ByteStream> stream,
                    SyslogConfig::Framing framing, const SyslogTimes& times)
        : StreamConnection(io, std::move(peer), std::move(stream), times), framing_(framing), look_again_(io)
    {}

    std::size_t window() const override { return kStreamWindow; }

  private:
    void begun() override { written_ = false; }
    void write() override;
    void received(std::string_view) override {}
    void shutting() override { look_again_.cancel(); }
    void ended(error_code error) override;
    void wait_until_taken(milliseconds pause);

    SyslogConfig::Framing framing_;
    bool written_ = false;         // of this request; its octets are in our kernel
    std::size_t waiting_for_ = 0;  // octets of them, at the last look
    boost::asio::steady_timer look_again_;
};

void StreamTransport::write()
{
    written_ = false;
    std::string octets;
    for (const auto& message : messages()) octets += framed(message, framing_);
    stream().write(std::move(octets), in_request([this](error_code error) {
                       if (error || where().is_local()) return finish(error);
                       written_ = true;
                       waiting_for_ = stream().unacknowledged();
                       wait_until_taken(kFirstLook);
                   }));
}

// A write succeeds as soon as our own kernel has the octets. What the peer's has not acknowledged is
// lost with the connection, so the messages are not called taken before.
void StreamTransport::wait_until_taken(milliseconds pause)
{
    const auto left = stream().unacknowledged();
    if (left == 0) {
        written_ = false;
        return finish({});
    }
    if (left < std::exchange(waiting_for_, left)) set_deadline(times().write, boost::asio::error::timed_out);
    look_again_.expires_after(pause);
    look_again_.async_wait(in_request([this, pause](error_code cancelled) {
        if (!cancelled) wait_until_taken(std::min(pause * 2, kLongestLook));
    }));
}

// A peer that takes what it is sent and closes at once has taken it.
void StreamTransport::ended(error_code error)
{
    if (std::exchange(written_, false) && error == boost::asio::error::eof && stream().unacknowledged() == 0)
        finish({});
    lost(error);
}

}  // namespace

std::shared_ptr<SyslogTransport> make_stream_transport(boost::asio::io_context& io, SyslogPeer peer,
                                                       std::unique_ptr<ByteStream> stream,
                                                       SyslogConfig::Framing framing, const SyslogTimes& times)
{
    return std::make_shared<StreamTransport>(io, std::move(peer), std::move(stream), framing, times);
}

std::shared_ptr<SyslogTransport> make_tcp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times)
{
    return make_stream_transport(io, peer_of(config), make_plain_stream(io), config.framing, times);
}

}  // namespace breakwatch
