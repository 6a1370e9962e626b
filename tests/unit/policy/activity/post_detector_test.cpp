// Findings from exchanges, with a model of one question: whether the server took its time.
#include "policy/activity/post_detector.hpp"

#include <doctest/doctest.h>

#include "policy/activity/detector_model.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const auto kNoon = test::at("12:00");

const PlatformCatalog& catalog()
{
    static const PlatformCatalog three(
        {{"x", "api.x.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
         {"x", "api.y.example", Role::api, Tier::b, false, Surface::public_, {}, {}, true},
         {"x", "intent.x.example", Role::compose, Tier::b, false, Surface::public_, {}, {}}});
    return three;
}

// A wait from 100 ms on is a post with 80 %, a shorter one with 10 %.
DetectorModel model()
{
    BoostedTree tree;
    tree.feature.fill(Feature::wait);
    tree.threshold.fill(100);
    tree.value = {0, -1, 1, -1, -1, 1, 1, -1, -1, -1, -1, 1, 1, 1, 1};
    DetectorModel made;
    made.trees = {tree};
    made.calibration = {{-1, 0.1}, {1, 0.8}};
    return made;
}

Exchange request(Duration at, Duration wait)
{
    static std::uint64_t flow = 0;
    Exchange made;
    made.device.mac = test::mac("02:1a:10:00:10:01");
    made.flow = ++flow;
    made.match.role = Role::api;
    made.server_name = "api.x.example";
    made.up_first = kNoon + at;
    made.up_last = made.up_first + milliseconds{10};
    made.down_first = made.up_last + wait;
    made.down_last = made.down_first;
    made.up_bytes = 900;
    made.down_bytes = 900;
    made.up_records = 2;
    return made;
}

std::vector<Finding> findings(const std::vector<Exchange>& exchanges)
{
    const auto numbers = model();
    PostDetector detector(catalog(), numbers);
    std::vector<Finding> all;
    for (const auto& exchange : exchanges) {
        for (auto& finding : detector.observe(exchange)) all.push_back(std::move(finding));
    }
    for (auto& finding : detector.finish()) all.push_back(std::move(finding));
    return all;
}

}  // namespace

TEST_CASE("signs within two seconds are one act, and the surest of them is told")
{
    const auto all = findings({request(seconds{0}, milliseconds{10}), request(seconds{1}, milliseconds{300}),
                               request(seconds{9}, milliseconds{10})});
    REQUIRE(all.size() == 2);
    CHECK(all[0].confidence == 0.8);
    CHECK(all[0].at == kNoon + seconds{1});
    CHECK(all[1].confidence == 0.1);
}

TEST_CASE("an exchange with octets missing, or without an answer's direction, is no finding")
{
    auto lossy = request(seconds{0}, milliseconds{300});
    lossy.missing_bytes = 1;
    auto one_way = request(seconds{20}, milliseconds{300});
    one_way.answer_seen_on_flow = false;
    CHECK(findings({lossy, one_way}).empty());
}

TEST_CASE("what is published is text, media after an upload, a story where media are stories, or a composer opened")
{
    const auto kind_of = [](std::uint16_t row, bool with_upload) {
        auto post = request(seconds{5}, milliseconds{300});
        post.match.row = row;
        post.match.role = catalog().row(row).role;
        auto upload = request(seconds{0}, milliseconds{10});
        upload.up_bytes = with_upload ? 400'000 : 900;
        return findings({upload, post}).back().kind;
    };
    CHECK(kind_of(0, false) == FindingKind::text_post);
    CHECK(kind_of(0, true) == FindingKind::media_post);
    CHECK(kind_of(1, true) == FindingKind::story);
    CHECK(kind_of(1, false) == FindingKind::text_post);
    CHECK(kind_of(2, true) == FindingKind::composer_opened);
}
