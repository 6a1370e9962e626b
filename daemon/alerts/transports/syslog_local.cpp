#include "alerts/transports/syslog_transport.hpp"

#include <boost/asio/io_context.hpp>
#include <utility>

#include "alerts/transports/syslog_connection.hpp"

namespace breakwatch {

namespace {

using boost::system::error_code;

// Which kind of socket the path is shows only when connecting, and may change with the log server.
class LocalTransport final : public SyslogTransport {
  public:
    LocalTransport(boost::asio::io_context& io, const SyslogPeer& peer, const SyslogTimes& times)
        : current_(make_datagram_transport(io, peer, times)), other_(make_stream_transport(io, peer, times))
    {}
    ~LocalTransport() override { close_both(); }

    void connect(Handler handler) override
    {
        // After close() neither calls back, so that `this` is there.
        current_->connect([this, handler = std::move(handler)](error_code error) {
            if (!is_other_kind(error)) return handler(error);
            std::swap(current_, other_);
            current_->connect(handler);
        });
    }
    void send(std::string message, Handler handler) override
    {
        auto copy = message;
        current_->send(std::move(copy),
                       [this, message = std::move(message), handler = std::move(handler)](error_code error) {
                           if (!is_other_kind(error)) return handler(error);
                           std::swap(current_, other_);
                           current_->send(message, handler);
                       });
    }
    void close() override { close_both(); }
    bool connected() const override { return current_->connected(); }
    std::string peer() const override { return current_->peer(); }

  private:
    static bool is_other_kind(error_code error) { return error == boost::system::errc::wrong_protocol_type; }
    void close_both()
    {
        current_->close();
        other_->close();
    }

    std::shared_ptr<SyslogTransport> current_;
    std::shared_ptr<SyslogTransport> other_;
};

}  // namespace

std::shared_ptr<SyslogTransport> make_udp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times)
{
    return make_datagram_transport(io, {config.host, config.port, {}}, times);
}

std::shared_ptr<SyslogTransport> make_tcp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times)
{
    return make_stream_transport(io, {config.host, config.port, {}}, times);
}

std::shared_ptr<SyslogTransport> make_local_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                      const SyslogTimes& times)
{
    return std::make_shared<LocalTransport>(io, SyslogPeer{{}, 0, config.path.string()}, times);
}

std::shared_ptr<SyslogTransport> make_syslog_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                       const SyslogTimes& times)
{
    switch (config.transport) {
        case SyslogConfig::Transport::udp: return make_udp_transport(io, config, times);
        case SyslogConfig::Transport::tcp: return make_tcp_transport(io, config, times);
        case SyslogConfig::Transport::local: break;
    }
    return make_local_transport(io, config, times);
}

}  // namespace breakwatch
