// One message, one datagram: UDP, or the machine's log socket. The socket is connected, so that the
// kernel tells when nobody listens; over UDP that comes a moment after the datagram.
#include <sys/un.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/generic/datagram_protocol.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/local/datagram_protocol.hpp>

#include "alerts/transports/syslog_connection.hpp"

namespace breakwatch {

namespace {

using boost::asio::generic::datagram_protocol;
using boost::system::error_code;

// Of a burst, what a receiver's socket holds by default.
constexpr std::size_t kDatagramWindow = 16;

class DatagramTransport final : public SyslogConnection {
  public:
    DatagramTransport(boost::asio::io_context& io, SyslogPeer peer, const SyslogTimes& times)
        : SyslogConnection(io, std::move(peer), times), socket_(io)
    {}

    std::size_t window() const override { return kDatagramWindow; }

  private:
    // There is no knowing before a datagram is sent.
    bool peer_is_there() override { return true; }
    void open(const Addresses& addresses) override;
    void write() override;
    void close_socket() override
    {
        error_code ignored;
        socket_.close(ignored);
    }

    void write_from(std::size_t index);
    error_code connect_to(const datagram_protocol::endpoint& target);
    error_code connect_to_one_of(const Addresses& addresses);
    void watch();

    datagram_protocol::socket socket_;
    std::array<char, 512> ignored_{};
    std::size_t turn_ = 0;
};

void DatagramTransport::open(const Addresses& addresses)
{
    error_code error;
    if (!where().is_local()) {
        error = connect_to_one_of(addresses);
    } else if (where().path.size() >= sizeof(sockaddr_un::sun_path)) {
        error = boost::asio::error::name_too_long;
    } else {
        error = connect_to(boost::asio::local::datagram_protocol::endpoint(where().path));
    }
    if (!error && !where().is_local()) watch();
    opened(error);
}

// A name has several addresses and one may be refused only after sending: each time from the next
// one.
error_code DatagramTransport::connect_to_one_of(const Addresses& addresses)
{
    error_code error = boost::asio::error::host_not_found;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto& address = addresses[(turn_ + i) % addresses.size()];
        error = connect_to(boost::asio::ip::udp::endpoint(address, where().port));
        if (!error) break;
    }
    ++turn_;
    return error;
}

// Neither a datagram nor a local datagram socket waits for the peer here.
error_code DatagramTransport::connect_to(const datagram_protocol::endpoint& target)
{
    error_code error;
    close_socket();
    socket_.open(target.protocol(), error);
    if (!error) socket_.connect(target, error);
    return error;
}

void DatagramTransport::watch()
{
    socket_.async_receive(boost::asio::buffer(ignored_),
                          in_connection([this](error_code error, std::size_t) { error ? lost(error) : watch(); }));
}

void DatagramTransport::write()
{
    write_from(0);
}

void DatagramTransport::write_from(std::size_t index)
{
    socket_.async_send(boost::asio::buffer(messages()[index]), in_request([this, index](error_code error, std::size_t) {
                           if (error) return finish(error);
                           if (index + 1 < messages().size()) return write_from(index + 1);
                           if (where().is_local()) return finish({});
                           // Not refused until then: as much as UDP can tell.
                           set_deadline(times().refusal, {});
                       }));
}

}  // namespace

std::shared_ptr<SyslogTransport> make_datagram_transport(boost::asio::io_context& io, SyslogPeer peer,
                                                         const SyslogTimes& times)
{
    return std::make_shared<DatagramTransport>(io, std::move(peer), times);
}

std::shared_ptr<SyslogTransport> make_udp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times)
{
    return make_datagram_transport(io, peer_of(config), times);
}

}  // namespace breakwatch
