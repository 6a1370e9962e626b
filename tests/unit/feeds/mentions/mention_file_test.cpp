// A file of mentions, as an export writes it: anew, appended to, rotated; and what is told of it.
#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>

#include "feeds/mentions/mention_feeds.hpp"
#include "unit/feeds/recorded_feeds.hpp"

namespace breakwatch {
namespace {

using namespace std::chrono_literals;
using test::ScratchFolder;

const Timestamp kNow = parse_rfc3339("2026-11-24T12:00:00Z").value();
const std::string kHeading = "platform,at,reference,author,text\n";

std::string row(const std::string& reference)
{
    return "Twitter,2026-11-24 19:00:00," + reference + ",somebody,\"said,\nsomething\"\n";
}

struct Followed {
    ScratchFolder folder;
    std::filesystem::path file = folder.path / "posts.csv";
    boost::asio::io_context io;
    std::vector<std::string> references;
    std::vector<FeedState> states;
    std::vector<InputRefused> refused;
    std::unique_ptr<Feed> feed;

    explicit Followed(FeedMode mode = FeedMode::follow, MentionFeedConfig config = {})
    {
        Config site;
        site.site.time_zone = "Asia/Tokyo";
        config.name = "listening";
        if (config.path.empty()) config.path = file;
        config.platforms = {{"twitter", "x"}};
        feed = make_mention_feed(
            io, site, config, mode,
            [this](const Observation& told) {
                if (const auto* mention = std::get_if<Mention>(&told)) {
                    CHECK(mention->source == "listening");
                    CHECK(mention->at == kNow - 2h);
                    references.push_back(mention->reference);
                } else if (const auto* state = std::get_if<FeedState>(&told)) {
                    states.push_back(*state);
                } else if (const auto* refusal = std::get_if<InputRefused>(&told)) {
                    refused.push_back(*refusal);
                }
            },
            [] { return kNow; });
        feed->start();
    }
    void write(const std::string& text, std::ios::openmode mode = std::ios::app) const
    {
        std::ofstream(file, std::ios::binary | mode) << text;
    }
    void wait_for(std::size_t count)
    {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (references.size() < count && std::chrono::steady_clock::now() < end) io.run_for(20ms);
        CHECK(references.size() == count);
    }
};

}  // namespace

TEST_CASE("a file is followed from before it is there, over rotation and truncation")
{
    Followed here;
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (here.states.empty() && std::chrono::steady_clock::now() < end) here.io.run_for(20ms);
    REQUIRE(here.states.size() == 1);
    CHECK_FALSE(here.states[0].up);
    CHECK(here.states[0].feed == "mentions:listening");

    here.write(kHeading + row("p-1"));
    here.wait_for(1);
    REQUIRE(here.states.size() == 2);
    CHECK(here.states[1].up);
    here.write(row("p-2"));
    here.wait_for(2);
    std::filesystem::rename(here.file, here.file.string() + ".1");
    here.write(kHeading + row("p-3"));
    here.wait_for(3);
    here.write(kHeading, std::ios::trunc);
    here.io.run_for(600ms);
    here.write(row("p-4"));
    here.wait_for(4);
    CHECK(here.references == std::vector<std::string>{"p-1", "p-2", "p-3", "p-4"});
    CHECK(here.refused.empty());
    const auto status = here.feed->status();
    CHECK(status.name == "mentions:listening");
    CHECK(status.up);
    CHECK(status.taken == 4);
    CHECK(status.last_event == kNow - 2h);
}

TEST_CASE("in a replay it is read to its end, whose last row needs none")
{
    ScratchFolder folder;
    const auto file = folder.path / "posts.ndjson";
    std::ofstream(file) << R"({"platform":"x","at":"2026-11-24T10:00:00Z","reference":"p-1","author":"a"})" << '\n'
                        << R"({"platform":"myspace","at":"2026-11-24T10:00:00Z","reference":"p-2"})" << '\n'
                        << R"({"platform":"x","at":"2026-11-24T10:00:00Z","reference":"p-3","about_us":false})" << '\n'
                        << R"({"platform":"x","at":"2026-11-24T10:00:00Z","reference":"p-4"})";
    MentionFeedConfig config;
    config.kind = MentionFeedConfig::Kind::ndjson_file;
    config.path = file;
    Followed here(FeedMode::once, config);
    here.io.run();
    CHECK(here.references == std::vector<std::string>{"p-1", "p-4"});
    CHECK(here.feed->status().taken == 3);
    CHECK(here.feed->status().refused == 1);
    REQUIRE(here.refused.size() == 1);
    CHECK(here.refused[0].where == file.string() + ":2");
    CHECK(here.refused[0].what.find("myspace") == std::string::npos);
}

TEST_CASE("a webhook has nothing to replay")
{
    MentionFeedConfig config;
    config.kind = MentionFeedConfig::Kind::webhook;
    boost::asio::io_context io;
    CHECK(make_mention_feed(io, {}, config, FeedMode::once, [](const Observation&) {}, [] { return kNow; }) == nullptr);
    CHECK_FALSE(has_an_end(config));
}

}  // namespace breakwatch
