#include "alerts/transports/syslog_connection.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cctype>

namespace breakwatch {

using boost::system::error_code;

SyslogConnection::SyslogConnection(boost::asio::io_context& io, SyslogPeer peer, const SyslogTimes& times)
    : peer_(std::move(peer)), times_(times), io_(io), resolver_(io), deadline_(io)
{}

std::string SyslogConnection::peer() const
{
    if (peer_.is_local()) return peer_.path;
    const bool v6 = peer_.host.find(':') != std::string::npos;
    return (v6 ? '[' + peer_.host + ']' : peer_.host) + ':' + std::to_string(peer_.port);
}

std::string SyslogConnection::reason(error_code error) const
{
    if (mute_) return "takes connections and nothing that is sent: not within " + to_words(times_.write);
    if (error == boost::asio::error::eof) return "closed by the peer";
    if (error == boost::asio::error::timed_out) return "no answer in time";
    auto text = error.message();
    if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

void SyslogConnection::begin(std::vector<std::string> messages, Handler handler)
{
    messages_ = std::move(messages);
    handler_ = std::move(handler);
    mute_ = false;
    ++request_;
    begun();
    boost::asio::post(io_, in_request([this] { start(); }));
}

void SyslogConnection::start()
{
    if (open_ && !peer_is_there()) shut();
    if (open_) return opened({});
    set_deadline(times_.connect, boost::asio::error::timed_out);
    peer_.is_local() ? open({}) : look_up();
}

void SyslogConnection::look_up()
{
    error_code no_address;
    const auto address = boost::asio::ip::make_address(peer_.host, no_address);
    if (!no_address) return open({address});
    using Results = boost::asio::ip::tcp::resolver::results_type;
    // Not only address families this machine has: "localhost" is looked up on loopback alone, too.
    resolver_.async_resolve(peer_.host, "", boost::asio::ip::resolver_base::flags{},
                            in_request([this](error_code error, const Results& results) {
                                if (error) return finish(error);
                                Addresses addresses;
                                for (const auto& result : results) addresses.push_back(result.endpoint().address());
                                open(addresses);
                            }));
}

void SyslogConnection::opened(error_code error)
{
    if (error) return finish(error);
    open_ = true;
    if (messages_.empty()) return finish({});
    writing_ = true;
    set_deadline(times_.write, boost::asio::error::timed_out);
    write();
}

void SyslogConnection::finish(error_code error)
{
    ++request_;
    deadline_.cancel();
    mute_ = std::exchange(writing_, false) && error == boost::asio::error::timed_out;
    if (error) shut();
    const auto handler = std::exchange(handler_, nullptr);
    if (handler) handler(error);
}

void SyslogConnection::lost(error_code error)
{
    if (handler_) return finish(error);
    shut();
    if (const auto handler = when_lost_) handler(error);
}

void SyslogConnection::close()
{
    if (open_ && !handler_) leave();
    ++request_;
    handler_ = nullptr;
    when_lost_ = nullptr;
    writing_ = false;
    deadline_.cancel();
    shut();
}

void SyslogConnection::shut()
{
    ++connection_;
    open_ = false;
    resolver_.cancel();
    close_socket();
}

void SyslogConnection::set_deadline(SyslogTimes::Milliseconds after, error_code result)
{
    deadline_.expires_after(after);
    deadline_.async_wait(in_request([this, result](error_code cancelled) {
        if (!cancelled) finish(result);
    }));
}

SyslogPeer peer_of(const SyslogConfig& config)
{
    const auto usual = alert_transport(config.transport).port;
    return {config.host, config.port != 0 ? config.port : usual, {}};
}

}  // namespace breakwatch
