// What the transports have in common: one request at a time, its deadline, the look-up of a name,
// and callbacks that do nothing once their request is over.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "alerts/transports/syslog_transport.hpp"

namespace breakwatch {

struct SyslogPeer {
    std::string host;
    std::uint16_t port = 0;
    std::string path;  // not empty: a local socket, the others are nothing

    bool is_local() const { return !path.empty(); }
};

class SyslogConnection : public SyslogTransport, public std::enable_shared_from_this<SyslogConnection> {
  public:
    void connect(Handler handler) final { begin({}, std::move(handler)); }
    void send(std::vector<std::string> messages, Handler handler) final
    {
        begin(std::move(messages), std::move(handler));
    }
    void close() override;
    void when_lost(Handler handler) final { when_lost_ = std::move(handler); }
    bool connected() const final { return open_; }
    std::string peer() const final;
    std::string reason(boost::system::error_code error) const override;
    bool refused() const override { return is_mute(); }

  protected:
    using Addresses = std::vector<boost::asio::ip::address>;

    SyslogConnection(boost::asio::io_context& io, SyslogPeer peer, const SyslogTimes& times);

    // A request begins: what is known of the one before is of no meaning any more.
    virtual void begun() {}
    // Of a connection that is open: whether the peer has not left meanwhile.
    virtual bool peer_is_there() = 0;
    // Connects to one of these (a local peer: none) and calls opened().
    virtual void open(const Addresses& addresses) = 0;
    // Hands messages() over and calls finish().
    virtual void write() = 0;
    virtual void close_socket() = 0;
    // Of a connection that is open and idle, and is now closed for good: a last word, which nobody waits for.
    virtual void leave() {}

    void opened(boost::system::error_code error);
    void finish(boost::system::error_code error);
    // The last request ended because the peer, which was there, took nothing.
    bool is_mute() const { return mute_; }
    std::uint64_t connection() const { return connection_; }
    // The connection broke, during a request or between two.
    void lost(boost::system::error_code error);

    // For callbacks of a request: runs `work` only while that request lasts.
    template <typename Work>
    auto in_request(Work work)
    {
        return [self = shared_from_this(), request = request_, work = std::move(work)](auto&&... results) {
            if (self->request_ == request) work(results...);
        };
    }
    // For callbacks of a connection, which outlasts its requests.
    template <typename Work>
    auto in_connection(Work work)
    {
        return [self = shared_from_this(), connection = connection_, work = std::move(work)](auto&&... results) {
            if (self->connection_ == connection) work(results...);
        };
    }
    void set_deadline(SyslogTimes::Milliseconds after, boost::system::error_code result);

    const SyslogPeer& where() const { return peer_; }
    const SyslogTimes& times() const { return times_; }
    const std::vector<std::string>& messages() const { return messages_; }

  private:
    void begin(std::vector<std::string> messages, Handler handler);
    void start();
    void look_up();
    void shut();

    SyslogPeer peer_;
    SyslogTimes times_;
    boost::asio::io_context& io_;
    boost::asio::ip::tcp::resolver resolver_;
    boost::asio::steady_timer deadline_;
    std::vector<std::string> messages_;  // empty: only to connect
    Handler handler_;                    // empty: no request
    Handler when_lost_;
    std::uint64_t request_ = 0;
    std::uint64_t connection_ = 0;
    bool open_ = false;
    bool writing_ = false;
    bool mute_ = false;
};

SyslogPeer peer_of(const SyslogConfig& config);
// By syslog_datagram.cpp.
std::shared_ptr<SyslogTransport> make_datagram_transport(boost::asio::io_context& io, SyslogPeer peer,
                                                         const SyslogTimes& times);

}  // namespace breakwatch
