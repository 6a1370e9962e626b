// TLS over TCP. A connection's TLS cannot begin again, so each has its own, which what is under way keeps alive.
#include "alerts/transports/tls_stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <utility>

#include "alerts/transports/socket_state.hpp"
#include "alerts/transports/syslog_stream.hpp"

namespace breakwatch {

namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

struct Session {
    Session(boost::asio::io_context& io, TlsContext with, const TlsSettings& settings)
        : context(std::move(with)), stream(io, *context), check(stream, settings)
    {}

    TlsContext context;
    TlsSocket stream;
    TlsCheck check;
    std::string out;
};

class TlsByteStream final : public ByteStream {
  public:
    TlsByteStream(boost::asio::io_context& io, TlsSettings settings) : io_(io), settings_(std::move(settings)) {}

    void connect(std::vector<Endpoint> targets, Handler handler) override;
    void write(std::string octets, Handler handler) override;
    void read(std::span<char> room, Received handler) override;
    void close() override;
    bool peer_is_there() override { return session_ && breakwatch::peer_is_there(native()); }
    std::size_t unacknowledged() override { return session_ ? unacknowledged_octets(native()) : 0; }
    std::optional<TlsAgreed> agreed() override
    {
        return session_ ? breakwatch::agreed(session_->stream) : std::nullopt;
    }
    std::string reason(error_code error) const override;
    bool refused() const override { return !refusal_.empty(); }

  private:
    int native() { return session_->stream.next_layer().native_handle(); }
    // A handshake that was closed or ran out of time says something of the port; a connection that did not, nothing.
    void refuse(error_code error);

    boost::asio::io_context& io_;
    TlsSettings settings_;
    std::shared_ptr<Session> session_;
    bool shaking_ = false;  // connected, and TLS not agreed on yet
    std::string refusal_;   // of the last connection; "" none
};

void TlsByteStream::connect(std::vector<Endpoint> targets, Handler handler)
{
    close();
    refusal_.clear();
    auto context = tls_client_context(settings_);
    if (!context) {
        refusal_ = context.error();
        return boost::asio::post(io_, [handler = std::move(handler)] { handler(boost::asio::error::no_permission); });
    }
    const auto session = session_ = std::make_shared<Session>(io_, std::move(*context), settings_);
    std::vector<tcp::endpoint> addresses;
    for (const auto& each : targets) {
        tcp::endpoint address;
        address.resize(each.size());
        std::memcpy(address.data(), each.data(), each.size());
        addresses.push_back(address);
    }
    boost::asio::async_connect(session->stream.next_layer(), addresses,
                               [this, session, handler = std::move(handler)](error_code error, const tcp::endpoint&) {
                                   if (error || session != session_)
                                       return handler(error ? error : boost::asio::error::operation_aborted);
                                   error_code ignored;
                                   session->stream.next_layer().set_option(tcp::no_delay(true), ignored);
                                   shaking_ = true;
                                   session->stream.async_handshake(
                                       TlsSocket::client, [this, session, handler](error_code refused) {
                                           if (session != session_)
                                               return handler(boost::asio::error::operation_aborted);
                                           shaking_ = false;
                                           if (refused) refuse(refused);
                                           handler(refused);
                                       });
                               });
}

void TlsByteStream::refuse(error_code error)
{
    const bool closed = error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated ||
                        error == boost::asio::error::connection_reset;
    refusal_ = closed ? "closed in the middle of the TLS handshake; is it a port of TLS, and our certificate one that "
                        "it takes?"
                      : session_->check.reason(error);
}

void TlsByteStream::write(std::string octets, Handler handler)
{
    const auto session = session_;
    session->out = std::move(octets);
    boost::asio::async_write(
        session->stream, boost::asio::buffer(session->out),
        [session, handler = std::move(handler)](error_code error, std::size_t) { handler(error); });
}

// With TLS 1.3 a server that refuses our certificate says so here, after a handshake that was good for us.
void TlsByteStream::read(std::span<char> room, Received handler)
{
    const auto session = session_;
    session->stream.async_read_some(boost::asio::buffer(room.data(), room.size()),
                                    [this, session, handler = std::move(handler)](error_code error, std::size_t size) {
                                        const bool of_tls = error.category() == boost::asio::error::get_ssl_category();
                                        if (session == session_ && of_tls) refuse(error);
                                        handler(error, size);
                                    });
}

void TlsByteStream::close()
{
    if (!session_) return;
    if (std::exchange(shaking_, false)) refusal_ = "no answer to the TLS handshake in time; expected a port of TLS";
    error_code ignored;
    session_->stream.next_layer().close(ignored);
    session_.reset();
}

std::string TlsByteStream::reason(error_code) const
{
    return refusal_.empty() ? "" : "TLS: " + refusal_;
}

}  // namespace

std::unique_ptr<ByteStream> make_tls_stream(boost::asio::io_context& io, TlsSettings settings)
{
    return std::make_unique<TlsByteStream>(io, std::move(settings));
}

TlsSettings tls_settings_of(const SyslogConfig& config)
{
    const auto tls = config.tls.value_or(SyslogTls{});
    return {.ca_file = tls.ca.string(),
            .name = tls.name.empty() ? config.host : tls.name,
            .certificate_file = tls.certificate.string(),
            .key_file = tls.key.string(),
            .crl_file = tls.crl.string(),
            .fingerprints = tls.fingerprints,
            .verify = tls.verify};
}

std::shared_ptr<SyslogTransport> make_tls_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times)
{
    return make_stream_transport(io, peer_of(config), make_tls_stream(io, tls_settings_of(config)), config.framing,
                                 times);
}

}  // namespace breakwatch
