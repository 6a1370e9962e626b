#include "cli/page_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "feeds/core/as_tuple.hpp"
#include "feeds/core/connection_seats.hpp"
#include "feeds/core/spawn.hpp"
#include "feeds/core/tcp_listener.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

using PageResponse = http::response<http::string_body>;

// Of the loop's work, in one poll: one request is some ten of them.
constexpr int kMostWork = 100;

std::string with_port(const std::string& address, std::uint16_t port)
{
    return (address.contains(':') ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

// One connection, one request, one answer.
struct Visitor {
    explicit Visitor(tcp::socket socket) : stream(std::move(socket)) {}

    beast::tcp_stream stream;
    std::shared_ptr<ConnectionSeat> seat;
};

PageResponse response_of(const PageReply& reply)
{
    PageResponse response(static_cast<http::status>(reply.status), 11);
    response.set(http::field::cache_control, "no-store");
    response.set("Referrer-Policy", "no-referrer");
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Content-Security-Policy",
                 "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'" +
                     (reply.style_nonce.empty() ? "" : "; style-src 'nonce-" + reply.style_nonce + "'"));
    if (!reply.location.empty()) response.set(http::field::location, reply.location);
    if (reply.status == 405) response.set(http::field::allow, "GET, HEAD, POST");
    response.set(http::field::content_type, "text/html; charset=utf-8");
    response.body() = reply.body;
    response.keep_alive(false);
    response.prepare_payload();
    return response;
}

unsigned status_of_error(const boost::system::error_code& error)
{
    if (error == http::error::body_limit) return 413;
    if (error == http::error::header_limit) return 431;
    return 400;
}

std::string_view text_of(beast::string_view text)
{
    return {text.data(), text.size()};
}

}  // namespace

std::expected<PageAddress, std::string> parse_page_address(const std::string& text)
{
    const auto wrong = std::unexpected("--listen: found '" + text +
                                       "'; expected one address of this machine and a port, such as 10.0.0.5:8080 or "
                                       "[fd00::5]:8080");
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return wrong;
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = parse_ip(host);
    // All addresses at once would be open to networks that nobody thought of.
    if (!address || *address == parse_ip("0.0.0.0") || *address == parse_ip("::")) return wrong;
    if (bracketed != (address->family == IpAddress::Family::v6)) return wrong;
    std::uint16_t port = 0;
    const auto* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data() + colon + 1, last, port);
    if (error != std::errc() || end != last) return wrong;
    return PageAddress{*address, port};
}

class PageServer::Impl {
  public:
    Impl(const PageAddress& address, Answer answer, std::chrono::milliseconds step)
        : address_(to_string(address.address)),
          answer_(std::move(answer)),
          step_(step),
          listener_(io_, address_, address.port,
                    {.admit = [this](tcp::socket socket, const IpAddress& peer) { admit(std::move(socket), peer); },
                     .down = [this](const std::string& why) { wrong_ = why; },
                     .up = [] {},
                     .lost = [](const std::string&) {}})
    {
        listener_.open();
    }
    ~Impl()
    {
        closed_ = true;
        listener_.close();
        seats_.close_all();
        // What was cut off ends here, while what it refers to is still there.
        work(std::chrono::milliseconds{0});
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    const std::string& wrong() const { return wrong_; }
    std::string where() const { return with_port(address_, listener_.port()); }

    void work(std::chrono::milliseconds time) noexcept
    {
        try {
            io_.restart();
            if (time > std::chrono::milliseconds{0} && io_.run_one_for(time) == 0) return;
            for (int i = 0; i < kMostWork && io_.poll_one() > 0; ++i) continue;
        } catch (...) {
            return;  // no memory, most likely: the next poll tries again
        }
    }

  private:
    void admit(tcp::socket socket, const IpAddress& peer)
    {
        auto visitor = std::make_shared<Visitor>(std::move(socket));
        auto taken = seats_.take(peer, [weak = std::weak_ptr(visitor)] {
            if (const auto self = weak.lock()) self->stream.close();
        });
        if (!taken.seat) return;
        visitor->seat = std::move(taken.seat);
        spawn_once(io_, {.run = [this, visitor] { return serve(*visitor); }, .failed = [](const std::string&) {}});
    }

    asio::awaitable<void> serve(Visitor& visitor)
    {
        beast::flat_buffer buffer(kLargestHeader + kLargestBody);
        http::request_parser<http::string_body> parser;
        parser.header_limit(kLargestHeader);
        parser.body_limit(kLargestBody);
        // One deadline for all of a request: a trickle of octets gains nothing.
        visitor.stream.expires_after(step_);
        const auto [unread, octets] = co_await http::async_read(visitor.stream, buffer, parser, kTuple);
        if (closed_ || visitor.seat->displaced) co_return;
        PageReply reply;
        if (!unread) {
            const auto& request = parser.get();
            const auto method = request.method_string();
            reply = answer_({text_of(method), text_of(request.target()), request.body()});
            if (text_of(method) == "HEAD") reply.body.clear();
        } else if (unread.category() == http::make_error_code(http::error::bad_value).category() &&
                   unread != http::error::end_of_stream && unread != http::error::partial_message) {
            reply.status = status_of_error(unread);
        } else {
            co_return;
        }
        visitor.stream.expires_after(step_);
        const auto response = response_of(reply);
        const auto [unsent, sent] = co_await http::async_write(visitor.stream, response, kTuple);
        if (unsent) co_return;
        boost::system::error_code ignored;
        visitor.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    asio::io_context io_;
    std::string address_;
    Answer answer_;
    std::chrono::milliseconds step_;
    std::string wrong_;
    bool closed_ = false;  // nobody is asked for an answer any more
    ConnectionSeats seats_{kMostConnections, kMostOfAPeer};
    TcpListener listener_;
};

std::expected<std::unique_ptr<PageServer>, std::string> PageServer::open(const PageAddress& address, Answer answer,
                                                                         std::chrono::milliseconds step)
{
    auto impl = std::make_unique<Impl>(address, std::move(answer), step);
    if (!impl->wrong().empty()) return std::unexpected("--listen: " + impl->wrong());
    return std::unique_ptr<PageServer>(new PageServer(std::move(impl)));
}

PageServer::PageServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

PageServer::~PageServer() = default;

void PageServer::poll() noexcept
{
    impl_->work(std::chrono::milliseconds{0});
}

void PageServer::poll_for(std::chrono::milliseconds time) noexcept
{
    impl_->work(time);
}

std::string PageServer::where() const
{
    return impl_->where();
}

}  // namespace breakwatch
