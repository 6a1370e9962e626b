#include "feeds/mentions/mention_file.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cstring>
#include <utility>

#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/core/appended_bytes.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostPerMentionLook = 1024UL * 1024;

class MentionFile final : public Feed {
  public:
    MentionFile(boost::asio::io_context& io, MentionFileSettings settings, std::unique_ptr<MentionRecords> records,
                Handler handler)
        : file_(settings.path),
          records_(std::move(records)),
          mentions_(std::move(settings.intake), std::move(handler)),
          clock_(std::move(settings.clock)),
          once_(settings.poll.count() == 0),
          timer_(io, settings.poll, [this] { return look(); })
    {}

    void start() override { timer_.start(); }
    void stop() override { timer_.stop(); }
    void reload() override { mentions_.reload(); }
    FeedStatus status() const override { return mentions_.status(); }

  private:
    // True: there is more.
    bool look()
    {
        const auto now = clock_();
        // A replay reads at its first packet what was posted until its last.
        const auto arrived = once_ ? std::max(now, wall_clock()) : now;
        const auto take = [&](const MentionRecords::Record& record) { mentions_.take(record, file_.path(), arrived); };
        const auto seen = file_.look(kMostPerMentionLook, [&](std::string_view bytes) { records_->feed(bytes, take); });
        // Half a record where the file was rotated or truncated is none.
        if (seen.rotated || seen.truncated) records_->finish(take);
        if (once_ && !seen.more && !seen.rotated) records_->finish_whole(take);
        if (seen.found) {
            mentions_.tell_up(now);
        } else {
            mentions_.tell_down(file_.path() + ": " + std::strerror(seen.error), now);
        }
        return seen.more;
    }

    AppendedBytes file_;
    std::unique_ptr<MentionRecords> records_;
    MentionIntake mentions_;
    std::function<Timestamp()> clock_;
    bool once_;
    PeriodicTimer timer_;
};

}  // namespace

std::unique_ptr<Feed> make_mention_file(boost::asio::io_context& io, MentionFileSettings settings,
                                        std::unique_ptr<MentionRecords> records, Feed::Handler handler)
{
    return std::make_unique<MentionFile>(io, std::move(settings), std::move(records), std::move(handler));
}

}  // namespace breakwatch
