#include "feeds/core/webhook_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <expected>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "feeds/core/as_tuple.hpp"
#include "feeds/core/connection_seats.hpp"
#include "feeds/core/gzip.hpp"
#include "feeds/core/spawn.hpp"
#include "feeds/core/tcp_listener.hpp"
#include "feeds/core/webhook_guard.hpp"
#include "net/tls_context.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::ip::tcp;

using Stream = beast::ssl_stream<beast::tcp_stream>;
using Request = http::request<http::string_body>;
using RequestParser = http::request_parser<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::uint32_t kLargestHeader = 8 * 1024;
constexpr std::size_t kMostSecrets = 4;
constexpr std::size_t kMostPacked = 4;  // a packed body may hold so many times what an open one may
constexpr std::size_t kLongestRequestId = 200;

std::string_view view(beast::string_view text)
{
    return {text.data(), text.size()};
}

std::expected<std::vector<std::string>, std::string> read_secrets(const std::string& file)
{
    std::ifstream in(file);
    if (!in) return std::unexpected(file + ": " + std::strerror(errno));
    std::vector<std::string> secrets;
    for (std::string line; secrets.size() < kMostSecrets && std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        if (!line.empty()) secrets.push_back(line);
    }
    for (const auto& secret : secrets) {
        if (secret.size() < 16) return std::unexpected(file + ": expected secrets of at least 16 characters");
    }
    if (secrets.empty()) return std::unexpected(file + ": expected a secret on a line");
    return secrets;
}

http::status status_of(WebhookServer::Answer::Kind kind)
{
    switch (kind) {
        case WebhookServer::Answer::Kind::taken: return http::status::ok;
        case WebhookServer::Answer::Kind::not_understood: return http::status::unprocessable_entity;
        case WebhookServer::Answer::Kind::not_now: break;
    }
    return http::status::service_unavailable;
}

// The other end went, as it may.
bool is_an_end(const boost::system::error_code& error)
{
    return error == http::error::end_of_stream || error == asio::ssl::error::stream_truncated ||
           error == beast::error::timeout || error == asio::error::eof || error == asio::error::connection_reset;
}

// A connection, the certificate it began with (a reload may replace it meanwhile), and its seat.
struct Guest {
    Guest(tcp::socket socket, std::shared_ptr<asio::ssl::context> with)
        : tls(std::move(with)), stream(std::move(socket), *tls)
    {}

    std::shared_ptr<asio::ssl::context> tls;
    Stream stream;
    std::shared_ptr<ConnectionSeat> seat;
};

// A signature counts as used while its request is worked on, and from then on only if the request was kept.
class SignatureInUse {
  public:
    SignatureInUse(WebhookGuard& guard, std::string signature, WebhookServer::Alive alive)
        : guard_(guard), signature_(std::move(signature)), alive_(std::move(alive))
    {}
    ~SignatureInUse()
    {
        if (*alive_ && !kept_) guard_.release(signature_);
    }
    SignatureInUse(const SignatureInUse&) = delete;
    SignatureInUse& operator=(const SignatureInUse&) = delete;

    void kept() { kept_ = true; }

  private:
    WebhookGuard& guard_;
    std::string signature_;
    WebhookServer::Alive alive_;
    bool kept_ = false;
};

}  // namespace

class WebhookServer::Impl {
  public:
    Impl(asio::io_context& io, WebhookServerSettings settings, Handlers handlers)
        : io_(io),
          settings_(std::move(settings)),
          handlers_(std::move(handlers)),
          seats_(settings_.most_connections, settings_.most_connections),
          listener_(io, settings_.listen, settings_.port,
                    {.admit = [this](tcp::socket socket, const IpAddress& peer) { admit(std::move(socket), peer); },
                     .down = [this](const std::string& why) { handlers_.down(why); },
                     .up = [this] { handlers_.up(); },
                     .lost = [this](const std::string& why) { handlers_.refuse(why); }})
    {}

    void open()
    {
        if (const auto wrong = load(); !wrong.empty()) return handlers_.down(listener_.where() + ": " + wrong);
        listener_.open();
    }
    void close()
    {
        *alive_ = false;
        listener_.close();
        seats_.close_all();
    }
    void reload()
    {
        if (const auto wrong = load(); !wrong.empty()) handlers_.refuse(wrong);
    }
    const TcpListener& listener() const { return listener_; }

