// A site's own numbers: installed where they are better on what was held back, refused where they are not or where
// there are too few posts to know.
#include <doctest/doctest.h>

#include "learn/site_fit.hpp"
#include "unit/learn/samples.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

std::vector<Recording> with_posts(const std::vector<std::size_t>& posts)
{
    std::vector<Recording> made;
    for (const auto count : posts) made.push_back(session_of(Feature::wait, 5 * count, 40 + made.size()));
    return made;
}

}  // namespace

TEST_CASE("where a platform's posts look other than the model believes, what is learned on site is better and says so")
{
    // Posts wait for 200 ms and more here; the model takes them for posts from 250 ms on.
    const auto model = one_split(Feature::wait, 250, 2);
    const auto fit = fit_site(model, six_sessions(Feature::wait, Feature::wait));
    REQUIRE(fit);
    CHECK(fit->posts_fitted == 48);
    CHECK(fit->recordings_held_back == 2);
    CHECK(fit->before.posts == 24);
    CHECK(fit->after.posts == 24);
    CHECK_MESSAGE(fit->better, fit->why);
    CHECK(fit->after.f1() > fit->before.f1() + 0.2);
    CHECK(fit->after.surprise < fit->before.surprise);
    CHECK(fit->why.starts_with("on what was held back it finds at least as many posts"));
    REQUIRE(adaptation_for(fit->model, "x") != nullptr);
    CHECK_FALSE(adaptation_for(fit->model, "x")->calibration.empty());
    CHECK(fit->model.alert_threshold == model.alert_threshold);
    CHECK(fit->model.balanced_threshold == model.balanced_threshold);
}

TEST_CASE("what was learned from posts unlike those held back is not better, and the reason is told")
{
    // The model is right about what is held back; the lessons teach another thing.
    const auto fit = fit_site(one_split(Feature::wait, 150, 4), six_sessions(Feature::pause, Feature::wait));
    REQUIRE(fit);
    CHECK_FALSE(fit->better);
    CHECK(fit->before.f1() == 1);
    CHECK_FALSE(fit->why.empty());
}

TEST_CASE("a model that is right already is not replaced by one that is no surer")
{
    auto model = one_split(Feature::wait, 150, 5.9);
    const auto fit = fit_site(model, six_sessions(Feature::wait, Feature::wait));
    REQUIRE(fit);
    CHECK(fit->before.f1() == 1);
    CHECK_FALSE(fit->better);
    CHECK(fit->why.find("no better") != std::string::npos);
}

TEST_CASE("nothing is learned from fewer posts, or compared on fewer, than is stated")
{
    const auto model = one_split(Feature::wait, 150, 2);
    const auto refused = [&](const std::vector<std::size_t>& posts) {
        const auto fit = fit_site(model, with_posts(posts));
        return fit ? "" : fit.error();
    };
    CHECK(refused({10, 9, 10}) == "found 19 posts to learn from; expected at least 20");
    CHECK(refused({10, 10, 9}) == "found 9 posts held back; expected at least 10");
    CHECK(refused({10, 10, 10}).empty());
    CHECK(refused({30, 30}) == "expected three recordings with posts or more: one in three is held back");
    auto mixed = with_posts({10, 10, 10});
    mixed[1].platform = "bluesky";
    const auto fit = fit_site(model, mixed);
    REQUIRE_FALSE(fit);
    CHECK(fit.error() == "found recordings of x and bluesky; expected one platform");
}

TEST_CASE("confidences are refitted from 30 posts on only")
{
    const auto model = one_split(Feature::wait, 150, 2);
    const auto fewer = fit_site(model, with_posts({14, 15, 10}));
    const auto enough = fit_site(model, with_posts({15, 15, 10}));
    REQUIRE(fewer);
    REQUIRE(enough);
    CHECK(adaptation_for(fewer->model, "x")->calibration.empty());
    CHECK_FALSE(adaptation_for(enough->model, "x")->calibration.empty());
}

TEST_CASE("a new fit takes the place of an older one of its platform and leaves others alone")
{
    auto model = one_split(Feature::wait, 150, 2);
    model.platforms = {{"x", "an older fit", {}, {}}, {"bluesky", "another", {}, {}}};
    const auto fit = fit_site(model, six_sessions(Feature::pause, Feature::pause));
    REQUIRE(fit);
    CHECK(fit->model.platforms.size() == 2);
    CHECK(adaptation_for(fit->model, "x")->fitted_on == "48 of 72 posts");
    CHECK(adaptation_for(fit->model, "bluesky")->fitted_on == "another");
}

namespace {

Recording browsing(std::size_t requests, std::uint64_t seed, double hours)
{
    auto recording = session_of(Feature::wait, requests, seed);
    for (auto& sample : recording.samples) sample.post = false;
    recording.label = kBrowseOnly;
    recording.hours = hours;
    return recording;
}

}  // namespace

TEST_CASE("what a site measures is the posts that were found, and the false findings an hour of browsing alone")
{
    // One request in five looks like a post to this model, also where none was made.
    const auto model = one_split(Feature::wait, 150, 4);
    auto timeless = browsing(10, 9, 0);
    const auto measured =
        measure_site(model, {session_of(Feature::wait, 50, 1), browsing(25, 2, 0.5), browsing(15, 3, 0.25), timeless});
    CHECK(measured == Measured{"x", 10, 10, 0.75, 40, 8});
}

TEST_CASE("a fit learns nothing from browsing alone, and measures itself on it")
{
    const auto model = one_split(Feature::wait, 250, 2);
    auto recordings = six_sessions(Feature::wait, Feature::wait);
    const auto without = fit_site(model, recordings);
    recordings.insert(recordings.begin(), browsing(100, 7, 1.5));
    const auto with = fit_site(model, recordings);
    REQUIRE(without);
    REQUIRE(with);
    CHECK(with->posts_fitted == without->posts_fitted);
    CHECK(with->after.surprise == without->after.surprise);
    CHECK(without->measured.browse_hours == 0);
    CHECK(with->measured.posts == 72);
    CHECK(with->measured.found >= 60);
    CHECK(with->measured.found <= 72);
    CHECK(with->measured.browse_hours == 1.5);
    CHECK(with->measured.actions == 100);
    CHECK(is_measured(with->model.measured, "x"));
    CHECK_FALSE(is_measured(without->model.measured, "x"));
}

TEST_CASE("an act is found by its strongest request, and counted once")
{
    auto recording = session_of(Feature::wait, 10, 1);
    for (auto& sample : recording.samples) sample.act = (sample.act + 1) / 2;
    const auto figures = measure(one_split(Feature::wait, 150, 4), {recording});
    CHECK(figures.acts == 5);
    CHECK(figures.posts == 2);
    CHECK(figures.found == 2);
    CHECK(figures.found_alert == 2);
    CHECK(figures.wrong == 0);
}
