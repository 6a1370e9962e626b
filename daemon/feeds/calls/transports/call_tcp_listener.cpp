#include "feeds/calls/transports/call_tcp_listener.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/core/as_tuple.hpp"
#include "feeds/core/connection_seats.hpp"
#include "feeds/core/record_framer.hpp"
#include "feeds/core/spawn.hpp"
#include "feeds/core/tcp_listener.hpp"
#include "policy/identity/subnet.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadSize = 16UL * 1024;
constexpr std::chrono::milliseconds kListenerCheck{1'000};
constexpr std::chrono::seconds kSecond{1};

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
    Caller(tcp::socket&& from, std::size_t length)
        : socket(std::move(from)), deadline(socket.get_executor()), records(length, kLongestCallRecord)
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
    std::shared_ptr<ConnectionSeat> seat;
    RecordFramer records;
    std::array<char, kReadSize> buffer{};
    bool late = false;
};

class CallTcpListener final : public Feed {
  public:
    CallTcpListener(asio::io_context& io, CallTcpSettings settings, CallFormat format, EnrolmentInForce enrolment,
                    Handler handler)
        : io_(io),
          settings_(std::move(settings)),
          peers_(subnets_of(settings_.peers)),
          format_(std::move(format)),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          seats_(settings_.most_connections, settings_.most_of_a_peer),
          listener_(io, settings_.listen, settings_.port,
                    {.admit = [this](tcp::socket socket, const IpAddress& peer) { admit(std::move(socket), peer); },
                     .down = [this](const std::string& why) { calls_.tell_down(why, wall_clock()); },
                     .up = [this] { calls_.tell_up(wall_clock()); },
                     .lost = [this](const std::string& why) { refuse(why); }}),
          check_(io, kListenerCheck, [this] {
              if (!listener_.is_open()) listener_.open();
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
        listener_.close();
        seats_.close_all();
    }
    FeedStatus status() const override { return calls_.status(); }

  private:
    using Alive = std::shared_ptr<bool>;

    void refuse(const std::string& what) { calls_.refuse(listener_.where(), what, wall_clock()); }

    void admit(tcp::socket socket, const IpAddress& peer)
    {
        if (std::ranges::none_of(peers_, [&](const Subnet& each) { return each.contains(peer); })) {
            return refuse("a connection from an address that is not among `peers`");
        }
        boost::system::error_code ignored;
        socket.set_option(asio::socket_base::keep_alive(true), ignored);
        auto caller = std::make_shared<Caller>(std::move(socket), settings_.record_length);
        // A telephone system that lost its power left connections behind which nobody ends: they give way to its new
        // one.
        auto taken = seats_.take(peer, [weak = std::weak_ptr(caller)] {
            if (const auto self = weak.lock()) self->close();
        });
        if (taken.displaced || !taken.seat) {
            refuse("more than " + std::to_string(settings_.most_of_a_peer) + " connections of one peer, or " +
                   std::to_string(settings_.most_connections) + " of all; the one idle for longest was closed");
        }
        if (!taken.seat) return;
        caller->seat = std::move(taken.seat);
        spawn_once(io_, {.run = [this, alive = alive_, caller] { return serve(alive, caller); },
                         .failed =
                             [this, alive = alive_](const std::string& why) {
                                 if (*alive) refuse("a connection was closed: " + why);
                             }});
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
            if (caller->seat->displaced) co_return;
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
            if (too_long) return refuse("longer than 64 KiB; expected one record on a line");
            calls_.read(format_, record, listener_.where(), now);
            caller.seat->used();
        });
    }

    void leave(const Caller& caller)
    {
        if (!caller.records.pending()) return;
        refuse(caller.late ? "a record begun and not ended in time; the connection was closed"
                           : "half a record before the peer left");
    }

    asio::io_context& io_;
    CallTcpSettings settings_;
    std::vector<Subnet> peers_;
    CallFormat format_;
    CallIntake calls_;
    ConnectionSeats seats_;
    TcpListener listener_;
    PeriodicTimer check_;
    Alive alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<Feed> make_call_tcp_listener(asio::io_context& io, CallTcpSettings settings, CallFormat format,
                                             EnrolmentInForce enrolment, Feed::Handler handler)
{
    return std::make_unique<CallTcpListener>(io, std::move(settings), std::move(format), std::move(enrolment),
                                             std::move(handler));
}

}  // namespace breakwatch