  private:
    // Empty, or why not.
    std::string load()
    {
        auto secrets = read_secrets(settings_.secret_file);
        if (!secrets) return secrets.error();
        auto tls = tls_server_context(settings_.certificate_file, settings_.key_file);
        if (!tls) return tls.error();
        tls_ = std::move(*tls);
        guard_.use(std::move(*secrets));
        return {};
    }

    void admit(tcp::socket socket, const IpAddress& peer)
    {
        auto guest = std::make_shared<Guest>(std::move(socket), tls_);
        auto taken = seats_.take(peer, [weak = std::weak_ptr(guest)] {
            if (const auto self = weak.lock()) beast::get_lowest_layer(self->stream).close();
        });
        if (taken.displaced || !taken.seat) {
            handlers_.refuse(
                "more than " + std::to_string(settings_.most_connections) + " connections; " +
                (taken.seat ? "the one idle for longest was closed" : "all of them busy, the new one was closed"));
        }
        if (!taken.seat) return;
        guest->seat = std::move(taken.seat);
        const Alive alive = alive_;
        spawn_once(io_, {.run = [this, alive, guest] { return talk(alive, *guest); },
                         .failed =
                             [this, alive](const std::string& why) {
                                 if (*alive) handlers_.refuse("a connection was closed: " + why);
                             }});
    }

    static bool is_over(const Alive& alive, const Guest& guest) { return !*alive || guest.seat->displaced; }

    // A request that has begun must not take long; waiting for the next one may.
    awaitable<boost::system::error_code> read(const Alive& alive, Guest& guest, beast::flat_buffer& buffer,
                                              RequestParser& parser, std::chrono::seconds wait)
    {
        auto& lower = beast::get_lowest_layer(guest.stream);
        const auto step = settings_.step;
        parser.body_limit(settings_.largest_body);
        parser.header_limit(kLargestHeader);
        lower.expires_after(wait);
        const auto [unread, header] = co_await http::async_read_header(guest.stream, buffer, parser, kTuple);
        if (unread || is_over(alive, guest)) co_return unread;
        lower.expires_after(step);
        const auto [broken, body] = co_await http::async_read(guest.stream, buffer, parser, kTuple);
        co_return broken;
    }

    awaitable<void> talk(Alive alive, Guest& guest)
    {
        auto& stream = guest.stream;
        auto& lower = beast::get_lowest_layer(stream);
        lower.expires_after(settings_.step);
        const auto [refused] = co_await stream.async_handshake(asio::ssl::stream_base::server, kTuple);
        if (is_over(alive, guest)) co_return;
        if (refused) {
            handlers_.refuse("TLS handshake failed: " + refused.message());
            co_return;
        }
        beast::flat_buffer buffer;
        bool more = true;
        for (auto wait = settings_.step; more; wait = settings_.idle) {
            RequestParser parser;
            const auto error = co_await read(alive, guest, buffer, parser, wait);
            if (is_over(alive, guest)) co_return;
            Response response;
            if (!error) {
                const auto request = parser.release();
                more = request.keep_alive();
                guest.seat->busy = true;
                response = co_await handle(alive, request);
                if (!*alive) co_return;
                if (response.result() == http::status::ok) guest.seat->used();
                guest.seat->busy = false;
            } else if (auto too_large = answer_to_too_much(error)) {
                response = std::move(*too_large);
                more = false;
            } else {
                if (!is_an_end(error)) handlers_.refuse("a request that is no HTTP: " + error.message());
                break;
            }
            response.keep_alive(more);
            response.prepare_payload();
            lower.expires_after(settings_.step);
            const auto [unsent, sent] = co_await http::async_write(stream, response, kTuple);
            if (!*alive || unsent) co_return;
        }
        lower.expires_after(settings_.step);
        (void)co_await stream.async_shutdown(kTuple);
    }

    // None: it is something else that was wrong.
    std::optional<Response> answer_to_too_much(const boost::system::error_code& error)
    {
        if (error == http::error::body_limit) {
            return answer(http::status::payload_too_large,
                          "a body of more than " + std::to_string(settings_.largest_body) + " octets");
        }
        if (error == http::error::header_limit)
            return answer(http::status::request_header_fields_too_large, "a header of more than 8 KiB");
        return std::nullopt;
    }

