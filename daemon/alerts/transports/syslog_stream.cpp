// Messages on a connection: TCP with octet counting (RFC 6587 section 3.4.1), or a local stream
// with a NUL after each, as syslog(3) does.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>

#include "alerts/transports/syslog_connection.hpp"

namespace breakwatch {

namespace {

using boost::asio::generic::stream_protocol;
using boost::asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kFirstLook{1};
constexpr milliseconds kLongestLook{100};

class StreamTransport final : public SyslogConnection {
  public:
    StreamTransport(boost::asio::io_context& io, SyslogPeer peer, const SyslogTimes& times)
        : SyslogConnection(io, std::move(peer), times), socket_(io), look_again_(io)
    {}

  private:
    bool peer_is_there() override;
    void open(const Addresses& addresses) override;
    void write() override;
    void close_socket() override
    {
        error_code ignored;
        look_again_.cancel();
        socket_.close(ignored);
    }

    void watch();
    void wait_until_taken(milliseconds pause);

    stream_protocol::socket socket_;
    boost::asio::steady_timer look_again_;
    std::array<char, 512> ignored_{};
    std::string frame_;
};

// The watch tells when the loop comes round to it; what is written before that would be lost.
bool StreamTransport::peer_is_there()
{
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got > 0 || (got < 0 && errno == EAGAIN);
}

void StreamTransport::open(const Addresses& addresses)
{
    if (where().path.size() >= sizeof(sockaddr_un::sun_path)) return opened(boost::asio::error::name_too_long);
    std::vector<stream_protocol::endpoint> targets;
    if (where().is_local()) targets.emplace_back(boost::asio::local::stream_protocol::endpoint(where().path));
    for (const auto& address : addresses) targets.emplace_back(tcp::endpoint(address, where().port));
    boost::asio::async_connect(socket_, targets, in_request([this](error_code error, const auto&) {
                                   error_code ignored;
                                   if (!error && !where().is_local()) socket_.set_option(tcp::no_delay(true), ignored);
                                   if (!error) watch();
                                   opened(error);
                               }));
}

// A syslog receiver has nothing to say (RFC 6587 has no answers): reading is for its end.
void StreamTransport::watch()
{
    socket_.async_read_some(boost::asio::buffer(ignored_),
                            in_connection([this](error_code error, std::size_t) { error ? lost(error) : watch(); }));
}

void StreamTransport::write()
{
    frame_ = where().is_local() ? message() + '\0' : std::to_string(message().size()) + ' ' + message();
    boost::asio::async_write(socket_, boost::asio::buffer(frame_), in_request([this](error_code error, std::size_t) {
                                 if (error || where().is_local()) return finish(error);
                                 wait_until_taken(kFirstLook);
                             }));
}

// A write succeeds as soon as our own kernel has the bytes. What the peer's has not acknowledged is
// lost with the connection, so the message is not called delivered before.
void StreamTransport::wait_until_taken(milliseconds pause)
{
    int unacknowledged = 0;
    if (::ioctl(socket_.native_handle(), SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0) return finish({});
    look_again_.expires_after(pause);
    look_again_.async_wait(in_request([this, pause](error_code cancelled) {
        if (!cancelled) wait_until_taken(std::min(pause * 2, kLongestLook));
    }));
}

}  // namespace

std::shared_ptr<SyslogTransport> make_stream_transport(boost::asio::io_context& io, SyslogPeer peer,
                                                       const SyslogTimes& times)
{
    return std::make_shared<StreamTransport>(io, std::move(peer), times);
}

}  // namespace breakwatch
