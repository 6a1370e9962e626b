// A stream socket as it is: TCP, or of this machine.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <utility>

#include "alerts/transports/byte_stream.hpp"
#include "alerts/transports/socket_state.hpp"

namespace breakwatch {

namespace {

using boost::asio::generic::stream_protocol;
using boost::asio::ip::tcp;
using boost::system::error_code;

class PlainStream final : public ByteStream {
  public:
    explicit PlainStream(boost::asio::io_context& io) : socket_(io) {}

    void connect(std::vector<Endpoint> targets, Handler handler) override
    {
        boost::asio::async_connect(socket_, targets,
                                   [this, handler = std::move(handler)](error_code error, const auto&) {
                                       error_code ignored;
                                       if (!error && socket_.local_endpoint(ignored).protocol().family() != AF_UNIX)
                                           socket_.set_option(tcp::no_delay(true), ignored);
                                       handler(error);
                                   });
    }
    void write(std::string octets, Handler handler) override
    {
        out_ = std::move(octets);
        boost::asio::async_write(socket_, boost::asio::buffer(out_),
                                 [handler = std::move(handler)](error_code error, std::size_t) { handler(error); });
    }
    void read(std::span<char> room, Received handler) override
    {
        socket_.async_read_some(boost::asio::buffer(room.data(), room.size()), std::move(handler));
    }
    void close() override
    {
        error_code ignored;
        socket_.close(ignored);
    }
    bool peer_is_there() override { return breakwatch::peer_is_there(socket_.native_handle()); }
    std::size_t unacknowledged() override { return unacknowledged_octets(socket_.native_handle()); }

  private:
    stream_protocol::socket socket_;
    std::string out_;
};

}  // namespace

bool peer_is_there(int socket)
{
    char byte = 0;
    const auto got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got > 0 || (got < 0 && errno == EAGAIN);
}

std::size_t unacknowledged_octets(int socket)
{
    int octets = 0;
    return ::ioctl(socket, SIOCOUTQ, &octets) == 0 && octets > 0 ? static_cast<std::size_t>(octets) : 0;
}

std::unique_ptr<ByteStream> make_plain_stream(boost::asio::io_context& io)
{
    return std::make_unique<PlainStream>(io);
}

}  // namespace breakwatch
