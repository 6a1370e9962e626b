#include "app/check_mentions.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <string>

#include "app/local_words.hpp"
#include "config/error_at.hpp"
#include "config/near_word.hpp"
#include "feeds/mentions/mention_feeds.hpp"
#include "policy/text.hpp"

namespace breakwatch {
namespace {

using Weight = CheckFinding::Weight;

constexpr std::uintmax_t kLargestMentions = 256UL * 1024 * 1024;

struct MentionsRead {
    FeedStatus status;
    std::size_t mentions = 0;  // about us
    Timestamp first = Timestamp::max();
    Timestamp last = Timestamp::min();
};

MentionsRead read_mentions(const Config& config, const MentionFeedConfig& feed, Timestamp now)
{
    MentionsRead all;
    const auto take = [&](const Observation& observation) {
        const auto* mention = std::get_if<Mention>(&observation);
        if (mention == nullptr) return;
        ++all.mentions;
        all.first = std::min(all.first, mention->at);
        all.last = std::max(all.last, mention->at);
    };
    boost::asio::io_context io;
    const auto reader = make_mention_feed(io, config, feed, FeedMode::once, take, [now] { return now; });
    reader->start();
    io.run();
    all.status = reader->status();
    return all;
}

// What the administrator has to know of a file that could be read.
void judge_mentions(const MentionsRead& read, const std::string& zone,
                    const std::function<void(Weight, const std::string&)>& add)
{
    const auto& status = read.status;
    auto told = counted(status.taken, "record") + " read, " + std::to_string(status.refused) +
                " refused: " + counted(read.mentions, "mention");
    if (read.mentions > 0) told += ", " + local_words(read.first, zone) + " to " + local_words(read.last, zone);
    add(Weight::note, told);
    if (status.refused > 0)
        add(Weight::warning, "refused: " + status.last_refusal +
                                 (status.refused > 1 ? " (and " + std::to_string(status.refused - 1) + " more)" : ""));
    if (read.mentions == 0 && status.taken > 0)
        add(Weight::warning, "every record is about others; expected true or yes in the field that about_us names");
}

}  // namespace

CheckFindings check_mention_platforms(const Config& config, const PlatformCatalog& catalog)
{
    CheckFindings findings;
    for (std::size_t i = 0; i < config.mentions.size(); ++i) {
        for (const auto& [word, platform] : config.mentions[i].platforms) {
            if (catalog.platform_index(platform)) continue;
            const auto near = nearest_word(platform, catalog.platforms());
            findings.push_back(
                {Weight::error, error_at(config, key_of("mentions", i, "platforms") + "." + word,
                                         "found '" + platform + "'; expected a platform of the catalogue" +
                                             (near ? "; did you mean '" + *near + "'?" : ""))});
        }
    }
    return findings;
}

CheckFindings check_mention_files(const Config& config, Timestamp now)
{
    CheckFindings findings;
    for (std::size_t i = 0; i < config.mentions.size(); ++i) {
        const auto& feed = config.mentions[i];
        std::error_code error;
        if (!has_an_end(feed) || !std::filesystem::is_regular_file(feed.path, error)) continue;
        const auto add = [&](Weight weight, const std::string& text) {
            findings.push_back(
                {weight, error_at(config, "mentions[" + std::to_string(i) + "]", feed.path.string() + ": " + text)});
        };
        if (std::filesystem::file_size(feed.path, error) > kLargestMentions) {
            add(Weight::note, "larger than 256 MiB, and not read here");
            continue;
        }
        judge_mentions(read_mentions(config, feed, now), config.site.time_zone, add);
    }
    return findings;
}

}  // namespace breakwatch
