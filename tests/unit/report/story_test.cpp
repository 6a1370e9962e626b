#include "report/story.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "cli/show_command.hpp"
#include "unit/cli/told_case.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

std::vector<Moment::Kind> kinds_of(const std::vector<Moment>& moments)
{
    std::vector<Moment::Kind> kinds;
    for (const auto& moment : moments) kinds.push_back(moment.kind);
    return kinds;
}

}  // namespace

TEST_CASE("a story is told in the order of time, from the shift to its end")
{
    const auto view = told_case();
    const auto moments = moments_of(view.incident, view.rule());
    using enum Moment::Kind;
    CHECK(kinds_of(moments) ==
          std::vector{duty, call, call, pause, device, browsing, post, alert, window, pause, duty});
    CHECK(std::ranges::is_sorted(moments, {}, &Moment::at));
    CHECK(moments[8].at == at("17:11:02.675"));
    CHECK(contains(moments[5].text, "206 kB received and 14 kB sent on x"));
    CHECK(contains(moments[5].text, "16 kB sent elsewhere"));
}

TEST_CASE("what a story does not know it leaves out, and never invents")
{
    auto view = told_case();
    view.incident.duty = {};
    view.incident.call.answered.reset();
    view.incident.volume.clear();
    using enum Moment::Kind;
    CHECK(kinds_of(moments_of(view.incident, nullptr)) == std::vector{call, device, post, alert});
    CHECK(moments_of(view.incident, nullptr)[0].text ==
          "customer call ended, ended by caller (acd/7f1c-1077, queue billing)");
}

TEST_CASE("a finding during a call is not said to be after it")
{
    auto incident = told_incident();
    incident.call.ended.reset();
    incident.after_call = std::chrono::minutes{-3};
    CHECK(headline(incident) == "Post-like activity on x, during a customer call");
    CHECK(!window_end(incident, told_case().rule()));
}

TEST_CASE("a withdrawn incident says so first")
{
    auto view = told_case();
    view.incident.state = IncidentState::closed;
    view.incident.finding_count = 0;
    view.incident.findings.clear();
    CHECK(contains(headline(view.incident), "Withdrawn"));
    CHECK(contains(story_text(view), "incident withdrawn"));
}

TEST_CASE("the story on the terminal has times in both clocks, every reason and every gap")
{
    const auto view = told_case();
    const auto text = story_text(view);
    for (const auto* part :
         {"2026-11-23 17:00:13  2026-11-24 02:00:13", "Asia/Tokyo", "p-1512333a341e", "4 min 11 s", "99 %", "tier B",
          "acd/7f1c-1077", "95 %", "alert 7", "nothing was changed", "never proof"})
        CHECK_MESSAGE(contains(text, part), part);
    for (const auto& reason : view.incident.reasons) CHECK(contains(text, reason));
    for (const auto& gap : view.incident.gaps) CHECK(contains(text, gap));
}

TEST_CASE("a changed chain is shouted in the story")
{
    auto view = told_case();
    view.verification.wrong = {"alert 7 was changed"};
    CHECK(contains(story_text(view), "WAS CHANGED"));
    CHECK(!contains(story_text(view), "nothing was changed"));
}

TEST_CASE("a story without what the configuration said has UTC alone")
{
    auto view = told_case();
    view.site.reset();
    const auto text = story_text(view);
    CHECK(contains(text, "2026-11-23 17:00:13"));
    CHECK(!contains(text, "2026-11-24"));
}

TEST_CASE("what is due next is told, and what is overdue")
{
    auto view = told_case();
    CHECK(contains(story_text(view), "triaged is due by 2026-11-23 21:00:13 UTC"));
    view.now = at("23:00:13.674");
    CHECK(contains(story_text(view), "triaged was due 2026-11-23 21:00:13 UTC, 2 h ago"));
    view.incident.state = IncidentState::principal_notified;
    CHECK(next_due(view.incident, view.site->due)->state == IncidentState::closed);
    view.incident.state = IncidentState::closed;
    CHECK(!next_due(view.incident, view.site->due));
}

TEST_CASE("shares never round to certainty")
{
    CHECK(percent(0.999) == "over 99 %");
    CHECK(percent(1.0) == "100 %");
    CHECK(percent(0.001) == "under 1 %");
    CHECK(percent(0) == "0 %");
    CHECK(in_words(std::uint64_t{999}) == "999 B");
    CHECK(in_words(std::uint64_t{3'397}) == "3.4 kB");
    CHECK(in_words(std::uint64_t{999'999}) == "1.0 MB");
}
