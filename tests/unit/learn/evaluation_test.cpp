// Findings against labels, and the thresholds chosen by them.
#include <doctest/doctest.h>

#include "learn/evaluation.hpp"
#include "unit/learn/samples.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::seconds;

namespace {

const auto kNoon = at("12:00");

// Two posts half a minute apart and a scroll between them, each of two seconds.
LabSession session()
{
    LabSession made;
    made.actions = {action("x", kNoon, kNoon + seconds{2}, true, kNoon + seconds{1}),
                    action("x", kNoon + seconds{15}, kNoon + seconds{17}, false),
                    action("x", kNoon + seconds{30}, kNoon + seconds{32}, true, kNoon + seconds{31})};
    return made;
}

std::size_t right_at(const std::vector<Finding>& findings)
{
    return tally(judge(session(), findings), 2, 0).right;
}

}  // namespace

TEST_CASE("one post is found once: a second finding about it is wrong")
{
    const auto made = session();
    const auto judged = judge(made, {finding("x", kNoon + seconds{1}, 0.7), finding("x", kNoon + seconds{2}, 0.9)});
    REQUIRE(judged.size() == 2);
    CHECK(judged[0].right);
    CHECK(judged[0].confidence() == 0.9);
    CHECK(judged[0].action == &made.actions[0]);
    CHECK_FALSE(judged[1].right);
    CHECK(judged[1].action == &made.actions[0]);
}

TEST_CASE("a finding counts from 2 s before a post's start to 5 s after its end")
{
    CHECK(right_at({finding("x", kNoon - seconds{2}, 0.9)}) == 1);
    CHECK(right_at({finding("x", kNoon - seconds{2} - kMs, 0.9)}) == 0);
    CHECK(right_at({finding("x", kNoon + seconds{7}, 0.9)}) == 1);
    CHECK(right_at({finding("x", kNoon + seconds{7} + kMs, 0.9)}) == 0);
}

TEST_CASE("a finding on another platform or device finds nothing")
{
    auto other_device = finding("x", kNoon + seconds{1}, 0.9);
    other_device.device.mac = mac("02:1a:10:00:10:02");
    CHECK(right_at({finding("bluesky", kNoon + seconds{1}, 0.9)}) == 0);
    CHECK(right_at({other_device}) == 0);
}

TEST_CASE("a false finding is laid at the action it falls into, or at none")
{
    const auto made = session();
    const auto judged = judge(made, {finding("x", kNoon + seconds{16}, 0.9), finding("x", kNoon + seconds{24}, 0.8)});
    CHECK_FALSE(judged[0].right);
    CHECK(judged[0].action == &made.actions[1]);
    CHECK_FALSE(judged[1].right);
    CHECK(judged[1].action == nullptr);
}

TEST_CASE("a tally counts what is at least as confident as the threshold")
{
    const auto made = session();
    const auto judged = judge(made, {finding("x", kNoon + seconds{1}, 0.9), finding("x", kNoon + seconds{16}, 0.6),
                                     finding("x", kNoon + seconds{31}, 0.5)});
    const auto all = tally(judged, 2, 0.5);
    CHECK(all.right == 2);
    CHECK(all.wrong == 1);
    CHECK(all.missed == 0);
    CHECK(all.precision() == doctest::Approx(2.0 / 3));
    CHECK(all.recall() == 1);
    CHECK(all.f1() == doctest::Approx(0.8));
    const auto sure = tally(judged, 2, 0.9);
    CHECK(sure.precision() == 1);
    CHECK(sure.recall() == 0.5);
    CHECK(sure.missed == 1);
    const auto none = tally(judged, 2, 0.95);
    CHECK(none.precision() == 0);
    CHECK(none.f1() == 0);
}

TEST_CASE("the balanced threshold has the best F1, the alert threshold the best recall at the wanted precision")
{
    const auto made = session();
    const auto judged = judge(made, {finding("x", kNoon + seconds{1}, 0.9), finding("x", kNoon + seconds{16}, 0.6),
                                     finding("x", kNoon + seconds{31}, 0.5), finding("x", kNoon + seconds{24}, 0.4)});
    const auto chosen = choose_thresholds(judged, 2, 0.95);
    CHECK(chosen.balanced == 0.5);
    CHECK(chosen.alert == 0.9);
    CHECK(choose_thresholds(judged, 2, 0.6).alert == 0.5);
}

TEST_CASE("without findings the thresholds stay where they were")
{
    const auto chosen = choose_thresholds({}, 2, 0.9);
    CHECK(chosen.balanced == Thresholds{}.balanced);
    CHECK(chosen.alert == Thresholds{}.alert);
}

TEST_CASE("validation counts posts, others, findings at the threshold, and the right ones of each confidence")
{
    const auto made = session();
    const auto judged = judge(made, {finding("x", kNoon + seconds{1}, 1), finding("x", kNoon + seconds{31}, 0.96),
                                     finding("x", kNoon + seconds{16}, 0.7), finding("x", kNoon + seconds{20}, 0.05),
                                     finding("x", kNoon + seconds{50}, 0.01)});
    const auto validation = validate({&made}, judged, 0.7);
    CHECK(validation.sessions == 1);
    CHECK(validation.posts == 2);
    CHECK(validation.others == 1);
    CHECK(validation.found == 2);
    CHECK(validation.wrong == 1);
    REQUIRE(validation.reliability.size() == 3);  // under 0.02 nothing is a finding
    CHECK(validation.reliability[0] == ReliabilityBin{0.02, 0.1, 0.05, 1, 0});
    CHECK(validation.reliability[1] == ReliabilityBin{0.7, 0.8, 0.7, 1, 0});
    CHECK(validation.reliability[2].findings == 2);
    CHECK(validation.reliability[2].right == 2);
    CHECK(validation.reliability[2].mean == doctest::Approx(0.98));
}

TEST_CASE("a ranking counts each post by the precision down to it, and what was never found by nothing")
{
    const auto made = session();
    const auto judged = judge(made, {finding("x", kNoon + seconds{1}, 0.9), finding("x", kNoon + seconds{16}, 0.8),
                                     finding("x", kNoon + seconds{31}, 0.7)});
    const auto ranked = ranking(judged, 4, 0.9);
    CHECK(ranked.average_precision == doctest::Approx((1.0 + 2.0 / 3) / 4));
    CHECK(ranked.recall_at_precision == 0.25);
    CHECK(ranking(judged, 4, 0.6).recall_at_precision == 0.5);
    CHECK(ranking({}, 0, 0.9).average_precision == 0);
}
