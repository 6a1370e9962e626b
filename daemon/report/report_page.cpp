#include "report/report_page.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "report/markup.hpp"
#include "report/report_style.hpp"
#include "report/report_timeline.hpp"
#include "report/report_verdicts.hpp"
#include "report/story.hpp"

namespace breakwatch {

namespace {

class Page {
  public:
    Page(const CaseView& view, Timestamp made_at)
        : view_(view), incident_(view.incident), zone_(view.zone()), made_at_(made_at)
    {}

    std::string write()
    {
        head();
        header();
        cards();
        timeline();
        story();
        why_and_gaps();
        findings();
        worth();
        write_rule_verdicts(page_, view_);
        facts();
        evidence();
        footer();
        return page_.str();
    }

  private:
    void head()
    {
        page_.raw(
            "<!DOCTYPE html>\n<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n<meta "
            "charset=\"utf-8\"/>\n");
        page_.raw(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; style-src "
            "&#39;unsafe-inline&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;\"/>\n");
        page_.raw(
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
            "<meta name=\"robots\" content=\"noindex\"/>\n<meta name=\"referrer\" content=\"no-referrer\"/>\n<title>");
        page_.text(incident_.id + ": " + headline(incident_))
            .raw("</title>\n<style>")
            .raw(kReportStyle)
            .raw("</style>\n</head>\n");
    }

    Timestamp begin() const { return incident_.findings.empty() ? incident_.raised_at : incident_.findings.front().at; }

    void header()
    {
        page_.raw("<body>\n<main>\n<header>\n<div class=\"kicker\"><b>BREAKWATCH INCIDENT REPORT</b>");
        page_.raw("<code>").text(incident_.id).raw("</code>");
        page_.element("span", "", "state: " + in_words(incident_.state));
        page_.element("span", "", "severity: " + std::string(name(incident_.severity)));
        page_.element("span", "", "revision " + std::to_string(incident_.revision)).raw("</div>\n");
        page_.element("h1", "", headline(incident_))
            .raw("\n<p class=\"lead\">Staff pseudonym <code>")
            .text(incident_.subject.value);
        page_.raw("</code>").text(view_.site && !view_.site->site.empty() ? ", site " + view_.site->site : "");
        page_.text(", " + utc_date_time(begin()) + " UTC");
        if (!zone_.is_utc())
            page_.text(" (" + zone_.date_time(begin()) + " " + zone_.name() + ", " + zone_.offset(begin()) + ")");
        page_.raw(". Post-like activity is a question to ask, never proof of a post.</p>\n");
        if (!view_.verification.wrong.empty())
            page_
                .element("p", "alarm",
                         "The evidence was changed after it was recorded: see Evidence. Do not rely on this page.")
                .raw("\n");
        page_.raw("</header>\n");
    }

    void card(std::string_view css_class, std::string_view what, std::string_view value, std::string_view note)
    {
        page_.raw("<div class=\"").raw(css_class).raw("\">").element("dt", "", what).element("dd", "value", value);
        page_.element("dd", "note", note).raw("</div>\n");
    }

    void cards()
    {
        page_.raw("<dl class=\"cards\">\n");
        if (!incident_.findings.empty()) {
            const auto* rule = view_.rule();
            card("card key", "Confidence", sureness(incident_, incident_.confidence),
                 "tier " + std::string(name(incident_.tier)) + ": " + std::string(meaning(incident_.tier)));
            card("card key", during_call(incident_) ? "During the call" : "After the call",
                 during_call(incident_) ? "in call" : to_words(incident_.after_call),
                 rule == nullptr ? "rule " + incident_.rule : "the rule's window is " + to_words(rule->within));
        }
        card("card", "Whose device", std::string(name(incident_.binding.grade)),
             incident_.binding.grade == Grade::strong ? "logged in as this person" : "enrolled for this person");
        if (!incident_.findings.empty())
            card("card", "Coverage", percent(incident_.coverage.share()), "of the device's traffic could be named");
        page_.raw("</dl>\n");
    }

    void timeline()
    {
        page_.raw("<section class=\"drawing\">\n<h2>Timeline</h2>\n<figure>\n")
            .raw(draw_timeline(view_))
            .raw("<figcaption>");
        if (!incident_.findings.empty())
            page_.raw("<span><i class=\"swatch dot\"></i>finding, with its confidence</span>");
        if (!incident_.platform.empty())
            page_.raw("<span><i class=\"swatch ours\"></i>").text("traffic on " + incident_.platform).raw("</span>");
        page_.raw(
            "<span><i class=\"swatch others\"></i>other traffic of the device</span>"
            "<span>bar heights grow with the square root of the bytes</span></figcaption>\n</figure>\n</section>\n");
    }

