// What is kept of a volunteer's session, from labels or from marks, and its file.
#include <doctest/doctest.h>

#include "learn/marks.hpp"
#include "learn/training.hpp"
#include "support/temporary_folder.hpp"
#include "unit/learn/samples.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::seconds;

namespace {

const auto kNoon = at("12:00");
const auto kCatalog = two_platforms();

std::string error_of(const std::string& text)
{
    const TemporaryFolder folder;
    const auto read = read_recording(folder.write("r.jsonl", text));
    return read ? "" : read.error().substr((folder / "").string().size());
}

// A scroll every ten seconds, with requests ten seconds apart from noon on.
MarkedSession browsing(std::size_t requests)
{
    MarkedSession session{"r", "x", "text_post", {}, {}, kNoon, kNoon + seconds{1000}};
    for (std::size_t i = 0; i < requests; ++i)
        session.exchanges.push_back(request(kCatalog, "api.x.com", kNoon + seconds{10 * i}, 500 + i));
    return session;
}

std::vector<double> post_sizes(const Recording& recording)
{
    std::vector<double> sizes;
    for (const auto& sample : recording.samples) {
        if (sample.post) sizes.push_back(at(sample.features, Feature::request_bytes));
    }
    return sizes;
}

}  // namespace

TEST_CASE("a recording that is written is read back the same")
{
    auto recording = session_of(Feature::wait, 60, 11);
    recording.samples[3].act = recording.samples[2].act;
    const TemporaryFolder folder;
    const auto read = read_recording(folder.write("r.jsonl", to_text(recording)));
    REQUIRE(read);
    CHECK(read->platform == "x");
    CHECK(read->label == "text_post");
    CHECK(read->posts() == 12);
    REQUIRE(read->samples.size() == 60);
    for (std::size_t i = 0; i < 60; ++i) {
        CHECK(read->samples[i].act == recording.samples[i].act);
        CHECK(read->samples[i].post == recording.samples[i].post);
        // The JSON library reads numbers to the last binary place but one.
        for (std::size_t f = 0; f < kFeatures; ++f)
            CHECK(read->samples[i].features[f] == doctest::Approx(recording.samples[i].features[f]).epsilon(1e-12));
    }
}

TEST_CASE("how long a session went on is kept, and that it was of browsing alone")
{
    const TemporaryFolder folder;
    auto recording = session_of(Feature::wait, 20, 3);
    recording.hours = 1.25;
    recording.label = kBrowseOnly;
    const auto read = read_recording(folder.write("r.jsonl", to_text(recording)));
    REQUIRE(read);
    CHECK(read->hours == 1.25);
    CHECK(read->browse_only());
    auto text = to_text(recording);
    text.replace(text.find("1.25"), 4, "-1.2");
    CHECK(error_of(text) == "r.jsonl:1: expected the head of a recording with this version's features");
}

TEST_CASE("a recording that is damaged or of another version is refused with the line")
{
    const auto whole = to_text(session_of(Feature::wait, 5, 1));
    const auto head = whole.substr(0, whole.find('\n') + 1);
    CHECK(error_of(whole).empty());
    CHECK(error_of("") == "r.jsonl: is empty; expected a recording");
    CHECK(error_of("{}\n") == "r.jsonl:1: expected the head of a recording with this version's features");
    auto renamed = head;
    renamed.replace(renamed.find("\"wait\""), 6, "\"weit\"");
    CHECK(error_of(renamed) == "r.jsonl:1: expected the head of a recording with this version's features");
    const auto expected = "expected act, post and " + std::to_string(kFeatures) + " values";
    CHECK(error_of(head + "{\"act\":1,\"post\":true,\"values\":[1,2]}\n") == "r.jsonl:2: " + expected);
    CHECK(error_of(whole.substr(0, whole.size() - 20)) == "r.jsonl:6: " + expected);
    CHECK(error_of(head + "{\"act\":0,\"post\":true,\"values\":[1,2]}\n") == "r.jsonl:2: " + expected);
}

