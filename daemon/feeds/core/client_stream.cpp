#include "feeds/core/client_stream.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <tuple>
#include <utility>

#include "feeds/core/as_tuple.hpp"
#include "net/tls_check.hpp"
#include "policy/types.hpp"

namespace breakwatch {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kLongestSecret = 1024;

TlsSettings settings_of(const ServerAddress& address)
{
    return {.ca_file = address.ca_file,
            .name = address.server_name.empty() ? address.host : address.server_name,
            .certificate_file = {},
            .key_file = {},
            .crl_file = {},
            .fingerprints = {}};
}

std::expected<TlsContext, std::string> context_for(const ServerAddress& address)
{
    if (address.tls) return tls_client_context(settings_of(address));
    return std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
}

}  // namespace

struct ClientStream::Impl : std::enable_shared_from_this<Impl> {
    Impl(asio::io_context& context, ServerAddress where)
        : address(std::move(where)),
          resolver(context),
          tls(context_for(address)),
          stream(context, tls ? **tls : bare),
          deadline(context)
    {}

    tcp::socket& socket() { return stream.next_layer(); }

    // After a deadline a read may be tried again. Anything else has left the stream in its middle, and a
    // connect would go on to the name's next address: the socket is closed.
    enum class Late : std::uint8_t { cancel, close };

    // What is begun from here to end_step() is given up after `limit`.
    void begin_step(std::chrono::milliseconds limit, Late late)
    {
        timed_out = false;
        deadline.expires_after(limit);
        deadline.async_wait([weak = weak_from_this(), step = ++steps, late](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (error || !self || self->steps != step) return;
            self->timed_out = true;
            self->resolver.cancel();
            boost::system::error_code ignored;
            if (late == Late::cancel)
                self->socket().cancel(ignored);
            else
                self->socket().close(ignored);
        });
    }
    void end_step()
    {
        ++steps;
        deadline.cancel();
    }
    std::unexpected<std::string> failed(const boost::system::error_code& error, std::chrono::milliseconds limit) const
    {
        if (timed_out) return std::unexpected("no answer within " + to_words(limit));
        if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
            return std::unexpected(std::string("closed by the other end"));
        }
        return std::unexpected(error.message());
    }

    ServerAddress address;
    tcp::resolver resolver;
    asio::ssl::context bare{asio::ssl::context::tls_client};  // where `tls` says why there is none
    std::expected<TlsContext, std::string> tls;
    TlsSocket stream;
    asio::steady_timer deadline;
    std::uint64_t steps = 0;
    bool timed_out = false;
};

ClientStream::ClientStream(asio::io_context& io, ServerAddress address)
    : impl_(std::make_shared<Impl>(io, std::move(address)))
{}

ClientStream::~ClientStream() = default;

asio::awaitable<std::expected<void, std::string>> ClientStream::connect(std::chrono::milliseconds limit)
{
    const auto self = impl_;
    auto& address = self->address;
    self->begin_step(limit, Impl::Late::close);
    const auto [unresolved, found] =
        co_await self->resolver.async_resolve(address.host, std::to_string(address.port), kTuple);
    // A name may take longer than the step to be looked up; what is found then is not tried any more.
    if (unresolved || self->timed_out) {
        self->end_step();
        co_return self->failed(unresolved, limit);
    }
    const auto [unconnected, endpoint] = co_await asio::async_connect(self->socket(), found, kTuple);
    self->end_step();
    if (unconnected) co_return self->failed(unconnected, limit);
    boost::system::error_code error;
    self->socket().set_option(asio::socket_base::keep_alive(true), error);
    if (!address.tls) co_return std::expected<void, std::string>();

    if (!self->tls) co_return std::unexpected(self->tls.error());
    const TlsCheck check(self->stream, settings_of(address));
    self->begin_step(limit, Impl::Late::close);
    const auto [refused] = co_await self->stream.async_handshake(asio::ssl::stream_base::client, kTuple);
    self->end_step();
    if (!refused) co_return std::expected<void, std::string>();
    if (self->timed_out) co_return self->failed(refused, limit);
    co_return std::unexpected("TLS: " + check.reason(refused));
}

asio::awaitable<std::expected<std::size_t, std::string>> ClientStream::read_some(std::span<char> room,
                                                                                 std::chrono::milliseconds limit)
{
    const auto self = impl_;
    const auto buffer = asio::buffer(room.data(), room.size());
    boost::system::error_code error;
    std::size_t size = 0;
    self->begin_step(limit, Impl::Late::cancel);
    if (self->address.tls) {
        std::tie(error, size) = co_await self->stream.async_read_some(buffer, kTuple);
    } else {
        std::tie(error, size) = co_await self->socket().async_read_some(buffer, kTuple);
    }
    self->end_step();
    if (error) co_return self->failed(error, limit);
    co_return size;
}

asio::awaitable<std::expected<void, std::string>> ClientStream::write(std::string_view bytes,
                                                                      std::chrono::milliseconds limit)
{
    const auto self = impl_;
    const std::string kept(bytes);
    boost::system::error_code error;
    std::size_t size = 0;
    self->begin_step(limit, Impl::Late::close);
    if (self->address.tls) {
        std::tie(error, size) = co_await asio::async_write(self->stream, asio::buffer(kept), kTuple);
    } else {
        std::tie(error, size) = co_await asio::async_write(self->socket(), asio::buffer(kept), kTuple);
    }
    self->end_step();
    if (error) co_return self->failed(error, limit);
    co_return std::expected<void, std::string>();
}

void ClientStream::close()
{
    impl_->resolver.cancel();
    impl_->deadline.cancel();
    boost::system::error_code ignored;
    impl_->socket().close(ignored);
}

std::expected<std::string, std::string> read_secret(const std::string& file)
{
    std::ifstream in(file);
    std::string secret;
    if (!in) return std::unexpected(file + ": " + std::strerror(errno));
    std::getline(in, secret);
    if (secret.ends_with('\r')) secret.pop_back();
    if (secret.empty() || secret.size() > kLongestSecret) {
        return std::unexpected(file + ": expected the secret on the first line");
    }
    return secret;
}

}  // namespace breakwatch