    void times(Timestamp at)
    {
        page_.element("td", "time", utc_date_time(at));
        if (!zone_.is_utc()) page_.element("td", "time", zone_.date_time(at));
    }

    void time_heads()
    {
        page_.raw("<th class=\"time\">UTC</th>");
        if (!zone_.is_utc()) page_.element("th", "time", zone_.name());
    }

    void story()
    {
        page_.raw("<h2>What happened</h2>\n<div class=\"scroll\"><table class=\"moments stacked\">\n<thead><tr>");
        time_heads();
        page_.raw("<th>Source</th><th>Event</th></tr></thead>\n<tbody>\n");
        for (const auto& moment : moments_of(incident_, view_.rule())) {
            page_.raw(moment.kind == Moment::Kind::post ? "<tr class=\"finding\">" : "<tr>");
            times(moment.at);
            page_.element("td", "kind", name(moment.kind)).element("td", "", moment.text).raw("</tr>\n");
        }
        page_.raw("</tbody>\n</table></div>\n");
    }

    void list(std::string_view tag, const std::vector<std::string>& items)
    {
        page_.raw("<").raw(tag).raw(">\n");
        for (const auto& item : items) page_.element("li", "", item).raw("\n");
        page_.raw("</").raw(tag).raw(">\n");
    }

    void why_and_gaps()
    {
        page_.raw("<div class=\"columns\">\n<section><h2>Why breakwatch concluded this</h2>\n");
        list("ol", incident_.reasons);
        page_.raw("</section>\n<section><h2>What it could not see</h2>\n");
        list("ul", incident_.gaps);
        page_.raw("</section>\n</div>\n");
    }

    void findings()
    {
        if (incident_.findings.empty()) return;
        page_.raw("<h2>Findings</h2>\n<div class=\"scroll\"><table class=\"values stacked\">\n<thead><tr><th>No.</th>");
        std::size_t number = 0;
        time_heads();
        page_.raw(
            "<th>Kind</th><th>Server name</th><th>Named by</th><th>Tier</th><th class=\"number\">Confidence</th>"
            "<th class=\"number\">Sent</th><th class=\"number\">Received</th><th class=\"number\">Server "
            "took</th></tr></thead>\n<tbody>\n");
        for (const auto& finding : incident_.findings) {
            page_.raw("<tr>").element("td", "", std::to_string(++number));
            times(finding.at);
            page_.element("td", "time", in_words(finding.kind)).element("td", "", finding.server_name);
            page_.element("td", "by", in_words(finding.name_origin));
            page_.element("td", "tier", name(finding.tier))
                .element("td", "number sure", sureness(incident_, finding.confidence));
            page_.element("td", "number sent", in_words(finding.up_bytes))
                .element("td", "number received", in_words(finding.down_bytes));
            page_.element("td", "number took", to_words(finding.server_wait)).raw("</tr>\n");
        }
        page_.raw("</tbody>\n</table></div>\n");
        if (incident_.finding_count > incident_.findings.size())
            page_
                .element("p", "lead",
                         std::to_string(incident_.finding_count - incident_.findings.size()) +
                             " more were counted and are not listed.")
                .raw("\n");
    }

    // What a confidence has meant before, and what an alert is worth where posts are rare.
    void worth()
    {
        if (incident_.findings.empty() || !view_.site || view_.site->detector.validation.sessions == 0) return;
        const auto& detector = view_.site->detector;
        page_.raw("<h2>What the confidence is worth</h2>\n");
        page_.element("p", "lead",
                      "Detector numbers of " + detector.version + ", learned from " + detector.trained_on +
                          ", measured on " + counted(detector.validation.sessions, "session") +
                          ", each left out of the learning in turn, and before any fitting to this site.");
        page_.raw("\n<div class=\"columns\">\n");
        reliability(detector.validation);
        base_rates(detector.validation);
        page_.raw("</div>\n");
    }

