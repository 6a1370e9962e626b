#include "app/metrics_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <utility>

#include "base/timer.hpp"
#include "feeds/core/as_tuple.hpp"
#include "feeds/core/connection_seats.hpp"
#include "feeds/core/spawn.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

using Response = http::response<http::string_body>;

constexpr std::uint32_t kLargestHead = 4 * 1024;
constexpr std::chrono::seconds kOpenAgain{1};

struct Scraper {
    explicit Scraper(tcp::socket socket) : stream(std::move(socket)) {}

    beast::tcp_stream stream;
    std::shared_ptr<ConnectionSeat> seat;
};

}  // namespace

class MetricsServer::Impl {
  public:
    Impl(asio::io_context& io, MetricsServerSettings settings, Handlers handlers)
        : io_(io),
          settings_(std::move(settings)),
          handlers_(std::move(handlers)),
          seats_(settings_.most_connections, settings_.most_connections),
          listener_(io, settings_.listen, settings_.port,
                    {.admit = [this](tcp::socket socket, const IpAddress& peer) { admit(std::move(socket), peer); },
                     .down = [this](const std::string& why) { tell(why); },
                     .up = [this] { tell(""); },
                     .lost = [](const std::string&) {}}),
          again_(io, kOpenAgain, [this] {
              if (!listener_.is_open()) listener_.open();
          })
    {}

    void start() { again_.start(); }
    void close()
    {
        again_.stop();
        listener_.close();
        seats_.close_all();
    }
    void renew() { page_.reset(); }
    std::uint16_t port() const { return listener_.port(); }

  private:
    void tell(const std::string& why)
    {
        if (told_ != why) handlers_.state(why);
        told_ = why;
    }

    const std::string& page()
    {
        if (!page_) page_ = handlers_.page();
        return *page_;
    }

    // Whoever asks without a pause would have the main thread for itself.
    bool too_often()
    {
        const auto now = std::chrono::steady_clock::now();
        if (now - second_ >= std::chrono::seconds{1}) {
            second_ = now;
            admitted_ = 0;
        }
        return ++admitted_ > settings_.most_in_a_second;
    }

    void admit(tcp::socket socket, const IpAddress& peer)
    {
        if (too_often()) return;  // the socket closes
        auto scraper = std::make_shared<Scraper>(std::move(socket));
        auto taken = seats_.take(peer, [weak = std::weak_ptr(scraper)] {
            if (const auto self = weak.lock()) self->stream.close();
        });
        if (!taken.seat) return;
        scraper->seat = std::move(taken.seat);
        spawn_once(io_, {.run = [this, alive = std::weak_ptr(alive_), scraper] { return talk(*this, alive, *scraper); },
                         .failed = [](const std::string&) {}});
    }

    static asio::awaitable<void> talk(Impl& self, std::weak_ptr<const bool> alive, Scraper& scraper)
    {
        if (alive.expired()) co_return;
        auto& stream = scraper.stream;
        stream.expires_after(self.settings_.step);
        beast::flat_buffer buffer;
        http::request_parser<http::empty_body> parser;
        parser.header_limit(kLargestHead);
        const auto [broken, read] = co_await http::async_read_header(stream, buffer, parser, kTuple);
        if (broken || alive.expired() || scraper.seat->displaced) co_return;
        auto response = self.answer(parser.get());
        response.keep_alive(false);
        response.prepare_payload();
        (void)co_await http::async_write(stream, response, kTuple);
        beast::error_code ignored;
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    Response answer(const http::request<http::empty_body>& request)
    {
        const auto plain = [&](http::status status, const char* text) {
            Response response(status, request.version());
            response.set(http::field::content_type, "text/plain; charset=utf-8");
            response.body() = text;
            return response;
        };
        if (request.method() != http::verb::get) {
            auto response = plain(http::status::method_not_allowed, "GET alone is answered\n");
            response.set(http::field::allow, "GET");
            return response;
        }
        if (request.target() != "/metrics") return plain(http::status::not_found, "/metrics alone is here\n");
        auto response = plain(http::status::ok, "");
        response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
        response.body() = page();
        return response;
    }

    asio::io_context& io_;
    MetricsServerSettings settings_;
    Handlers handlers_;
    std::optional<std::string> page_;
    std::chrono::steady_clock::time_point second_;
    std::size_t admitted_ = 0;  // since then
    std::string told_ = "not yet";
    ConnectionSeats seats_;
    TcpListener listener_;
    PeriodicTimer again_;
    std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

MetricsServer::MetricsServer(asio::io_context& io, MetricsServerSettings settings, Handlers handlers)
    : impl_(std::make_unique<Impl>(io, std::move(settings), std::move(handlers)))
{}

MetricsServer::~MetricsServer()
{
    close();
}

void MetricsServer::start()
{
    impl_->start();
}

void MetricsServer::close()
{
    impl_->close();
}

void MetricsServer::renew()
{
    impl_->renew();
}

std::uint16_t MetricsServer::port() const
{
    return impl_->port();
}

}  // namespace breakwatch
