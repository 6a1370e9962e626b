// Findings from exchanges, with a model of one question: whether the server took its time.
#include "policy/activity/post_detector.hpp"

#include <doctest/doctest.h>

#include "policy/activity/activity_window.hpp"
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

namespace {

// The catalogue with another platform before it: all numbers of platforms and rows are others.
PlatformCatalog catalog_moved(const char* host = "api.x.example")
{
    return PlatformCatalog({{"a", "api.a.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
                            {"x", host, Role::api, Tier::b, false, Surface::public_, {}, {}}});
}

}  // namespace

TEST_CASE("a request before a new table is judged by it, with what was seen before, as if there had been none")
{
    const auto numbers = model();
    const auto moved = catalog_moved();
    std::vector<FeatureVector> judged;
    PostDetector detector(catalog(), numbers);
    detector.set_observer(
        [&](const Exchange&, const FeatureVector& features, double, bool) { judged.push_back(features); });
    const auto first = request(seconds{0}, milliseconds{20});
    const auto second = request(seconds{5}, milliseconds{300});
    CHECK(detector.observe(first).empty());
    CHECK(detector.observe(second).empty());
    detector.use(moved, numbers);
    const auto found = detector.finish();
    REQUIRE(found.size() == 2);
    CHECK(found.back().platform == "x");
    CHECK(found.back().confidence == doctest::Approx(0.8));
    REQUIRE(judged.size() == 2);
    CHECK(at(judged.back(), Feature::requests_of_late) == 1);
    CHECK(at(judged.back(), Feature::since_request) == 5'000);
}

TEST_CASE("a sign that waits for a stronger one of the same act finds it over a new table")
{
    const auto numbers = model();
    const auto moved = catalog_moved();
    PostDetector detector(catalog(), numbers);
    detector.observe(request(seconds{0}, milliseconds{300}));
    CHECK(detector.advance(kNoon + kHold + milliseconds{200}).empty());  // judged, and not told yet
    detector.use(moved, numbers);
    auto later = request(seconds{1}, milliseconds{400});
    later.match = moved.find(later.server_name).value();
    detector.observe(later);
    CHECK(detector.finish().size() == 1);
}

TEST_CASE("what a new table does not name any more is forgotten, and no finding comes of it")
{
    const auto numbers = model();
    const auto moved = catalog_moved("api.other.example");
    PostDetector detector(catalog(), numbers);
    detector.observe(request(seconds{0}, milliseconds{300}));
    detector.use(moved, numbers);
    CHECK(detector.finish().empty());
}
