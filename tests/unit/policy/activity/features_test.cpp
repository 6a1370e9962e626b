// What the detector looks at, one group of features after the other.
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>

#include "policy/activity/activity_window.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const auto kNoon = test::at("12:00");

// A request of 900 bytes that began `at` after noon, took 10 ms to send and was answered by 3,000 bytes 100 ms later.
Exchange request(Duration at, Role role = Role::api)
{
    static std::uint64_t flow = 0;
    Exchange made;
    made.device.mac = test::mac("02:1a:10:00:10:01");
    made.flow = ++flow;
    made.match.role = role;
    made.up_first = kNoon + at;
    made.up_last = made.up_first + milliseconds{10};
    made.down_first = made.up_last + milliseconds{100};
    made.down_last = *made.down_first + milliseconds{50};
    made.longest_pause = milliseconds{100};
    made.up_bytes = 900;
    made.first_up = 400;
    made.down_bytes = 3'000;
    made.up_records = 2;
    made.down_records = 3;
    return made;
}

Exchange sized(Exchange made, std::uint64_t up, std::uint64_t down)
{
    made.up_bytes = up;
    made.down_bytes = down;
    return made;
}

// Of `candidate` in the company of the others.
FeatureVector features(const Exchange& candidate, const std::vector<Exchange>& others)
{
    ActivityWindow window;
    window.add(candidate);
    for (const auto& other : others) window.add(other);
    return window.features_of(candidate);
}

double one(Feature feature, const Exchange& candidate, const std::vector<Exchange>& others)
{
    return at(features(candidate, others), feature);
}

}  // namespace

TEST_CASE("the server's thinking time is without the way there and back")
{
    auto candidate = request(seconds{0});
    CHECK(one(Feature::wait, candidate, {}) == 100);
    candidate.server_round_trip = milliseconds{30};
    CHECK(one(Feature::wait, candidate, {}) == 70);
    CHECK(one(Feature::pause, candidate, {}) == 70);
    candidate.server_round_trip = milliseconds{300};
    CHECK(one(Feature::wait, candidate, {}) == 0);
    candidate.down_first.reset();
    candidate.down_last.reset();
    CHECK(one(Feature::wait, candidate, {}) < 0);
    CHECK(one(Feature::answer_time, candidate, {}) < 0);
}

TEST_CASE("where an earlier answer's tail comes sooner than a round trip, the pause after it is the wait")
{
    auto candidate = request(seconds{0});
    candidate.server_round_trip = milliseconds{40};
    candidate.down_first = candidate.up_last + milliseconds{35};
    candidate.longest_pause = milliseconds{480};
    CHECK(one(Feature::wait, candidate, {}) == 440);
    candidate.down_first = candidate.up_last + milliseconds{36};
    CHECK(one(Feature::wait, candidate, {}) == 0);
}

