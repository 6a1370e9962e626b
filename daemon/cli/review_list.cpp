#include "cli/review_list.hpp"

#include <boost/json.hpp>

#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"
#include "report/story.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kReviewWidth = 80;
constexpr std::size_t kRuleWidth = 18;

Timestamp time_of(const Incident& incident)
{
    return incident.findings.empty() ? incident.raised_at : incident.findings.front().at;
}

const char* told_how(const Incident& incident)
{
    if (withdrawn(incident)) return "withdrawn";
    return incident.held ? "held" : "alerted";
}

std::string detail_words(const Incident& incident)
{
    const auto gaps = counted(incident.gaps.size(), "gap");
    if (incident.findings.empty()) return (withdrawn(incident) ? "no finding is left, " : "device in zone, ") + gaps;
    const auto& first = incident.findings.front();
    auto text = incident.platform + ", " + in_words(first.kind) + ", tier " + std::string(name(incident.tier)) + ", ";
    text += sureness(incident, incident.confidence);
    text += during_call(incident) ? ", in the call" : ", " + to_words(incident.after_call) + " after the call";
    if (incident.finding_count > 1) text += ", " + counted(incident.finding_count, "finding");
    return text + ", " + gaps;
}

boost::json::object row_json(const ReviewRow& row)
{
    const auto& [incident, verdict] = row;
    boost::json::object told{{"id", incident.id},
                             {"at", to_rfc3339(time_of(incident))},
                             {"rule", incident.rule},
                             {"platform", incident.platform},
                             {"kind", nullptr},
                             {"tier", nullptr},
                             {"confidence", nullptr},
                             {"measured_here", incident.measured},
                             {"after_call_s", nullptr},
                             {"findings", incident.finding_count},
                             {"gaps", incident.gaps.size()},
                             {"state", told_how(incident)},
                             {"verdict", nullptr},
                             {"ticket", nullptr}};
    if (!incident.findings.empty()) {
        told["kind"] = name(incident.findings.front().kind);
        told["tier"] = name(incident.tier);
        if (incident.measured) told["confidence"] = incident.confidence;
        told["after_call_s"] = static_cast<double>(incident.after_call.count()) / 1e9;
    }
    if (verdict) told["verdict"] = name(verdict->verdict);
    if (verdict && !verdict->reference.empty()) told["ticket"] = verdict->reference;
    return told;
}

}  // namespace

// Two lines each, so that eighty columns hold them.
std::string review_table(const ReviewList& list)
{
    TextTable table({"ID", "TIME (UTC)", "RULE", "STATE", "VERDICT"});
    for (const auto& [incident, verdict] : list.rows)
        table.add({incident.id, utc_date_time(time_of(incident)), shortened(printable(incident.rule), kRuleWidth),
                   told_how(incident), std::string(verdict ? name(verdict->verdict) : "none")},
                  "  " + shortened(printable(detail_words(incident)), kReviewWidth - 2));
    auto text = table.render();
    if (list.left > 0)
        text += "and " + std::to_string(list.left) + " more: the same again with --after " +
                printable(list.rows.back().incident.id) + "\n";
    return text;
}

std::string review_json(const ReviewList& list)
{
    boost::json::array rows;
    for (const auto& row : list.rows) rows.push_back(row_json(row));
    boost::json::object told{{"incidents", std::move(rows)}, {"left", list.left}, {"after", nullptr}};
    if (list.left > 0) told["after"] = list.rows.back().incident.id;
    return clean_text(boost::json::serialize(told)) + "\n";
}

}  // namespace breakwatch
