#include "feeds/calls/transports/call_webhook.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <expected>
#include <utility>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/calls/core/call_journal.hpp"
#include "feeds/calls/core/call_records.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr std::chrono::milliseconds kWebhookCheck{1'000};

class CallWebhook final : public Feed {
  public:
    CallWebhook(asio::io_context& io, CallWebhookSettings settings, CallFormat format, EnrolmentInForce enrolment,
                Handler handler)
        : settings_(std::move(settings)),
          format_(std::move(format)),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          server_(io, settings_.server,
                  {.take = [this](Alive alive, std::string body,
                                  Timestamp now) { return take_over(std::move(alive), std::move(body), now); },
                   .down = [this](const std::string& why) { calls_.tell_down(why, wall_clock()); },
                   .up = [this] { calls_.tell_up(wall_clock()); },
                   .refuse = [this](const std::string& what) { calls_.refuse(server_.where(), what, wall_clock()); }}),
          journal_(settings_.journal),
          disk_(1),
          check_(io, kWebhookCheck, [this] {
              if (!server_.is_open()) server_.open();
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
        check_.stop();
        server_.close();
    }
    void reload() override { server_.reload(); }
    FeedStatus status() const override { return calls_.status(); }

  private:
    using Alive = WebhookServer::Alive;
    using Answer = WebhookServer::Answer;

    struct Understood {
        CallStatements resolved;
        std::size_t taken = 0;
        std::size_t refused = 0;
    };

    Understood understand(const std::string& body, Timestamp now)
    {
        Understood all;
        const auto take = [&](const CallRecords::Record& record) {
            const auto where = place_of(server_.where() + ", line", record);
            if (!record.text) calls_.refuse(where, record.text.error(), now);
            const auto statements = record.text ? calls_.parse(format_, *record.text, where, now) : std::nullopt;
            ++(statements ? all.taken : all.refused);
            if (!statements) return;
            for (auto& each : calls_.resolve(*statements, where, now)) all.resolved.push_back(std::move(each));
        };
        if (settings_.whole_bodies) {
            take({body, 1});
        } else {
            CallRecords records(format_);
            records.feed(body, take);
            records.finish_whole(take);
        }
        return all;
    }

    awaitable<Answer> take_over(Alive alive, std::string body, Timestamp now)
    {
        const auto all = understand(body, now);
        if (all.taken == 0 && all.refused > 0) {
            co_return Answer{Answer::Kind::not_understood,
                             "no record of the request was understood; the last: " + calls_.status().last_refusal};
        }
        // Whoever stops meanwhile waits for the disk (the destructor joins); the feed is then gone.
        const auto keep = [this, &all, now]() -> awaitable<std::expected<void, std::string>> {
            co_return journal_.append(all.resolved, now);
        };
        const auto kept = co_await asio::co_spawn(disk_, keep, asio::use_awaitable);
        if (!*alive) co_return Answer{};
        if (!kept) co_return Answer{Answer::Kind::not_now, "cannot be kept, send it again: " + kept.error()};
        calls_.tell(all.resolved);
        co_return Answer{Answer::Kind::taken,
                         "taken " + std::to_string(all.taken) + ", refused " + std::to_string(all.refused)};
    }

    CallWebhookSettings settings_;
    CallFormat format_;
    CallIntake calls_;
    WebhookServer server_;
    CallJournal journal_;
    asio::thread_pool disk_;
    PeriodicTimer check_;
};

}  // namespace

std::unique_ptr<Feed> make_call_webhook(asio::io_context& io, CallWebhookSettings settings, CallFormat format,
                                        EnrolmentInForce enrolment, Feed::Handler handler)
{
    return std::make_unique<CallWebhook>(io, std::move(settings), std::move(format), std::move(enrolment),
                                         std::move(handler));
}

}  // namespace breakwatch