    // The row of the surest finding is marked: what several are worth together was never measured.
    void reliability(const Validation& validation)
    {
        const auto surest = std::ranges::max(incident_.findings, {}, &Finding::confidence).confidence;
        page_.raw(
            "<section><table>\n<thead><tr><th>Confidence of a finding</th><th "
            "class=\"number\">Right</th></tr></thead>\n<tbody>\n");
        for (const auto& bin : validation.reliability) {
            const bool own = surest >= bin.from && (surest < bin.to || bin.to >= 1);
            page_.raw(own ? "<tr class=\"finding\">" : "<tr>");
            page_.element("td", "", percent(bin.from) + " to " + percent(bin.to) + (own ? ", as the surest here" : ""));
            page_.element("td", "number", std::to_string(bin.right) + " of " + std::to_string(bin.findings))
                .raw("</tr>\n");
        }
        page_.raw("</tbody>\n</table></section>\n");
    }

    void base_rates(const Validation& validation)
    {
        page_.raw(
            "<section><table>\n<thead><tr><th>If a post is one action in</th><th class=\"number\">Right of 100 alerts, "
            "by the "
            "traffic alone</th><th class=\"number\">On shift, after a call</th></tr></thead>\n<tbody>\n");
        const auto of_100 = [](double precision) { return std::to_string(std::lround(100 * precision)); };
        for (const auto rate : kActionsPerPost) {
            page_.raw("<tr>").element("td", "", std::to_string(rate));
            page_.element("td", "number", of_100(precision_at(validation, rate, 1)));
            page_.element("td", "number", of_100(precision_at(validation, rate, kExposed))).raw("</tr>\n");
        }
        page_.raw("</tbody>\n</table>\n");
        page_.element("p", "lead",
                      "On shift, after a call: as incidents are raised. Assumed: " + percent(kExposed) +
                          " of a person's other actions fall into that time.");
        page_.raw("</section>\n");
    }

    void fact(std::string_view what, const std::string& is)
    {
        if (!is.empty()) page_.raw("<tr>").element("th", "", what).element("td", "", is).raw("</tr>\n");
    }

    std::string both_times(Timestamp at) const
    {
        auto text = utc_date_time(at) + " UTC";
        return zone_.is_utc() ? text : text + " (" + zone_.date_time(at) + " " + zone_.abbreviation(at) + ")";
    }

    std::string interval(const std::optional<Timestamp>& from, const std::optional<Timestamp>& to) const
    {
        if (!from && !to) return "";
        if (!from || !to)
            return (from ? both_times(*from) : std::string("not known")) + " to " +
                   (to ? both_times(*to) : std::string("not known yet"));
        const auto until = [](const std::string& begin, const std::string& end) {
            return begin + " to " + (begin.substr(0, 10) == end.substr(0, 10) ? end.substr(11) : end);
        };
        const auto utc = until(utc_date_time(*from), utc_date_time(*to)) + " UTC";
        return zone_.is_utc() ? utc
                              : utc + " (" + until(zone_.date_time(*from), zone_.date_time(*to)) + " " +
                                    zone_.abbreviation(*from) + ")";
    }

    void facts()
    {
        const auto* rule = view_.rule();
        const auto due = view_.site ? next_due(incident_, view_.site->due) : std::nullopt;
        page_.raw("<h2>Facts</h2>\n<table class=\"facts stacked\">\n<tbody>\n");
        fact("State", in_words(incident_.state) + (due ? "; " + in_words(*due, made_at_) : ""));
        if (view_.verdict) fact("Verdict", in_words(*view_.verdict));
        fact("Rule", incident_.rule + (rule == nullptr ? "" : ": " + rule->description));
        if (!incident_.findings.empty()) {
            if (rule != nullptr)
                fact("Rule's conditions", "within " + to_words(rule->within) + " after the call" +
                                              (rule->during_call ? ", or during it" : "") + "; confidence at least " +
                                              percent(rule->least_confidence));
            fact("Platform", incident_.platform);
            fact("Channel", std::string(name(incident_.call.channel)));
            fact("Customer call", incident_.call.source + "/" + incident_.call.id +
                                      (incident_.call.ended_by.empty() ? "" : ", ended by " + incident_.call.ended_by));
            fact("Queue", incident_.call.queue);
            fact("Call's times", interval(incident_.call.answered, incident_.call.ended));
        }
        fact("Shift", interval(incident_.duty.shift_start, incident_.duty.shift_end));
        fact("Break", interval(incident_.duty.pause_start, incident_.duty.pause_end));
        fact("Site", incident_.duty.site);
        fact("Device belongs", std::string(name(incident_.binding.grade)) + ": " + incident_.binding.reason);
        fact("Zone", incident_.binding.zone);
        coverage();
        page_.raw("</tbody>\n</table>\n");
    }

