// The machine's own log socket: of datagrams, or a stream with a NUL after each message, as syslog(3) does.
#include <boost/asio/io_context.hpp>
#include <utility>

#include "alerts/transports/syslog_connection.hpp"
#include "alerts/transports/syslog_stream.hpp"

namespace breakwatch {

namespace {

using boost::system::error_code;

// Which kind of socket the path is shows only when connecting, and may change with the log server.
class LocalTransport final : public SyslogTransport {
  public:
    LocalTransport(boost::asio::io_context& io, const SyslogPeer& peer, const SyslogTimes& times)
        : current_(make_datagram_transport(io, peer, times)),
          other_(make_stream_transport(io, peer, make_plain_stream(io), SyslogConfig::Framing::nul, times))
    {}
    ~LocalTransport() override { close_both(); }

    void connect(Handler handler) override { send({}, std::move(handler)); }
    void send(std::vector<std::string> messages, Handler handler) override
    {
        auto copy = messages;
        // After close() neither calls back, so that `this` is there.
        give(std::move(copy), [this, messages = std::move(messages), handler = std::move(handler)](error_code error) {
            if (error != boost::system::errc::wrong_protocol_type) return handler(error);
            std::swap(current_, other_);
            give(messages, handler);
        });
    }
    void close() override { close_both(); }
    void when_lost(Handler handler) override
    {
        current_->when_lost(handler);
        other_->when_lost(handler);
    }
    bool connected() const override { return current_->connected(); }
    std::string peer() const override { return current_->peer(); }
    std::string reason(error_code error) const override { return current_->reason(error); }
    bool refused() const override { return current_->refused(); }
    std::size_t window() const override { return current_->window(); }

  private:
    void give(std::vector<std::string> messages, Handler handler)
    {
        if (messages.empty()) return current_->connect(std::move(handler));
        current_->send(std::move(messages), std::move(handler));
    }
    void close_both()
    {
        current_->close();
        other_->close();
    }

    std::shared_ptr<SyslogTransport> current_;
    std::shared_ptr<SyslogTransport> other_;
};

}  // namespace

std::shared_ptr<SyslogTransport> make_local_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                      const SyslogTimes& times)
{
    return std::make_shared<LocalTransport>(io, SyslogPeer{{}, 0, config.path.string()}, times);
}

}  // namespace breakwatch
