#include "feeds/core/tcp_listener.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

#include "feeds/core/as_tuple.hpp"
#include "feeds/core/spawn.hpp"

namespace breakwatch {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kPause{1'000};

IpAddress address_of(const asio::ip::address& address)
{
    if (address.is_v4()) return IpAddress::v4(address.to_v4().to_bytes());
    const auto v6 = address.to_v6();
    if (!v6.is_v4_mapped()) return IpAddress::v6(v6.to_bytes());
    return IpAddress::v4(asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_bytes());
}

// accept(2) passes on what already befell the new connection.
bool of_the_connection(const boost::system::error_code& error)
{
    constexpr std::array kOfConnection{ECONNABORTED, EINTR,       EPROTO,     ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET,
                                       EHOSTUNREACH, ENETUNREACH, ECONNRESET, EPERM,    ETIMEDOUT,   EAGAIN};
    return std::ranges::find(kOfConnection, error.value()) != kOfConnection.end();
}

}  // namespace

// Kept alive by its loop, which may outlast the listener by one pause.
struct TcpListener::Impl : std::enable_shared_from_this<Impl> {
    Impl(asio::io_context& context, std::string listen, std::uint16_t number, Handlers told)
        : io(context),
          address(std::move(listen)),
          wanted_port(number),
          where((address.contains(':') ? "[" + address + "]" : address) + ":" + std::to_string(number)),
          handlers(std::move(told)),
          acceptor(context)
    {}

    // Empty, or why not.
    std::string listen()
    {
        boost::system::error_code error;
        boost::system::error_code ignored;
        const tcp::endpoint endpoint(asio::ip::make_address(address, error), wanted_port);
        if (!error) acceptor.open(endpoint.protocol(), error);
        if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
        if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false), ignored);
        if (!error) acceptor.bind(endpoint, error);
        if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
        if (!error) return {};
        acceptor.close(ignored);
        return error.message();
    }

    asio::awaitable<void> accept()
    {
        bool down = false;
        handlers.up();
        while (!closed) {
            auto [error, socket] = co_await acceptor.async_accept(kTuple);
            if (closed) co_return;
            if (!error) {
                if (std::exchange(down, false)) handlers.up();
                admit(std::move(socket));
                continue;
            }
            if (of_the_connection(error)) {
                handlers.lost("a connection that was lost while it was accepted: " + error.message());
                continue;
            }
            down = true;
            handlers.down(where + ": cannot accept: " + error.message() + "; tried again");
            asio::steady_timer pause(io, kPause);
            (void)co_await pause.async_wait(kTuple);
        }
    }

    void admit(tcp::socket socket)
    {
        boost::system::error_code error;
        const auto endpoint = socket.remote_endpoint(error);
        if (error) return handlers.lost("a connection that was gone before it was looked at");
        handlers.admit(std::move(socket), address_of(endpoint.address()));
    }

    asio::io_context& io;
    std::string address;
    std::uint16_t wanted_port;
    std::string where;
    Handlers handlers;
    tcp::acceptor acceptor;
    bool closed = false;
};

TcpListener::TcpListener(asio::io_context& io, std::string address, std::uint16_t port, Handlers handlers)
    : impl_(std::make_shared<Impl>(io, std::move(address), port, std::move(handlers)))
{}

void TcpListener::open()
{
    const auto self = impl_;
    if (self->closed) return;
    if (const auto wrong = self->listen(); !wrong.empty()) return self->handlers.down(self->where + ": " + wrong);
    spawn(self->io, {.run = [self] { return self->accept(); },
                     .wanted = [self] { return !self->closed; },
                     .failed = [self](const std::string& why) { self->handlers.down(self->where + ": " + why); }});
}

bool TcpListener::is_open() const
{
    return impl_->acceptor.is_open();
}

void TcpListener::close()
{
    impl_->closed = true;
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
}

const std::string& TcpListener::where() const
{
    return impl_->where;
}

std::uint16_t TcpListener::port() const
{
    boost::system::error_code error;
    const auto endpoint = impl_->acceptor.local_endpoint(error);
    return error ? impl_->wanted_port : endpoint.port();
}

}  // namespace breakwatch
