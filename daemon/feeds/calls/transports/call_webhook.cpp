#include "feeds/calls/transports/call_webhook.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/calls/core/call_journal.hpp"
#include "feeds/calls/core/call_records.hpp"
#include "feeds/calls/transports/webhook_guard.hpp"
#include "feeds/core/as_tuple.hpp"
#include "feeds/core/connection_seats.hpp"
#include "feeds/core/gzip.hpp"
#include "feeds/core/spawn.hpp"
#include "feeds/core/tcp_listener.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::awaitable;
using asio::ip::tcp;

using Stream = beast::ssl_stream<beast::tcp_stream>;
using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

constexpr std::uint32_t kLargestHeader = 8 * 1024;
constexpr std::size_t kMostSecrets = 4;
constexpr std::chrono::milliseconds kWebhookCheck{1'000};
constexpr std::size_t kMostPacked = 4;  // a packed body may hold so many times what an open one may

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
    SignatureInUse(WebhookGuard& guard, std::string signature, std::shared_ptr<bool> alive)
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
    std::shared_ptr<bool> alive_;
    bool kept_ = false;
};

class CallWebhook final : public Feed {
  public:
    CallWebhook(asio::io_context& io, CallWebhookSettings settings, CallFormat format, EnrolmentInForce enrolment,
                Handler handler)
        : io_(io),
          settings_(std::move(settings)),
          format_(std::move(format)),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          seats_(settings_.most_connections, settings_.most_connections),
          listener_(io, settings_.listen, settings_.port,
                    {.admit = [this](tcp::socket socket, const IpAddress& peer) { admit(std::move(socket), peer); },
                     .down = [this](const std::string& why) { calls_.tell_down(why, wall_clock()); },
                     .up = [this] { calls_.tell_up(wall_clock()); },
                     .lost = [this](const std::string& why) { refuse(why); }}),
          journal_(settings_.journal),
          disk_(1),
          check_(io, kWebhookCheck, [this] {
              if (!listener_.is_open()) open();
              calls_.check_silence(wall_clock());
              return false;
          })
    {}
    ~CallWebhook() override
    {
        CallWebhook::stop();
        disk_.join();
    }

    void start() override
    {
        const auto now = wall_clock();
        const auto read = journal_.open([&](const CallStatements& statements) {
            calls_.take(statements, settings_.journal.string(), now, CallIntake::Pace::kept);
        });
        if (!read) return calls_.tell_down(read.error(), now);
        if (journal_.cut() > 0) calls_.refuse(settings_.journal.string(), "half a record at its end was cut off", now);
        check_.start();
    }
    void stop() override
    {
        *alive_ = false;
        check_.stop();
        listener_.close();
        seats_.close_all();
    }
    void reload() override
    {
        // A certificate that cannot be read leaves the one in force.
        if (const auto wrong = load(); !wrong.empty()) refuse(wrong);
    }
    FeedStatus status() const override { return calls_.status(); }

  private:
    using Alive = std::shared_ptr<bool>;

    void open()
    {
        if (const auto wrong = load(); !wrong.empty())
            return calls_.tell_down(listener_.where() + ": " + wrong, wall_clock());
        listener_.open();
    }

    // Empty, or why not.
    std::string load()
    {
        auto secrets = read_secrets(settings_.secret_file);
        if (!secrets) return secrets.error();
        auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
        tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
        boost::system::error_code error;
        tls->use_certificate_chain_file(settings_.certificate_file, error);
        if (error) return settings_.certificate_file + ": " + error.message();
        tls->use_private_key_file(settings_.key_file, asio::ssl::context::pem, error);
        if (error) return settings_.key_file + ": " + error.message();
        tls_ = std::move(tls);
        guard_.use(std::move(*secrets));
        return {};
    }

    void refuse(const std::string& what) { calls_.refuse(listener_.where(), what, wall_clock()); }

    void admit(tcp::socket socket, const IpAddress& peer)
    {
        auto guest = std::make_shared<Guest>(std::move(socket), tls_);
        auto taken = seats_.take(peer, [weak = std::weak_ptr(guest)] {
            if (const auto self = weak.lock()) beast::get_lowest_layer(self->stream).close();
        });
        if (taken.displaced || !taken.seat) {
            refuse("more than " + std::to_string(settings_.most_connections) + " connections; " +
                   (taken.seat ? "the one idle for longest was closed" : "all of them busy, the new one was closed"));
        }
        if (!taken.seat) return;
        guest->seat = std::move(taken.seat);
        spawn_once(io_, {.run = [this, alive = alive_, guest] { return talk(alive, *guest); },
                         .failed =
                             [this, alive = alive_](const std::string& why) {
                                 if (*alive) refuse("a connection was closed: " + why);
                             }});
    }