    // The answer; what is not taken is told as well.
    Response answer(http::status status, const std::string& text)
    {
        if (status != http::status::ok) handlers_.refuse(text);
        Response response(status, 11);
        response.set(http::field::content_type, "text/plain; charset=utf-8");
        response.body() = text + "\n";
        return response;
    }

    awaitable<Response> handle(Alive alive, const Request& request)
    {
        if (request.method() != http::verb::post) co_return answer(http::status::method_not_allowed, "expected POST");
        const auto now = wall_clock();
        if (request.count("X-Amz-Firehose-Request-Id") > 0) co_return co_await handle_firehose(alive, request, now);
        const std::string signature(view(request["X-Breakwatch-Signature"]));
        const auto verdict = guard_.check(view(request["X-Breakwatch-Timestamp"]), signature, request.body(), now);
        switch (verdict) {
            case WebhookGuard::Verdict::good: break;
            case WebhookGuard::Verdict::repeated: co_return answer(http::status::conflict, std::string(name(verdict)));
            case WebhookGuard::Verdict::full:
                co_return answer(http::status::service_unavailable, std::string(name(verdict)));
            default: co_return answer(http::status::unauthorized, std::string(name(verdict)));
        }
        co_return co_await take_over(alive, request, signature, now);
    }

    // Amazon Data Firehose, HTTP endpoint delivery: it cannot sign, shows one of the secrets as its access key,
    // and wants its request's id back. What it sends again is known by the ids of its records.
    awaitable<Response> handle_firehose(Alive alive, const Request& request, Timestamp now)
    {
        Response response;
        if (guard_.is_secret(view(request["X-Amz-Firehose-Access-Key"]))) {
            response = co_await take_over(alive, request, {}, now);
            if (!*alive) co_return response;
        } else {
            response = answer(http::status::unauthorized, "Firehose: the access key is none of our secrets");
        }
        boost::json::object told{
            {"requestId", request["X-Amz-Firehose-Request-Id"].substr(0, kLongestRequestId)},
            {"timestamp", std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count()}};
        if (response.result() != http::status::ok) told["errorMessage"] = response.body();
        response.set(http::field::content_type, "application/json");
        response.body() = boost::json::serialize(told);
        co_return response;
    }

    // None: it says it is packed, and is not, or is too large.
    std::optional<std::string> plain_body(const Request& request) const
    {
        if (view(request[http::field::content_encoding]) != "gzip") return request.body();
        return unzip(request.body(), kMostPacked * settings_.largest_body);
    }

    awaitable<Response> take_over(Alive alive, const Request& request, const std::string& signature, Timestamp now)
    {
        SignatureInUse use(guard_, signature, alive);
        auto body = plain_body(request);
        if (!body) co_return answer(http::status::unprocessable_entity, "the body is no gzip, or too large");
        const auto taken = co_await handlers_.take(alive, std::move(*body), now);
        if (!*alive) co_return Response{};
        if (taken.kind == Answer::Kind::taken) use.kept();
        co_return answer(status_of(taken.kind), taken.text);
    }

    asio::io_context& io_;
    WebhookServerSettings settings_;
    Handlers handlers_;
    ConnectionSeats seats_;
    TcpListener listener_;
    std::shared_ptr<asio::ssl::context> tls_;
    WebhookGuard guard_{{}};
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

WebhookServer::WebhookServer(asio::io_context& io, WebhookServerSettings settings, Handlers handlers)
    : impl_(std::make_unique<Impl>(io, std::move(settings), std::move(handlers)))
{}

WebhookServer::~WebhookServer()
{
    impl_->close();
}

void WebhookServer::open()
{
    impl_->open();
}

bool WebhookServer::is_open() const
{
    return impl_->listener().is_open();
}

void WebhookServer::close()
{
    impl_->close();
}

void WebhookServer::reload()
{
    impl_->reload();
}

const std::string& WebhookServer::where() const
{
    return impl_->listener().where();
}

std::uint16_t WebhookServer::port() const
{
    return impl_->listener().port();
}

}  // namespace breakwatch
