#include "cli/show_command.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/clock.hpp"
#include "cli/operator_name.hpp"
#include "cli/reason.hpp"
#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "report/story.hpp"
#include "store/incident_json.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kStoryWidth = 110;

std::string summary(const CaseView& view)
{
    const auto& incident = view.incident;
    const auto verdict = view.verdict ? ", verdict " + std::string(name(view.verdict->verdict)) : std::string{};
    auto text = printable(headline(incident)) + "\n";
    text += printable(incident.id) + "  " + std::string(name(incident.severity)) + ", " +
            (incident.held ? std::string("held") : in_words(incident.state)) + verdict + ", revision " +
            std::to_string(incident.revision) + ", rule " + printable(incident.rule) + "\n\n";
    const auto fact = [&](const char* what, const std::string& is) {
        text += paragraph(is, 16, std::string(what).append(15 - std::string_view(what).size(), ' '), kStoryWidth);
    };
    if (view.site) {
        if (const auto due = next_due(incident, view.site->due)) fact("  due", in_words(*due, view.now));
    }
    fact("  subject", incident.subject.value + " (a pseudonym; `breakwatch show --staff` opens it)");
    if (!incident.findings.empty()) {
        fact("  confidence",
             sureness(incident, incident.confidence) + ", tier " + std::string(name(incident.tier)) + " (" +
                 std::string(meaning(incident.tier)) + ")" +
                 (incident.finding_count > 1 ? ", " + std::to_string(incident.finding_count) + " findings" : ""));
        fact("  coverage",
             percent(incident.coverage.share()) + " of the device's traffic about that time could be named");
    }
    if (view.verdict) fact("  verdict", in_words(*view.verdict));
    if (view.rule_verdicts) fact("  the rule", in_words(view.rule_verdicts->all));
    fact("  device", std::string(name(incident.binding.grade)) + ": " + incident.binding.reason);
    return text;
}

std::string what_happened(const CaseView& view)
{
    const auto zone = view.zone();
    auto text = std::string("\nWHAT HAPPENED\n  UTC");
    if (!zone.is_utc()) text += std::string(18, ' ') + zone.name();
    text += "\n";
    const std::size_t indent = zone.is_utc() ? 23 : 44;
    for (const auto& moment : moments_of(view.incident, view.rule())) {
        auto times = "  " + utc_date_time(moment.at);
        if (!zone.is_utc()) times += "  " + zone.date_time(moment.at);
        text += paragraph(moment.text, indent, times + " ", kStoryWidth);
    }
    return text;
}

std::string listed(const char* heading, const std::vector<std::string>& items, bool numbered)
{
    if (items.empty()) return "";
    auto text = "\n" + std::string(heading) + "\n";
    std::size_t number = 0;
    for (const auto& item : items) {
        ++number;
        text += paragraph(item, numbered ? 5 : 4, numbered ? std::to_string(number) + "." : "-", kStoryWidth);
    }
    return text;
}

std::string evidence_text(const CaseView& view)
{
    std::string text = "\nEVIDENCE\n";
    for (const auto& entry : view.evidence) {
        text += paragraph("alert " + std::to_string(entry.sequence) + ", " + entry.code +
                              (entry.revision ? ", revision " + std::to_string(*entry.revision) : "") + ", " +
                              to_rfc3339(entry.at) + ", hash " + entry.hash.substr(0, 16),
                          4, "-", kStoryWidth);
    }
    const auto& checked = view.verification;
    text += paragraph(checked.wrong.empty()
                          ? "chain of " + counted(checked.alerts, "alert") + " recomputed: nothing was changed"
                          : "THE CHAIN OF ALERTS WAS CHANGED: `breakwatch verify` says where",
                      4, "-", kStoryWidth);
    for (const auto& opening : view.openings)
        text += paragraph(action_in_words(opening) + " " + to_rfc3339(opening.at) + " by " + opening.who +
                              (opening.reason.empty() ? "" : ": " + opening.reason),
                          4, "-", kStoryWidth);
    return text;
}

std::string as_json(const CaseView& view)
{
    if (!view.verdict) return to_json(view.incident);
    const auto& given = *view.verdict;
    auto told = boost::json::parse(to_json(view.incident)).as_object();
    told["verdict"] = name(given.verdict);
    told["verdict_at"] = to_rfc3339(given.at);
    told["verdict_by"] = given.who;
    if (!given.reference.empty()) told["ticket"] = given.reference;
    return clean_text(boost::json::serialize(told));
}

Outcome open_identity(const ShowOptions& options)
{
    if (const auto objection = objection_to(options.reason); !objection.empty()) return failed(objection, tool_usage);
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto key = IdentityKey::open(options.state / "identity.key");
    if (!key) return failed(key.error() + "; identities are opened by the daemon's user or root");
    const auto now = wall_clock();
    const auto staff = file->open_identity(options.id, OpeningRequest{operator_name(), options.reason, now}, *key);
    if (!staff) return failed(staff.error());
    return {tool_success, printable(options.id) + " is about staff id " + printable(staff->value) + "\n",
            "recorded in the audit trail, for the running daemon to tell the SIEM: " + operator_name() + ", " +
                to_rfc3339(now) + "\n"};
}

}  // namespace

std::string story_text(const CaseView& view)
{
    const auto& incident = view.incident;
    return summary(view) + what_happened(view) + listed("WHY", incident.reasons, true) +
           listed("WHAT COULD NOT BE SEEN", incident.gaps, false) + evidence_text(view) +
           "\nPost-like activity is a question to ask, never proof of a post and never sole ground for a sanction.\n";
}

Outcome run_show(const ShowOptions& options)
{
    const auto view = view_case(options.state, options.id);
    if (!view) return view.error();
    if (options.staff) return open_identity(options);
    if (options.json) return {tool_success, as_json(*view) + "\n", ""};
    return {tool_success, story_text(*view), ""};
}

}  // namespace breakwatch