    awaitable<void> talk(Alive alive, Guest& guest)
    {
        auto& stream = guest.stream;
        auto& lower = beast::get_lowest_layer(stream);
        lower.expires_after(settings_.step);
        const auto [refused] = co_await stream.async_handshake(asio::ssl::stream_base::server, kTuple);
        if (!*alive || guest.seat->displaced) co_return;
        if (refused) {
            refuse("TLS handshake failed: " + refused.message());
            co_return;
        }
        beast::flat_buffer buffer;
        bool more = true;
        for (auto wait = settings_.step; more; wait = settings_.idle) {
            http::request_parser<http::string_body> parser;
            parser.body_limit(settings_.largest_body);
            parser.header_limit(kLargestHeader);
            // A request that has begun must not take long; waiting for the next one may.
            lower.expires_after(wait);
            const auto [unread, header] = co_await http::async_read_header(stream, buffer, parser, kTuple);
            if (!*alive || guest.seat->displaced) co_return;
            auto error = unread;
            if (!error) {
                lower.expires_after(settings_.step);
                const auto [broken, body] = co_await http::async_read(stream, buffer, parser, kTuple);
                if (!*alive || guest.seat->displaced) co_return;
                error = broken;
            }
            Response response;
            if (error == http::error::body_limit) {
                response = answer(http::status::payload_too_large,
                                  "a body of more than " + std::to_string(settings_.largest_body) + " octets");
                more = false;
            } else if (error == http::error::header_limit) {
                response = answer(http::status::request_header_fields_too_large, "a header of more than 8 KiB");
                more = false;
            } else if (error) {
                if (error != http::error::end_of_stream && error != asio::ssl::error::stream_truncated &&
                    error != beast::error::timeout && error != asio::error::eof &&
                    error != asio::error::connection_reset) {
                    refuse("a request that is no HTTP: " + error.message());
                }
                break;
            } else {
                const auto request = parser.release();
                more = request.keep_alive();
                guest.seat->busy = true;
                response = co_await handle(alive, request);
                if (!*alive) co_return;
                if (response.result() == http::status::ok) guest.seat->used();
                guest.seat->busy = false;
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

    // The answer; what is not taken is told as well.
    Response answer(http::status status, const std::string& text)
    {
        if (status != http::status::ok) refuse(text);
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
    // and wants its request's id back. What it sends again is the same call by its id.
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
            {"requestId", request["X-Amz-Firehose-Request-Id"].substr(0, kLongestCallText)},
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
        const auto body = plain_body(request);
        if (!body) {
            co_return answer(http::status::unprocessable_entity, "the body is no gzip, or too large");
        }
        CallStatements resolved;
        std::size_t taken = 0;
        std::size_t refused = 0;
        const auto take = [&](const CallRecords::Record& record) {
            const auto where = place_of(listener_.where() + ", line", record);
            if (!record.text) calls_.refuse(where, record.text.error(), now);
            const auto statements = record.text ? calls_.parse(format_, *record.text, where, now) : std::nullopt;
            ++(statements ? taken : refused);
            if (!statements) return;
            for (auto& each : calls_.resolve(*statements, where, now)) resolved.push_back(std::move(each));
        };
        if (settings_.whole_bodies) {
            take({*body, 1});
        } else {
            CallRecords records(format_);
            records.feed(*body, take);
            records.finish_whole(take);
        }
        if (taken == 0 && refused > 0) {
            co_return answer(http::status::unprocessable_entity,
                             "no record of the request was understood; the last: " + calls_.status().last_refusal);
        }
        // Whoever stops meanwhile waits for the disk (the destructor joins); the feed is then gone.
        const auto keep = [this, &resolved, now]() -> awaitable<std::expected<void, std::string>> {
            co_return journal_.append(resolved, now);
        };
        const auto kept = co_await asio::co_spawn(disk_, keep, asio::use_awaitable);
        if (!*alive) co_return Response{};
        if (!kept) {
            co_return answer(http::status::service_unavailable, "cannot be kept, send it again: " + kept.error());
        }
        use.kept();
        calls_.tell(resolved);
        co_return answer(http::status::ok, "taken " + std::to_string(taken) + ", refused " + std::to_string(refused));
    }

    asio::io_context& io_;
    CallWebhookSettings settings_;
    CallFormat format_;
    CallIntake calls_;
    ConnectionSeats seats_;
    TcpListener listener_;
    std::shared_ptr<asio::ssl::context> tls_;
    WebhookGuard guard_{{}};
    CallJournal journal_;
    asio::thread_pool disk_;
    PeriodicTimer check_;
    Alive alive_ = std::make_shared<bool>(true);
};

}  // namespace

std::unique_ptr<Feed> make_call_webhook(asio::io_context& io, CallWebhookSettings settings, CallFormat format,
                                        EnrolmentInForce enrolment, Feed::Handler handler)
{
    return std::make_unique<CallWebhook>(io, std::move(settings), std::move(format), std::move(enrolment),
                                         std::move(handler));
}

}  // namespace breakwatch