    void coverage()
    {
        const auto& all = incident_.coverage;
        if (all.named + all.by_dns + all.encrypted + all.unnamed == 0) return;
        fact("Traffic named", in_words(all.named) + " by the flow itself, " + in_words(all.by_dns) +
                                  " by DNS answers only, " + in_words(all.encrypted) +
                                  " hidden by Encrypted Client Hello, " + in_words(all.unnamed) + " not named");
    }

    void evidence()
    {
        page_.raw("<h2>Evidence</h2>\n<table class=\"facts stacked\">\n<tbody>\n");
        if (const auto& site = view_.site) {
            fact("Purpose of the monitoring", site->purpose);
            fact("Responsible", site->responsible);
            fact("Internal rules", site->rules_reference);
            fact("Staff were told", site->notice_date);
            fact("Kept for", site->retention_days == 0 ? "" : std::to_string(site->retention_days) + " days");
        }
        for (const auto& entry : view_.openings)
            fact(done_in_words(entry),
                 both_times(entry.at) + " by " + entry.who + (entry.reason.empty() ? "" : ": " + entry.reason));
        chain();
        page_.raw("</tbody>\n</table>\n");
        alerts();
    }

    static std::string done_in_words(const AuditEntry& entry)
    {
        const auto approved = entry.openers.empty() ? "" : ", approved by " + entry.openers;
        if (entry.action == "identity-opened") return "Identity opened" + approved;
        if (entry.action == "identity-asked") return "Opening asked";
        if (entry.action == "identity-approved") return "Opening" + approved;
        if (entry.action == kVerdictAction) return "Found " + entry.verdict;
        const auto words = action_in_words(entry);
        return "Set to " + words.substr(words.find(':') + 1);
    }

    void chain()
    {
        const auto& checked = view_.verification;
        page_.raw("<tr><th>Chain of evidence</th><td>");
        if (checked.wrong.empty()) {
            page_.element("span", "verdict intact", "Intact. ");
            page_.text(counted(checked.alerts, "alert") + ", sequence numbers " + std::to_string(checked.first) +
                       " to " + std::to_string(checked.last) +
                       ", recomputed when this page was made; none was changed, none is missing between them.");
        } else {
            page_.element("span", "verdict changed", "Changed. ");
            for (const auto& each : checked.wrong) page_.text(each + ". ");
        }
        page_.raw("</td></tr>\n");
    }

    void alerts()
    {
        page_.raw(
            "<div class=\"scroll\"><table class=\"values "
            "stacked\">\n<thead><tr><th>Sequence</th><th>Code</th><th>Revision</th><th>Event time (UTC)</th>"
            "<th>Hash of it and all before</th></tr></thead>\n<tbody>\n");
        for (const auto& entry : view_.evidence) {
            page_.raw("<tr>")
                .element("td", "sequence", std::to_string(entry.sequence))
                .element("td", "time", entry.code);
            page_.element("td", entry.revision ? "revision" : "",
                          entry.revision ? std::to_string(*entry.revision) : "audit");
            page_.element("td", "time", to_rfc3339(entry.at)).element("td", "mono hash", entry.hash).raw("</tr>\n");
        }
        page_.raw("</tbody>\n</table></div>\n");
    }

    void footer()
    {
        page_.raw(
            "<footer>\n<p>breakwatch reads traffic metadata only: server names, directions, sizes and times. Nothing "
            "was decrypted, no "
            "content is stored, and only enrolled devices leave a record. No alert is no proof that nothing was "
            "posted.</p>\n<p>");
        page_.text("Made by breakwatch " + view_.version + " at " + both_times(made_at_) +
                   ". The person behind the pseudonym is opened with a reason, "
                   "which is itself recorded.");
        page_.raw("</p>\n</footer>\n</main>\n</body>\n</html>\n");
    }

    const CaseView& view_;
    const Incident& incident_;
    SiteZone zone_;
    Timestamp made_at_;
    Markup page_;
};

}  // namespace

std::string report_page(const CaseView& view, Timestamp made_at)
{
    return Page(view, made_at).write();
}

}  // namespace breakwatch
