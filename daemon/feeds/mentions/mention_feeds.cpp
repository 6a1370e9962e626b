#include "feeds/mentions/mention_feeds.hpp"

#include <optional>
#include <vector>

#include "config/load_config.hpp"
#include "feeds/mentions/mention_file.hpp"
#include "feeds/mentions/mention_webhook.hpp"

namespace breakwatch {

namespace {

using Kind = MentionFeedConfig::Kind;

MentionIntakeSettings mention_intake_of(const Config& config, const MentionFeedConfig& feed)
{
    // A table that cannot be read is told by whoever judges by it.
    const auto catalogue = [file = config.platforms]() -> std::optional<std::vector<std::string>> {
        const auto read = load_platforms(file);
        return read ? std::optional(read->platforms()) : std::nullopt;
    };
    return {.meaning = {.source = feed.name,
                        .platforms = {},
                        .within = feed.within,
                        .zone = feed.time_zone.empty() ? config.site.time_zone : feed.time_zone},
            .configured = feed.platforms,
            .catalogue = catalogue};
}

}  // namespace

bool has_an_end(const MentionFeedConfig& feed)
{
    return feed.kind != Kind::webhook;
}

std::unique_ptr<Feed> make_mention_feed(boost::asio::io_context& io, const Config& config,
                                        const MentionFeedConfig& feed, FeedMode mode, const Feed::Handler& handler,
                                        const std::function<Timestamp()>& clock)
{
    auto intake = mention_intake_of(config, feed);
    if (feed.kind == Kind::webhook) {
        if (mode == FeedMode::once) return nullptr;
        return make_mention_webhook(io,
                                    {.intake = std::move(intake),
                                     .server = {.listen = feed.listen,
                                                .port = feed.port,
                                                .certificate_file = feed.certificate_file.string(),
                                                .key_file = feed.key_file.string(),
                                                .secret_file = feed.secret_file.string()},
                                     .fields = feed.fields},
                                    handler);
    }
    auto records = feed.kind == Kind::csv_file ? MentionRecords::of_table(feed.fields, feed.encoding)
                                               : MentionRecords::of_json(feed.fields);
    const auto poll = std::chrono::milliseconds{mode == FeedMode::follow ? 250 : 0};
    return make_mention_file(io,
                             {.intake = std::move(intake), .path = feed.path.string(), .poll = poll, .clock = clock},
                             std::move(records), handler);
}

}  // namespace breakwatch
