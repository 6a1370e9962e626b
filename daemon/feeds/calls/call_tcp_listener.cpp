#include "feeds/calls/call_tcp_listener.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <utility>

#include "feeds/core/poll_timer.hpp"
#include "feeds/core/record_framer.hpp"
#include "policy/identity/subnet.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadSize = 16UL * 1024;
constexpr std::chrono::milliseconds kCheck{1'000};
constexpr std::chrono::seconds kSecond{1};

Timestamp wall_clock() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

IpAddress address_of(const asio::ip::address& address)
{
    if (address.is_v4()) return IpAddress::v4(address.to_v4().to_bytes());
    const auto v6 = address.to_v6();
    if (!v6.is_v4_mapped()) return IpAddress::v6(v6.to_bytes());
    return IpAddress::v4(asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_bytes());
}

std::vector<Subnet> subnets_of(const std::vector<std::string>& peers)
{
    std::vector<Subnet> all;
    for (const auto& peer : peers) {
        const auto one = peer.contains('/') ? peer : peer + (peer.contains(':') ? "/128" : "/32");
        if (const auto subnet = parse_subnet(one)) all.push_back(*subnet);
    }
    return all;
}

// A connection and its deadline, which closes the socket: a read that never ends costs nothing but the wait.
struct Caller : std::enable_shared_from_this<Caller> {
    Caller(tcp::socket&& from, IpAddress who, std::size_t length)
        : socket(std::move(from)), deadline(socket.get_executor()), peer(who), records(length, kLongestCallRecord)
    {}

    void expire_after(std::chrono::milliseconds limit)
    {
        deadline.expires_after(limit);
        deadline.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (error || !self || Clock::now() < self->deadline.expiry()) return;
            self->late = true;
            self->close();
        });
    }
    void close()
    {
        boost::system::error_code ignored;
        socket.close(ignored);
    }

    tcp::socket socket;
    asio::steady_timer deadline;
    IpAddress peer;
    RecordFramer records;
    std::array<char, kReadSize> buffer{};
    bool late = false;
};

class CallTcpListener final : public Feed {
  public:
    CallTcpListener(asio::io_context& io, CallTcpSettings settings, CallFormat format, EnrolmentInForce enrolment, Handler handler)
        : io_(io),
          settings_(std::move(settings)),
          peers_(subnets_of(settings_.peers)),
          where_((settings_.listen.contains(':') ? "[" + settings_.listen + "]" : settings_.listen) + ":" + std::to_string(settings_.port)),
          format_(std::move(format)),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          acceptor_(io),
          check_(io, kCheck, [this] {
              if (!acceptor_.is_open()) open();
              calls_.check_silence(wall_clock());
              return false;
          })
    {}
    ~CallTcpListener() override { CallTcpListener::stop(); }

    void start() override { check_.start(); }
    void stop() override
    {
        *alive_ = false;
        check_.stop();
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        for (const auto& weak : callers_) {
            if (const auto caller = weak.lock()) caller->close();
        }
        callers_.clear();
    }
    FeedStatus status() const override { return calls_.status(); }

  private:
    using Alive = std::shared_ptr<bool>;

    void open()
    {
        if (const auto wrong = listen(); !wrong.empty()) return calls_.tell_down(where_ + ": " + wrong, wall_clock());
        calls_.tell_up(wall_clock());
        asio::co_spawn(io_, accept(alive_), asio::detached);
    }

