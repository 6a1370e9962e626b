#include "feeds/radius/radius_listener.hpp"

#include <array>
#include <chrono>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ip/v6_only.hpp>

#include "base/clock.hpp"
#include "base/timer.hpp"

namespace breakwatch {

namespace {

using boost::asio::ip::udp;

constexpr std::size_t kDatagram = 8'192;         // RFC 2866 section 3: at most 4,096, then padding
constexpr int kAtOnce = 256;                     // datagrams, then the loop gets its turn
constexpr int kReceiveBuffer = 4 * 1024 * 1024;  // bytes: the morning's log-ins arrive together
constexpr std::chrono::seconds kBindAgain{10};

IpAddress address_of(const boost::asio::ip::address& address)
{
    if (address.is_v4()) return IpAddress::v4(address.to_v4().to_bytes());
    const auto v6 = address.to_v6();
    if (!v6.is_v4_mapped()) return IpAddress::v6(v6.to_bytes());
    return IpAddress::v4(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_bytes());
}

class UdpRadiusListener : public RadiusListener {
  public:
    UdpRadiusListener(boost::asio::io_context& io, RadiusListenerSettings settings, Handler handler)
        : settings_(std::move(settings)),
          handler_(std::move(handler)),
          accounting_(settings_.name, settings_.remembered_requests, handler_),
          socket_(io),
          again_(io)
    {}

    void start() override
    {
        accounting_.set_clients(settings_.clients, wall_clock());
        stopped_ = false;
        bind();
    }
    void stop() override
    {
        stopped_ = true;
        boost::system::error_code ignored;
        socket_.close(ignored);
        again_.stop();
    }
    void reload() override { accounting_.set_clients(settings_.clients, wall_clock()); }

    FeedStatus status() const override
    {
        auto status = accounting_.status();
        status.up = socket_.is_open();
        return status;
    }
    std::uint16_t port() const override
    {
        boost::system::error_code error;
        const auto local = socket_.local_endpoint(error);
        return error ? std::uint16_t{0} : local.port();
    }
    std::uint64_t refused(RadiusRefusal reason) const override { return accounting_.refused(reason); }
    std::uint64_t duplicates() const override { return accounting_.duplicates(); }

  private:
    void bind();
    boost::system::error_code open();
    void bind_later(const boost::system::error_code& error);
    void wait();
    void drain();

    RadiusListenerSettings settings_;
    Handler handler_;
    RadiusAccounting accounting_;
    udp::socket socket_;
    OnceTimer again_;
    std::array<std::uint8_t, kDatagram> buffer_{};
    bool stopped_ = true;
    bool told_down_ = false;
};

boost::system::error_code UdpRadiusListener::open()
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(settings_.listen, error);
    if (error) return error;
    const udp::endpoint local(address, settings_.port);
    socket_.open(local.protocol(), error);
    boost::system::error_code ignored;
    if (!error && address.is_v6()) socket_.set_option(boost::asio::ip::v6_only(false), ignored);
    if (!error) socket_.set_option(udp::socket::receive_buffer_size(kReceiveBuffer), ignored);
    if (!error) socket_.bind(local, error);
    if (!error) socket_.non_blocking(true, error);
    if (error) socket_.close(ignored);
    return error;
}

void UdpRadiusListener::bind()
{
    const auto error = open();
    if (error) return bind_later(error);
    if (std::exchange(told_down_, false)) {
        handler_(FeedState{settings_.name, true, "listening on port " + std::to_string(port()), wall_clock()});
    }
    wait();
}

void UdpRadiusListener::bind_later(const boost::system::error_code& error)
{
    if (!std::exchange(told_down_, true)) {
        handler_(FeedState{settings_.name, false,
                           settings_.listen + " port " + std::to_string(settings_.port) + ": " + error.message(),
                           wall_clock()});
    }
    again_.after(kBindAgain, [this] { bind(); });
}

void UdpRadiusListener::wait()
{
    socket_.async_wait(udp::socket::wait_read, [this](const boost::system::error_code& error) {
        if (stopped_ || error == boost::asio::error::operation_aborted) return;
        if (error) {
            boost::system::error_code ignored;
            socket_.close(ignored);
            return bind_later(error);
        }
        drain();
        wait();
    });
}

// An error here is of one datagram (an ICMP answer to a response of ours), never the end.
void UdpRadiusListener::drain()
{
    for (int i = 0; i < kAtOnce; ++i) {
        udp::endpoint sender;
        boost::system::error_code error;
        const auto size = socket_.receive_from(boost::asio::buffer(buffer_), sender, 0, error);
        if (error == boost::asio::error::would_block) return;
        if (error) continue;
        const auto response =
            accounting_.take(Bytes(buffer_).first(size), address_of(sender.address()), sender.port(), wall_clock());
        // A response that cannot be sent now is lost; the sender will ask again.
        if (response && settings_.answer) {
            socket_.send_to(boost::asio::buffer(*response), sender, 0, error);
        }
    }
}

}  // namespace

std::unique_ptr<RadiusListener> make_radius_listener(boost::asio::io_context& io, RadiusListenerSettings settings,
                                                     Feed::Handler handler)
{
    return std::make_unique<UdpRadiusListener>(io, std::move(settings), std::move(handler));
}

}  // namespace breakwatch
