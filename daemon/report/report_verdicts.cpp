#include "report/report_verdicts.hpp"

#include "policy/text.hpp"
#include "report/story.hpp"

namespace breakwatch {

namespace {

void write_row(Markup& page, const std::string& on, const VerdictCounts& counts, bool own)
{
    page.raw(own ? "<tr class=\"finding\">" : "<tr>").element("td", "", on);
    for (const auto count : {counts.confirmed, counts.false_alarms, counts.unknown})
        page.element("td", "number", std::to_string(count));
    const auto precision = counts.precision();
    page.element("td", "number", precision ? percent(*precision) : "not known");
    page.element("td", "number", percent(counts.interval().from) + " to " + percent(counts.interval().to));
    page.raw("</tr>\n");
}

}  // namespace

void write_rule_verdicts(Markup& page, const CaseView& view)
{
    if (!view.rule_verdicts) return;
    const auto& found = *view.rule_verdicts;
    page.raw("<h2>What reviewers found of this rule</h2>\n");
    page.element("p", "lead",
                 "Of the incidents of rule " + found.rule + " that are kept, " +
                     std::to_string(found.all.judged() + found.all.unknown) +
                     " have a verdict. They are those that somebody looked at, not a fair sample. The interval is the "
                     "exact one (Clopper and Pearson): in at least 95 of 100 such counts the true share lies in it.");
    page.raw(
        "\n<div class=\"scroll\"><table class=\"values stacked\">\n<thead><tr><th>Platform</th><th "
        "class=\"number\">Found true</th><th class=\"number\">Found false</th><th class=\"number\">Unknown</th><th "
        "class=\"number\">Right of those judged</th><th class=\"number\">95 % interval</th></tr></thead>\n<tbody>\n");
    for (const auto& [platform, counts] : found.platforms) {
        const bool own = platform == view.incident.platform;
        write_row(page, (platform.empty() ? "none" : platform) + (own ? ", as here" : ""), counts, own);
    }
    if (found.platforms.size() > 1) write_row(page, "all", found.all, false);
    page.raw("</tbody>\n</table></div>\n");
}

}  // namespace breakwatch