    std::string listen()
    {
        boost::system::error_code error;
        boost::system::error_code ignored;
        const tcp::endpoint endpoint(asio::ip::make_address(settings_.listen, error), settings_.port);
        if (!error) acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error && endpoint.address().is_v6()) acceptor_.set_option(asio::ip::v6_only(false), ignored);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (!error) return {};
        acceptor_.close(ignored);
        return error.message();
    }

    awaitable<void> accept(Alive alive)
    {
        while (*alive) {
            auto [error, socket] = co_await acceptor_.async_accept(kTuple);
            if (!*alive || error == asio::error::operation_aborted) co_return;
            if (error) {
                // Out of descriptors, usually: wait rather than spin.
                asio::steady_timer pause(io_, kCheck);
                (void)co_await pause.async_wait(kTuple);
                continue;
            }
            admit(std::move(socket));
        }
    }

    void admit(tcp::socket socket)
    {
        boost::system::error_code error;
        const auto endpoint = socket.remote_endpoint(error);
        if (error) return;
        const auto peer = address_of(endpoint.address());
        if (std::ranges::none_of(peers_, [&](const Subnet& each) { return each.contains(peer); })) {
            return calls_.refuse(where_, "a connection from an address that is not among `peers`", wall_clock());
        }
        std::erase_if(callers_, [](const auto& weak) { return weak.expired(); });
        const auto of_peer = std::ranges::count_if(callers_, [&](const auto& weak) {
            const auto caller = weak.lock();
            return caller && caller->peer == peer;
        });
        if (callers_.size() >= settings_.most_connections || static_cast<std::size_t>(of_peer) >= settings_.most_of_a_peer) {
            return calls_.refuse(where_, "more than " + std::to_string(settings_.most_of_a_peer) + " connections of one peer, or " +
                                             std::to_string(settings_.most_connections) + " of all; one was closed", wall_clock());
        }
        socket.set_option(asio::socket_base::keep_alive(true), error);
        auto caller = std::make_shared<Caller>(std::move(socket), peer, settings_.record_length);
        callers_.push_back(caller);
        asio::co_spawn(io_, serve(alive_, std::move(caller)), asio::detached);
    }

    awaitable<void> serve(Alive alive, std::shared_ptr<Caller> caller)
    {
        auto second = Clock::now();
        std::size_t in_second = 0;
        bool was_pending = false;
        caller->expire_after(settings_.idle);
        while (*alive) {
            const auto [error, size] = co_await caller->socket.async_read_some(asio::buffer(caller->buffer), kTuple);
            if (!*alive) co_return;
            if (error) {
                leave(*caller);
                co_return;
            }
            read(*caller, std::string_view(caller->buffer.data(), size));
            // From its first octet on a record has so long; octets in drips give it no more.
            const bool pending = caller->records.pending();
            if (!pending || !was_pending) caller->expire_after(pending ? settings_.begun : settings_.idle);
            was_pending = pending;

            in_second += size;
            if (Clock::now() - second >= kSecond) {
                second = Clock::now();
                in_second = size;
            }
            if (in_second <= settings_.most_octets_a_second) continue;
            asio::steady_timer pause(io_, second + kSecond);
            (void)co_await pause.async_wait(kTuple);
            if (!*alive) co_return;
        }
    }

    void read(Caller& caller, std::string_view bytes)
    {
        const auto now = wall_clock();
        caller.records.feed(bytes, [&](std::string_view record, bool too_long) {
            if (too_long) return calls_.refuse(where_, "longer than 64 KiB; expected one record on a line", now);
            calls_.read(format_, record, where_, now);
        });
    }

    void leave(const Caller& caller)
    {
        if (!caller.records.pending()) return;
        calls_.refuse(where_, caller.late ? "a record begun and not ended in time; the connection was closed" : "half a record before the peer left", wall_clock());
    }

    asio::io_context& io_;
    CallTcpSettings settings_;
    std::vector<Subnet> peers_;
    std::string where_;
    CallFormat format_;
    CallIntake calls_;
    tcp::acceptor acceptor_;
    std::vector<std::weak_ptr<Caller>> callers_;
    PollTimer check_;
    Alive alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<Feed> make_call_tcp_listener(asio::io_context& io, CallTcpSettings settings, CallFormat format, EnrolmentInForce enrolment,
                                             Feed::Handler handler)
{
    return std::make_unique<CallTcpListener>(io, std::move(settings), std::move(format), std::move(enrolment), std::move(handler));
}

}  // namespace breakwatch
