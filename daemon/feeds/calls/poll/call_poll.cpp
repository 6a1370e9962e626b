#include "feeds/calls/poll/call_poll.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/calls/core/call_journal.hpp"
#include "feeds/calls/mapped/mapped_calls.hpp"
#include "feeds/calls/poll/access_token.hpp"
#include "feeds/calls/poll/poll_pages.hpp"
#include "feeds/calls/poll/poll_place_file.hpp"
#include "feeds/calls/poll/told_already.hpp"
#include "feeds/core/spawn.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;
using Done = std::expected<void, std::string>;

constexpr milliseconds kSilenceCheck{1'000};
constexpr std::chrono::seconds kTokenMargin{60};
constexpr unsigned kUnauthorized = 401, kTooMany = 429, kUnavailable = 503;

// Kept alive by its own loop, which may outlive the feed by one wait; nothing is told after stop().
class Poller : public std::enable_shared_from_this<Poller> {
  public:
    Poller(asio::io_context& io, CallPollSettings settings, EnrolmentInForce enrolment, Feed::Handler handler)
        : io_(io),
          settings_(std::move(settings)),
          url_(parse_https_url(settings_.url).value_or(HttpsUrl{})),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          reader_(settings_.mapping, settings_.time_zone),
          journal_(settings_.journal),
          disk_(1),
          wait_(io)
    {}
    ~Poller() { disk_.join(); }
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    void start()
    {
        const auto now = wall_clock();
        const auto read = journal_.open([&](const CallStatements& statements) {
            calls_.take(told_.take_new(statements), settings_.journal.string(), now, CallIntake::Pace::backlog);
        });
        if (!read) return calls_.tell_down(read.error(), now);
        if (journal_.cut() > 0) calls_.refuse(settings_.journal.string(), "half a record at its end was cut off", now);
        auto place = read_poll_place(settings_.place);
        if (place) {
            place_ = std::move(*place);
        } else {
            calls_.refuse(settings_.place.string(), place.error(), now);
        }
        const auto self = shared_from_this();
        spawn(io_, {.run = [self] { return self->run(); },
                    .wanted = [self] { return !self->stopped_; },
                    .failed =
                        [self](const std::string& why) {
                            self->calls_.tell_down(self->url_.origin() + ": " + why, wall_clock());
                        }});
    }
    void stop()
    {
        stopped_ = true;
        wait_.cancel();
        if (stream_) stream_->close();
    }
    CallIntake& calls() { return calls_; }
    const CallIntake& calls() const { return calls_; }

  private:
    // How a look went: why it failed, and when the next one is due if the service says so.
    struct Failure {
        std::string why;
        std::optional<std::chrono::seconds> later;
    };
    using Look = std::expected<void, Failure>;

    awaitable<void> run()
    {
        while (!stopped_) {
            const auto went = co_await look();
            if (stopped_) co_return;
            milliseconds pause = settings_.interval;
            if (went) {
                backoff_.succeeded();
                calls_.heard(wall_clock());
            } else {
                calls_.tell_down(url_.origin() + ": " + went.error().why, wall_clock());
                pause =
                    went.error().later ? std::max<milliseconds>(*went.error().later, backoff_.next()) : backoff_.next();
            }
            if (went && behind_) pause = milliseconds{0};
            wait_.expires_after(pause);
            (void)co_await wait_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    // All pages of one window.
    awaitable<Look> look()
    {
        const auto& request = *settings_.mapping->poll;
        const auto now = wall_clock();
        const auto window = next_window(request, place_, now);
        PollPages pages(request, url_, window, request.keep_cursor ? place_.cursor : std::string(),
                        settings_.time_zone);
        bool more = true;
        while (more) {
            auto answer = co_await ask(pages);
            if (stopped_ || !answer) co_return std::unexpected(stopped_ ? Failure{"stopped", {}} : answer.error());
            const auto records = co_await take(answer->body);
            if (stopped_ || !records) co_return std::unexpected(Failure{stopped_ ? "stopped" : records.error(), {}});
            const auto follows = pages.follow(*answer, *records);
            if (!follows) co_return std::unexpected(Failure{follows.error(), {}});
            more = *follows;
            if (more && pages.pages() >= request.most_pages) {
                calls_.refuse(url_.origin(),
                              "more than " + std::to_string(request.most_pages) +
                                  " pages at one look; expected a shorter `span` or interval",
                              wall_clock());
                // With a cursor nothing is lost: the next look goes on from here.
                if (!request.keep_cursor)
                    co_return std::unexpected(Failure{"more pages than are taken at one look", {}});
                more = false;
            }
        }
        behind_ = window.until < now;
        // Named: g++ 12 destroys an aggregate made in a co_await expression twice.
        PollPlace next{.until = window.until, .cursor = {}};
        if (request.keep_cursor) next.cursor = pages.cursor();
        co_return co_await go_on(std::move(next));
    }

    awaitable<std::expected<HttpsAnswer, Failure>> ask(const PollPages& pages)
    {
        // A token that was taken back before its time is fetched anew, once.
        for (bool again = true;; again = false) {
            const auto secret = settings_.authorization.way == PollAuthorization::Way::none
                                    ? std::string()
                                    : read_secret(settings_.authorization.secret_file);
            if (!secret) co_return std::unexpected(Failure{secret.error(), {}});
            if (secret->find_first_of("\r\n") != std::string::npos)
                co_return std::unexpected(Failure{"the secret is expected on one line", {}});
            const auto token = co_await token_for(*secret);
            if (stopped_ || !token) co_return std::unexpected(Failure{stopped_ ? "stopped" : token.error(), {}});
            auto request = pages.request();
            if (auto header = authorization_header(settings_.authorization, *secret, *token))
                request.headers.push_back(std::move(*header));
            if (!has_accept(request))
                request.headers.emplace_back("Accept", settings_.mapping->shape == CallMapping::Shape::json
                                                           ? "application/json"
                                                           : "text/csv, */*");
            auto answer = co_await exchange(url_, std::move(request), settings_.server_name);
            if (!answer) co_return std::unexpected(Failure{answer.error(), {}});
            if (answer->status == 200) co_return std::move(*answer);
            const auto status = answer->status;
            if (again && status == kUnauthorized && settings_.authorization.way == PollAuthorization::Way::oauth2) {
                token_good_until_ = {};
                continue;
            }
            const bool later = status == kTooMany || status == kUnavailable;
            co_return std::unexpected(
                Failure{"answers with status " + std::to_string(status), later ? answer->retry_after : std::nullopt});
        }
    }

    static bool has_accept(const HttpsRequest& request)
    {
        return std::ranges::any_of(request.headers, [](const auto& header) { return header.first == "Accept"; });
    }

    awaitable<std::expected<std::string, std::string>> token_for(std::string secret)
    {
        const auto& authorization = settings_.authorization;
        if (authorization.way != PollAuthorization::Way::oauth2) co_return std::string();
        if (Clock::now() < token_good_until_) co_return token_;
        const auto url = parse_https_url(authorization.token_url);
        if (!url) co_return std::unexpected(std::string("token_url: expected https://..."));
        const auto answer = co_await exchange(*url, token_request(authorization, secret, *url), std::string());
        if (!answer) co_return std::unexpected(url->origin() + ": " + answer.error());
        auto token = read_token(*answer);
        if (!token) co_return std::unexpected(url->origin() + ": " + token.error());
        token_ = std::move(token->text);
        token_good_until_ = Clock::now() + std::max(token->good_for - kTokenMargin, token->good_for / 2);
        co_return token_;
    }

    awaitable<std::expected<HttpsAnswer, std::string>> exchange(HttpsUrl url, HttpsRequest request,
                                                                std::string server_name)
    {
        const auto stream = std::make_shared<ClientStream>(io_, ServerAddress{.host = url.host,
                                                                              .port = url.port,
                                                                              .tls = true,
                                                                              .ca_file = settings_.ca_file,
                                                                              .server_name = std::move(server_name)});
        stream_ = stream;
        const auto host = url.port == 443 ? url.host : url.origin();
        auto answer = co_await https_exchange(*stream, host, std::move(request), settings_.limits);
        stream->close();
        co_return answer;
    }

    // The records of a page, kept and told; how many there were.
    awaitable<std::expected<std::size_t, std::string>> take(const std::string& body)
    {
        const auto now = wall_clock();
        CallStatements resolved;
        const auto all = reader_.read(body);
        for (const auto& each : all) {
            const auto read = [&each](std::string_view) { return each; };
            const auto statements = calls_.parse(read, "record", url_.origin(), now);
            if (!statements) continue;
            for (auto& said : calls_.resolve(*statements, url_.origin(), now, CallIntake::Pace::backlog))
                resolved.push_back(std::move(said));
        }
        resolved = told_.take_new(std::move(resolved));
        if (resolved.empty()) co_return all.size();
        // Whoever stops meanwhile waits for the disk (the destructor joins).
        const auto keep = [this, &resolved, now]() -> awaitable<Done> { co_return journal_.append(resolved, now); };
        const auto kept = co_await asio::co_spawn(disk_, keep, asio::use_awaitable);
        if (stopped_) co_return all.size();
        // What could not be kept is told all the same; after a restart it would be missing, so the place stays.
        calls_.tell(resolved);
        if (!kept) co_return std::unexpected("cannot be kept: " + kept.error());
        co_return all.size();
    }

    awaitable<Look> go_on(PollPlace place)
    {
        const auto keep = [this, &place]() -> awaitable<Done> { co_return write_poll_place(settings_.place, place); };
        const auto kept = co_await asio::co_spawn(disk_, keep, asio::use_awaitable);
        if (!kept) co_return std::unexpected(Failure{"its place cannot be kept: " + kept.error(), {}});
        place_ = std::move(place);
        co_return Look();
    }

    asio::io_context& io_;
    CallPollSettings settings_;
    HttpsUrl url_;
    CallIntake calls_;
    MappedCalls reader_;
    CallJournal journal_;
    ToldAlready told_;
    PollPlace place_;
    asio::thread_pool disk_;
    Backoff backoff_;
    asio::steady_timer wait_;
    std::shared_ptr<ClientStream> stream_;
    std::string token_;
    Clock::time_point token_good_until_;
    bool behind_ = false;  // the window ended before now: the next look is due at once
    bool stopped_ = false;
};

class CallPoll final : public Feed {
  public:
    CallPoll(asio::io_context& io, std::shared_ptr<Poller> poller)
        : poller_(std::move(poller)), silence_(io, kSilenceCheck, [this] {
              poller_->calls().check_silence(wall_clock());
              return false;
          })
    {}
    ~CallPoll() override { CallPoll::stop(); }

    void start() override
    {
        silence_.start();
        poller_->start();
    }
    void stop() override
    {
        silence_.stop();
        poller_->stop();
    }
    FeedStatus status() const override { return poller_->calls().status(); }

  private:
    std::shared_ptr<Poller> poller_;
    PeriodicTimer silence_;
};

}  // namespace

std::unique_ptr<Feed> make_call_poll(asio::io_context& io, CallPollSettings settings, EnrolmentInForce enrolment,
                                     Feed::Handler handler)
{
    auto poller = std::make_shared<Poller>(io, std::move(settings), std::move(enrolment), std::move(handler));
    return std::make_unique<CallPoll>(io, std::move(poller));
}

}  // namespace breakwatch
