#include "feeds/mentions/mention_webhook.hpp"

#include <utility>

#include "base/clock.hpp"
#include "base/timer.hpp"

namespace breakwatch {

namespace {

constexpr std::chrono::milliseconds kMentionWebhookCheck{1'000};

class MentionWebhook final : public Feed {
  public:
    MentionWebhook(boost::asio::io_context& io, MentionWebhookSettings settings, Handler handler)
        : fields_(std::move(settings.fields)),
          mentions_(std::move(settings.intake), std::move(handler)),
          server_(
              io, std::move(settings.server),
              {.take = [this](const WebhookServer::Alive&, const std::string& body,
                              Timestamp now) { return answer(take(body, now)); },
               .down = [this](const std::string& why) { mentions_.tell_down(why, wall_clock()); },
               .up = [this] { mentions_.tell_up(wall_clock()); },
               .refuse = [this](const std::string& what) { mentions_.refuse(server_.where(), what, wall_clock()); }}),
          check_(io, kMentionWebhookCheck, [this] {
              if (!server_.is_open()) server_.open();
              return false;
          })
    {}
    ~MentionWebhook() override { MentionWebhook::stop(); }

    void start() override { check_.start(); }
    void stop() override
    {
        check_.stop();
        server_.close();
    }
    void reload() override
    {
        mentions_.reload();
        server_.reload();
    }
    FeedStatus status() const override { return mentions_.status(); }

  private:
    using Answer = WebhookServer::Answer;

    // Whoever posts waits for this alone: it is done at once.
    static boost::asio::awaitable<Answer> answer(Answer ready) { co_return ready; }

    Answer take(const std::string& body, Timestamp now)
    {
        std::size_t taken = 0;
        std::size_t refused = 0;
        const auto stream = server_.where() + ", line";
        const auto one = [&](const MentionRecords::Record& record) {
            ++(mentions_.take(record, stream, now) ? taken : refused);
        };
        const auto records = MentionRecords::of_json(fields_);
        records->feed(body, one);
        records->finish_whole(one);
        if (taken == 0 && refused > 0) {
            return {Answer::Kind::not_understood,
                    "no record of the request was understood; the last: " + mentions_.status().last_refusal};
        }
        return {Answer::Kind::taken, "taken " + std::to_string(taken) + ", refused " + std::to_string(refused)};
    }

    MentionFields fields_;
    MentionIntake mentions_;
    WebhookServer server_;
    PeriodicTimer check_;
};

}  // namespace

std::unique_ptr<Feed> make_mention_webhook(boost::asio::io_context& io, MentionWebhookSettings settings,
                                           Feed::Handler handler)
{
    return std::make_unique<MentionWebhook>(io, std::move(settings), std::move(handler));
}

}  // namespace breakwatch
