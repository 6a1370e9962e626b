#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "report/report_page.hpp"
#include "report/report_timeline.hpp"
#include "report/svg_canvas.hpp"
#include "unit/cli/told_case.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kMade = parse_rfc3339("2026-11-24T09:00:00Z").value();

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

std::string build_folder()
{
    const char* folder = std::getenv("BREAKWATCH_BUILD");
    return folder == nullptr ? std::filesystem::temp_directory_path().string() : folder;
}

// Python's parser is strict: one bad character or open tag and it says no.
bool well_formed(const std::string& page, const std::string& name)
{
    const auto file = build_folder() + "/" + name;
    std::ofstream(file, std::ios::binary) << page;
    const auto command =
        "python3 -c 'import sys, xml.etree.ElementTree as tree; tree.parse(sys.argv[1])' '" + file + "'";
    return std::system(command.c_str()) == 0;
}

// Every text of a case that comes from outside, made as bad as it can be.
CaseView hostile_case()
{
    const std::string bad = "<script>alert(1)</script>\"'&]]><!--\x1b[2J\xff\xc0\x80 http://evil.example/\x01";
    auto view = told_case();
    auto& incident = view.incident;
    for (auto* text : {&incident.id,
                       &incident.rule,
                       &incident.subject.value,
                       &incident.platform,
                       &incident.call.source,
                       &incident.call.id,
                       &incident.call.queue,
                       &incident.call.ended_by,
                       &incident.duty.site,
                       &incident.binding.zone,
                       &incident.binding.reason,
                       &incident.findings[0].platform,
                       &incident.findings[0].server_name,
                       &view.site->site,
                       &view.site->purpose,
                       &view.site->responsible,
                       &view.site->rules_reference,
                       &view.site->notice_date,
                       &view.evidence[0].code,
                       &view.evidence[0].hash,
                       &view.version,
                       &view.site->rules[0].id,
                       &view.site->rules[0].description})
        *text = bad;
    view.site->time_zone = "../../etc/passwd\"><script>";
    incident.reasons = {bad};
    incident.gaps = {bad};
    incident.volume[1].platform = bad;
    view.openings = {{kMade, bad, bad, bad, bad}, {kMade, bad, kVerdictAction, bad, bad, bad}};
    view.verdict = GivenVerdict{Verdict::confirmed, bad, bad, kMade};
    view.rule_verdicts = RuleVerdicts{bad, {1, 2, 3}, {{bad, {1, 2, 3}}, {"", {}}}};
    view.verification.wrong = {bad};
    return view;
}

}  // namespace

TEST_CASE("a page is well-formed and tells times, reasons, gaps, purpose and chain")
{
    const auto view = told_case();
    const auto page = report_page(view, kMade);
    CHECK(well_formed(page, "told_report.html"));
    for (const auto* part :
         {"2026-11-23 17:00:13", "2026-11-24 02:00:13", "Asia/Tokyo", "+09:00", "p-1512333a341e", "4 min 11 s", "99 %",
          "acd/7f1c-1077", "Protect customers", "Head of security", "Handbook 7.4", "2026-10-01", "180 days",
          "sequence numbers 1 to 9", "BW-1001", "<title id=\"timeline-title\">", "<desc id=\"timeline-desc\">",
          "@media print", "prefers-color-scheme: dark"})
        CHECK_MESSAGE(contains(page, part), part);
    for (const auto& reason : view.incident.reasons) CHECK(contains(page, reason));
    for (const auto& gap : view.incident.gaps) CHECK(contains(page, gap));
}

TEST_CASE("a page says what its confidence has been worth, and what an alert is worth where posts are rare")
{
    const auto page = report_page(told_case(), kMade);
    CHECK(contains(page, "measured on 24 sessions, each left out of the learning in turn"));
    CHECK(contains(
        page,
        "<tr class=\"finding\"><td>95 % to 100 %, as the surest here</td><td class=\"number\">89 of 89</td></tr>"));
    CHECK(contains(page, "<tr><td>300</td><td class=\"number\">45</td><td class=\"number\">77</td></tr>"));
    auto of_weak_ones = told_case();
    of_weak_ones.incident.confidence = 0.96;
    of_weak_ones.incident.findings[0].confidence = 0.82;
    of_weak_ones.incident.findings.push_back(of_weak_ones.incident.findings[0]);
    CHECK(contains(report_page(of_weak_ones, kMade), "<td>80 % to 90 %, as the surest here</td>"));
    auto of_older_store = told_case();
    of_older_store.site->detector = {};
    CHECK(!contains(report_page(of_older_store, kMade), "What the confidence is worth"));
}