TEST_CASE("by labels, the request nearest to the publish call is the post, the action's others teach nothing")
{
    LabSession session;
    session.actions = {action("x", kNoon, kNoon + seconds{2}, true, kNoon + seconds{1}),
                       action("x", kNoon + seconds{20}, kNoon + seconds{22}, false)};
    session.actions[0].host = "api.x.com";
    session.exchanges = {request(kCatalog, "api.x.com", kNoon + 600 * kMs, 501),
                         request(kCatalog, "api.x.com", kNoon + 1010 * kMs, 502),
                         request(kCatalog, "api.x.com", kNoon + 1800 * kMs, 503),
                         request(kCatalog, "api.x.com", kNoon + seconds{21}, 504),
                         request(kCatalog, "bsky.social", kNoon + seconds{25}, 505)};
    const auto recording = record(session, "x", kCatalog);
    CHECK(recording.samples.size() == 2);
    CHECK(post_sizes(recording) == std::vector<double>{502});
}

TEST_CASE("requests within two seconds of each other are one act")
{
    MarkedSession session{"r", "x", "", {}, {}, kNoon, kNoon + seconds{1000}};
    for (const auto after : {0, 1500, 3000, 5001})
        session.exchanges.push_back(request(kCatalog, "api.x.com", kNoon + after * kMs));
    std::vector<std::size_t> acts;
    for (const auto& sample : record(session, kCatalog).recording.samples) acts.push_back(sample.act);
    CHECK(acts == std::vector<std::size_t>{1, 1, 1, 2});
}

TEST_CASE("a mark means the request nearest to it, from 5 s before to 2 s after; what else is near teaches nothing")
{
    auto session = browsing(6);
    session.exchanges.push_back(request(kCatalog, "api.x.com", kNoon + seconds{18}, 777));
    session.marks = {kNoon + seconds{20} + 800 * kMs};
    const auto marked = record(session, kCatalog);
    REQUIRE(marked.answers.size() == 1);
    CHECK(marked.answers[0] == Duration{-800 * kMs});
    CHECK(post_sizes(marked.recording) == std::vector<double>{502});
    CHECK(marked.recording.samples.size() == 6);  // 777 is neither

    for (const auto& [mark, answered] : {std::pair{kNoon + seconds{25}, true},
                                         {kNoon + seconds{25} + kMs, false},
                                         {kNoon + seconds{28}, true},
                                         {kNoon + seconds{28} - kMs, false}}) {
        auto edge = browsing(6);
        edge.marks = {mark};
        CHECK(record(edge, kCatalog).answers[0].has_value() == answered);
    }
}

TEST_CASE("one request answers one mark, and a mark that none answers is told")
{
    auto session = browsing(4);
    session.marks = {kNoon + seconds{10} + 100 * kMs, kNoon + seconds{10} + 200 * kMs};
    const auto marked = record(session, kCatalog);
    CHECK(marked.recording.posts() == 1);
    CHECK(marked.answers[0].has_value());
    CHECK_FALSE(marked.answers[1].has_value());
}

TEST_CASE(
    "no media server's, other platform's or file's request answers a mark, an upload host's only where nothing else "
    "does")
{
    const auto answered_by = [](const std::vector<Exchange>& exchanges) {
        MarkedSession session{"r", "x", "media_post", exchanges, {kNoon}, kNoon, kNoon + seconds{1000}};
        return post_sizes(record(session, kCatalog).recording);
    };
    CHECK(answered_by({request(kCatalog, "pbs.twimg.com", kNoon), request(kCatalog, "bsky.social", kNoon),
                       request(kCatalog, "upload.x.com", kNoon, 2'000'000)})
              .empty());
    const auto last_of_upload = request(kCatalog, "upload.x.com", kNoon - 300 * kMs, 601);
    CHECK(answered_by({last_of_upload, request(kCatalog, "api.x.com", kNoon - 900 * kMs, 602)}) ==
          std::vector<double>{602});
    CHECK(answered_by({last_of_upload}) == std::vector<double>{601});
}

TEST_CASE("a session without marks teaches what is no post; what came after its end teaches nothing")
{
    auto session = browsing(6);
    session.end = kNoon + seconds{35};
    const auto marked = record(session, kCatalog);
    CHECK(marked.recording.posts() == 0);
    CHECK(marked.recording.samples.size() == 4);
    session.marks = {kNoon + seconds{40}};
    CHECK_FALSE(record(session, kCatalog).answers[0].has_value());
}