TEST_CASE("a request's own sizes are told as they are, and its body without the header")
{
    auto candidate = request(seconds{0});
    const auto own = features(candidate, {});
    CHECK(at(own, Feature::request_bytes) == 900);
    CHECK(at(own, Feature::answer_bytes) == 3'000);
    CHECK(at(own, Feature::records) == 2);
    CHECK(at(own, Feature::body_bytes) == 500);
    CHECK(at(own, Feature::answer_time) == 50);
    CHECK(at(own, Feature::quic) == 0);
    candidate.transport = Transport::quic;
    CHECK(one(Feature::quic, candidate, {}) == 1);
}

TEST_CASE("hosts that take writes are told from hosts for reading, and from those for uploads")
{
    CHECK(one(Feature::api_host, request(seconds{0}, Role::read), {}) == 0);
    CHECK(one(Feature::api_host, request(seconds{0}, Role::api), {}) == 1);
    CHECK(one(Feature::upload_host, request(seconds{0}, Role::api), {}) == 0);
    CHECK(one(Feature::upload_host, request(seconds{0}, Role::upload), {}) == 1);
}

TEST_CASE("an upload in the twelve seconds before counts by its bytes and its age")
{
    const auto candidate = request(seconds{20});
    const auto upload = sized(request(seconds{15}, Role::upload), 80'000, 300);
    REQUIRE(is_upload(upload));
    const auto after = features(candidate, {upload, request(seconds{16}), request(seconds{17})});
    CHECK(at(after, Feature::upload_before) == 80'000);
    CHECK(at(after, Feature::since_upload) == doctest::Approx(4'990));
    CHECK(at(after, Feature::requests_since_upload) == 2);
    const auto without = features(candidate, {request(seconds{16})});
    CHECK(at(without, Feature::upload_before) == 0);
    CHECK(at(without, Feature::requests_since_upload) < 0);
    const auto long_ago = sized(request(seconds{7}, Role::upload), 80'000, 300);
    CHECK(one(Feature::upload_before, candidate, {long_ago}) == 0);
    const auto later = sized(request(seconds{21}, Role::upload), 80'000, 300);
    CHECK(one(Feature::upload_before, candidate, {later}) == 0);
}

TEST_CASE("the upload before is the latest one in reach, or none")
{
    ActivityWindow window;
    const auto candidate = request(seconds{20});
    CHECK(window.upload_before(candidate) == nullptr);
    window.add(sized(request(seconds{12}, Role::upload), 50'000, 300));
    window.add(sized(request(seconds{15}, Role::upload), 60'000, 300));
    window.add(sized(request(seconds{23}, Role::upload), 70'000, 300));
    const auto* upload = window.upload_before(candidate);
    REQUIRE(upload != nullptr);
    CHECK(upload->up_bytes == 60'000);
}

TEST_CASE("the neighbours are the requests next before and next after, media servers left out")
{
    const auto candidate = request(seconds{20});
    const auto before = sized(request(seconds{18}), 700, 2'000);
    const auto after = sized(request(seconds{21}), 1'100, 9'000);
    const auto both =
        features(candidate, {sized(request(seconds{14}), 1, 1), before, request(seconds{19}, Role::cdn), after,
                             sized(request(seconds{22}), 2, 2), request(milliseconds{20'500}, Role::cdn)});
    CHECK(at(both, Feature::previous_request) == 700);
    CHECK(at(both, Feature::previous_answer) == 2'000);
    CHECK(at(both, Feature::since_request) == 2'000);
    CHECK(at(both, Feature::next_request_bytes) == 1'100);
    CHECK(at(both, Feature::next_answer) == 9'000);
    CHECK(at(both, Feature::next_request) == doctest::Approx(840));  // from the end of the answer
    const auto alone = features(candidate, {});
    CHECK(at(alone, Feature::previous_answer) < 0);
    CHECK(at(alone, Feature::next_answer) < 0);
}

TEST_CASE("a preflight is no company: it is no neighbour and counts for nothing")
{
    const auto candidate = request(seconds{20});
    auto preflight = sized(request(milliseconds{19'900}), 500, 0);
    preflight.up_records = 1;
    CHECK(features(candidate, {preflight}) == features(candidate, {}));
    preflight.down_bytes = 900;
    CHECK(features(candidate, {preflight}) != features(candidate, {}));
}

TEST_CASE("a preflight answered with a body is none where nothing follows at once on its host")
{
    const auto candidate = request(seconds{1});
    auto asks = sized(request(seconds{1} - milliseconds{200}), 300, 254);
    asks.up_records = 1;
    asks.down_last = candidate.up_first - milliseconds{50};
    CHECK(one(Feature::requests_before, candidate, {asks}) == 0);
    CHECK(one(Feature::quiet_before, candidate, {asks}) == in_milliseconds(kLookBehind));
    auto earlier = asks;
    earlier.down_last = candidate.up_first - milliseconds{51};
    CHECK(one(Feature::requests_before, candidate, {earlier}) == 1);
    auto elsewhere = asks;
    elsewhere.match.row = 7;
    CHECK(one(Feature::requests_before, candidate, {elsewhere}) == 1);
    CHECK(one(Feature::requests_before, candidate, {sized(asks, 300, 601)}) == 1);
    CHECK(one(Feature::requests_before, candidate, {sized(asks, 1'200, 254)}) == 1);
}

TEST_CASE("what was asked and answered of late: the least, the largest and the usual, media left out")
{
    const auto candidate = sized(request(seconds{60}), 2'000, 1'000);
    const auto alone = features(candidate, {});
    CHECK(at(alone, Feature::request_above_least) == 0);
    CHECK(at(alone, Feature::request_to_largest) == 1);
    CHECK(at(alone, Feature::wait_to_long) == 1);
    CHECK(at(alone, Feature::wait_to_tiny) == 1);
    CHECK(at(alone, Feature::since_long_answer) == in_milliseconds(kHistory));
    auto quick = sized(request(seconds{20}), 500, 200);
    quick.down_first = quick.up_last + milliseconds{25};
    const std::vector<Exchange> others{sized(request(seconds{10}), 800, 20'000), quick,
                                       sized(request(seconds{30}), 4'000, 900), sized(request(seconds{31}), 9, 9'000),
                                       sized(request(seconds{40}, Role::cdn), 3, 90'000)};
    const auto own = features(candidate, others);
    CHECK(at(own, Feature::request_above_least) == 1'991);
    CHECK(at(own, Feature::request_to_largest) == 0.5);
    CHECK(at(own, Feature::wait_to_long) == 1);
    CHECK(at(own, Feature::wait_to_tiny) == 4);
    CHECK(at(own, Feature::requests_of_late) == 4);
    CHECK(at(own, Feature::long_answers_of_late) == 2);
    CHECK(at(own, Feature::since_long_answer) == doctest::Approx(28'840));
    CHECK(at(own, Feature::request_to_answer) == doctest::Approx(2'030.0 / 1'030));
}

TEST_CASE("a poll is known by the one before it, of nearly the same size on the same host")
{
    const auto candidate = sized(request(seconds{60}), 1'000, 200);
    CHECK(one(Feature::since_like, candidate, {sized(request(seconds{45}), 1'130, 9'000)}) == 15'000);
    CHECK(one(Feature::since_like, candidate, {sized(request(seconds{45}), 1'140, 200)}) == in_milliseconds(kHistory));
    auto elsewhere = sized(request(seconds{45}), 1'000, 200);
    elsewhere.match.row = 7;
    CHECK(one(Feature::since_like, candidate, {elsewhere}) == in_milliseconds(kHistory));
}

TEST_CASE("small talk does not end the quiet of weight, something to read does")
{
    const auto candidate = request(seconds{60});
    const auto small = sized(request(seconds{59}), 400, 300);
    CHECK(one(Feature::quiet_of_weight, candidate, {small}) == in_milliseconds(kHistory));
    CHECK(one(Feature::quiet_of_weight, candidate, {small, sized(request(seconds{50}), 400, 1'201)}) == 9'840);
    CHECK(one(Feature::quiet_of_weight, candidate, {small, sized(request(seconds{50}), 1'501, 300)}) == 9'840);
}

TEST_CASE("requests are counted a second back and three seconds on, small ones by small answers")
{
    const auto candidate = request(seconds{20});
    const auto small = [](Duration at) { return sized(request(at), 300, 200); };
    const auto company = features(candidate, {request(milliseconds{18'900}), request(milliseconds{19'500}),
                                              small(seconds{13}), small(seconds{14}), small(seconds{11}),
                                              small(seconds{21}), request(seconds{22}), small(seconds{24})});
    CHECK(at(company, Feature::requests_before) == 1);
    CHECK(at(company, Feature::small_before) == 2);
    CHECK(at(company, Feature::requests_after) == 2);
    CHECK(at(company, Feature::small_after) == 1);
}

TEST_CASE("media are bytes before and after, and end no silence")
{
    const auto candidate = request(seconds{20});
    const auto media = [](Duration at) { return sized(request(at, Role::cdn), 400, 50'000); };
    const auto company = features(candidate, {request(seconds{15}), media(seconds{16}), media(seconds{18}),
                                              media(seconds{19}), media(seconds{21})});
    CHECK(at(company, Feature::media_before) == 100'000);
    CHECK(at(company, Feature::media_after) == 50'000);
    CHECK(at(company, Feature::quiet_before) == doctest::Approx(5'000 - 160));
}

TEST_CASE("a timeline read again is a long answer after the candidate's own")
{
    const auto candidate = request(seconds{20});
    const auto refreshed =
        features(candidate, {sized(request(seconds{21}), 600, 300), sized(request(seconds{22}), 600, 30'000)});
    CHECK(at(refreshed, Feature::largest_answer_after) == 30'000);
    CHECK(at(refreshed, Feature::refresh_after) == doctest::Approx(1'840));
    CHECK(at(features(candidate, {sized(request(seconds{21}), 600, 5'000)}), Feature::refresh_after) > 3'000);
}

TEST_CASE("ranks are the share of other exchanges that were smaller, a half where there are none")
{
    const auto candidate = request(seconds{60});
    const auto alone = features(candidate, {});
    for (const auto rank : {Feature::wait_rank, Feature::answer_rank, Feature::request_rank})
        CHECK(at(alone, rank) == 0.5);
    std::vector<Exchange> smaller;
    std::vector<Exchange> larger;
    for (int i = 1; i <= 30; ++i) {
        smaller.push_back(sized(request(seconds{i}), 100, 1'500));
        larger.push_back(sized(request(seconds{i}), 5'000, 90'000));
    }
    const auto largest = features(candidate, smaller);
    CHECK(at(largest, Feature::request_rank) > 0.95);
    CHECK(at(largest, Feature::answer_rank) > 0.95);
    CHECK(at(largest, Feature::request_ratio) == doctest::Approx(9));
    const auto least = features(candidate, larger);
    CHECK(at(least, Feature::request_rank) < 0.05);
    CHECK(at(least, Feature::answer_rank) < 0.05);
}

TEST_CASE("what is usual is taken from two minutes back, not from before or after")
{
    const auto candidate = request(seconds{200});
    CHECK(one(Feature::request_rank, candidate, {sized(request(seconds{79}), 100, 100)}) == 0.5);
    CHECK(one(Feature::request_rank, candidate, {sized(request(seconds{201}), 100, 100)}) == 0.5);
    CHECK(one(Feature::request_rank, candidate, {sized(request(seconds{81}), 100, 1'500)}) > 0.5);
}

TEST_CASE("features do not depend on the order in which the exchanges were told")
{
    const auto candidate = request(seconds{20});
    std::vector<Exchange> company;
    for (int i = 0; i < 20; ++i)
        company.push_back(sized(request(milliseconds{9'000 + 700 * i}), 100U * static_cast<unsigned>(i + 1), 3'000));
    const auto forwards = features(candidate, company);
    CHECK(features(candidate, {company.rbegin(), company.rend()}) == forwards);
}

TEST_CASE("whatever is seen, every feature is a finite number")
{
    auto odd = request(seconds{0});
    odd.up_bytes = odd.down_bytes = odd.down_after_pause = UINT64_MAX;
    odd.first_up = UINT32_MAX;
    auto silent = request(seconds{1});
    silent.down_first.reset();
    silent.down_last.reset();
    for (const auto& candidate : {odd, silent}) {
        for (const auto value : features(candidate, {odd, silent, sized(request(seconds{2}), 0, 0)}))
            CHECK(std::isfinite(value));
    }
}

TEST_CASE("a window holds so many exchanges: the oldest goes, and says so")
{
    ActivityWindow window;
    std::size_t kept = 0;
    while (!window.add(request(milliseconds{static_cast<std::int64_t>(10 * kept)}))) {
        ++kept;
        REQUIRE(kept < 10'000);
    }
    CHECK(kept >= 100);
    window.forget_before(kNoon + seconds{3'600});
    CHECK(window.empty());
}

TEST_CASE("a connection's own quiet is told, and its first request has had all of it")
{
    auto candidate = request(seconds{0});
    candidate.quiet_before = milliseconds{20};
    CHECK(one(Feature::connection_quiet, candidate, {request(milliseconds{-500})}) == 20);
    candidate.quiet_before = seconds{90};
    CHECK(one(Feature::connection_quiet, candidate, {}) == 12'000);
    candidate.quiet_before = {};
    candidate.first_of_flow = true;
    CHECK(one(Feature::connection_quiet, candidate, {}) == 12'000);
}

TEST_CASE(
    "pictures that follow an answer are timed from its end, the first of them, and none is as late as can be told")
{
    const auto candidate = request(seconds{0});
    CHECK(one(Feature::media_delay, candidate, {request(milliseconds{900})}) == 3'400);
    const auto late = request(milliseconds{700}, Role::cdn);
    const auto soon = request(milliseconds{180}, Role::cdn);
    CHECK(one(Feature::media_delay, candidate, {late, soon}) == 20);
}

TEST_CASE("answers of a few bytes are counted four seconds back, telemetry's left out")
{
    const auto candidate = request(seconds{0});
    const auto typing = sized(request(seconds{-2}), 200, 60);
    const auto longer = sized(request(seconds{-2}), 200, 900);
    const auto older = sized(request(seconds{-5}), 200, 60);
    const auto told = sized(request(seconds{-1}, Role::telemetry), 200, 60);
    CHECK(one(Feature::tiny_before, candidate, {typing, longer, older, told}) == 1);
}

TEST_CASE("a feature is put into words only where its value bears them out")
{
    const auto words = [](Feature feature, std::initializer_list<std::pair<Feature, double>> values) {
        FeatureVector vector{};
        for (const auto& [which, value] : values) at(vector, which) = value;
        return in_words(feature, vector);
    };
    CHECK(words(Feature::wait, {{Feature::wait, 655}}) ==
          "the server took 655 ms to answer, as when it stores something");
    CHECK(words(Feature::wait, {{Feature::wait, 5}}).empty());
    CHECK(words(Feature::wait, {{Feature::wait, -1}, {Feature::pause, -1}}) == "the server sent no answer in time");
    CHECK(words(Feature::quiet_before, {{Feature::quiet_before, 2'300}}) ==
          "the application had been quiet for 2.3 s, as when somebody writes");
    CHECK(words(Feature::since_request, {{Feature::since_request, 9'000}, {Feature::quiet_before, 20}}).empty());
    CHECK(words(Feature::connection_quiet, {{Feature::connection_quiet, in_milliseconds(kLookBehind)}}) ==
          "its connection had been quiet for 12 s or longer");
    CHECK(words(Feature::connection_quiet, {{Feature::connection_quiet, 20}}).empty());
    CHECK(words(Feature::since_upload, {{Feature::upload_before, 21'000}, {Feature::since_upload, 1'500}}) ==
          "21.0 kB of media were uploaded 1.5 s before");
    CHECK(words(Feature::since_upload, {{Feature::upload_before, 21'000}, {Feature::since_upload, -150}}) ==
          "21.0 kB of media were being uploaded beside it");
}