TEST_CASE("a page loads nothing, runs nothing and says so")
{
    const auto page = report_page(told_case(), kMade);
    CHECK(contains(page, "default-src &#39;none&#39;"));
    for (const auto* part :
         {"<script", "<link", "<img", "<iframe", "@import", "url(", "href=", "src=", "onload", "https:"})
        CHECK_MESSAGE(!contains(page, part), part);
}

TEST_CASE("no text from outside becomes markup, whatever is in it")
{
    const auto page = report_page(hostile_case(), kMade);
    CHECK(well_formed(page, "hostile_report.html"));
    CHECK(!contains(page, "<script"));
    CHECK(!contains(page, "\x1b"));
    CHECK(!contains(page, "]]>"));
    CHECK(contains(page, "&lt;script&gt;alert(1)"));
}

TEST_CASE("a changed chain is told on the page")
{
    auto view = told_case();
    view.verification.wrong = {"alert 7 was changed"};
    const auto page = report_page(view, kMade);
    CHECK(contains(page, "alert 7 was changed"));
    CHECK(contains(page, "Do not rely on this page"));
    CHECK(!contains(page, "Intact"));
    CHECK(!contains(report_page(told_case(), kMade), "Do not rely on this page"));
}

TEST_CASE("the drawing holds call, break, join, window and every finding")
{
    auto view = told_case();
    view.incident.findings.push_back(told_finding("17:03:00", 0.71));
    view.incident.finding_count = 2;
    CHECK(contains(draw_timeline(told_case()), "17:00:13Z  text post, 99 %"));
    const auto svg = draw_timeline(view);
    CHECK(well_formed(svg, "told_timeline.svg"));
    for (const auto* part : {"shift 12:00", "break 16:57", "5 min 11 s", "4 min 11 s", "15 min after the call",
                             "break-area since 16:59:02Z", "text post at 2026-11-23T17:00:13.674Z, confidence 99 %",
                             ">99 %<", ">71 %<", "confidence 71 %", "at most 30 kB", "at most 206 kB"})
        CHECK_MESSAGE(contains(svg, part), part);
}

TEST_CASE("an incident without a call, volume or finding is drawn too")
{
    auto view = told_case();
    view.incident.findings.clear();
    view.incident.platform.clear();
    view.incident.call = {};
    view.incident.volume.clear();
    view.incident.duty = {};
    const auto page = report_page(view, kMade);
    CHECK(well_formed(page, "zone_report.html"));
    CHECK(contains(page, "A device where devices are not allowed"));
}

TEST_CASE("the drawing keeps minutes visible, however long the call was or the window is")
{
    auto view = told_case();
    view.incident.call.answered = at("12:10:00");
    view.incident.binding.from = at("12:00:00");
    view.site->rules[0].within = std::chrono::hours{24};
    const auto span = drawn_span(view.incident, view.rule());
    CHECK(span.from <= at("16:41:30"));
    CHECK(span.to - span.from <= std::chrono::minutes{45});
    CHECK(span.from < view.incident.findings.front().at);
    CHECK(span.to > view.incident.findings.back().at);
}

TEST_CASE("an axis has few and round ticks, for seconds and for days")
{
    using namespace std::chrono_literals;
    const auto start = at("16:50:51.480");
    for (const auto length : std::initializer_list<Duration>{20s, 3min, 22min, 2h, 26h, 100h}) {
        const auto ticks = axis_ticks(start, start + length, 12);
        CHECK(ticks.at.size() >= 2);
        CHECK(ticks.at.size() <= 13);
        for (const auto tick : ticks.at) CHECK(tick.time_since_epoch() % 5s == 0s);
    }
}

TEST_CASE("what stands at the same moment of a time span is drawn inside it")
{
    auto view = told_case();
    view.incident.binding.from = view.incident.findings[0].at;
    view.incident.raised_at = view.incident.findings[0].at;
    view.incident.call = {};
    view.incident.duty = {};
    view.incident.volume.clear();
    const auto span = drawn_span(view.incident, nullptr);
    CHECK(span.to > span.from);
    CHECK(well_formed(draw_timeline(view), "moment_timeline.svg"));
}
