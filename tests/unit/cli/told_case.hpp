// A case as the store would give it: the seed case's facts, with whatever a test changes.
#pragma once

#include <string>

#include "report/case_view.hpp"

namespace breakwatch::test {

inline Timestamp at(const std::string& time)
{
    return parse_rfc3339("2026-11-23T" + time + "Z").value();
}

inline Finding told_finding(const std::string& time, double confidence)
{
    Finding finding;
    finding.at = at(time);
    finding.platform = "x";
    finding.kind = FindingKind::text_post;
    finding.confidence = confidence;
    finding.server_name = "x.com";
    finding.up_bytes = 1'033;
    finding.down_bytes = 3'397;
    finding.server_wait = std::chrono::milliseconds{655};
    finding.reasons = {"a request like that of a post to x.com"};
    return finding;
}

inline Incident told_incident()
{
    Incident incident;
    incident.id = "bw-02ec275cdc7f3f35";
    incident.rule = "post-after-call";
    incident.subject = {"p-1512333a341e"};
    incident.platform = "x";
    incident.raised_at = at("17:00:24.467");
    incident.findings = {told_finding("17:00:13.674", 0.9931)};
    incident.finding_count = 1;
    incident.confidence = 0.9931;
    incident.call = {"acd", "7f1c-1077", "billing", at("16:50:51.480"), at("16:56:02.675"), "caller"};
    incident.after_call = incident.findings[0].at - *incident.call.ended;
    incident.duty = {at("12:00:00"), at("21:00:00"), at("16:57:00"), at("17:12:00"), "osaka"};
    incident.binding = {Grade::medium, "break-area", at("16:59:02.757"), std::nullopt,
                        "enrolled MAC, DHCP lease of 16:59:02Z"};
    incident.volume = {{at("16:59:00"), std::chrono::seconds{10}, "", 15'928, 0},
                       {at("16:59:00"), std::chrono::seconds{10}, "x", 13'785, 205'695},
                       {at("17:00:10"), std::chrono::seconds{10}, "x", 3'844, 16'321}};
    incident.coverage = {278'347, 0, 0, 15'928};
    incident.reasons = {"a request like that of a post to x.com",
                        "a customer call had ended 4 min 11 s before, at 16:56:02Z"};
    incident.gaps = {"what was sent is not known", "who held the device is not known"};
    return incident;
}

inline CaseView told_case()
{
    CaseView view{.incident = told_incident(),
                  .evidence = {},
                  .openings = {},
                  .verdict = {},
                  .rule_verdicts = {},
                  .verification = {},
                  .site = SiteFacts{},
                  .version = "1",
                  .now = at("18:00:00")};
    EvidenceEntry entry;
    entry.sequence = 7;
    entry.code = "BW-1001";
    entry.revision = 1;
    entry.at = view.incident.raised_at;
    entry.hash = std::string(64, 'a');
    view.evidence = {entry};
    view.verification.alerts = 9;
    view.verification.first = 1;
    view.verification.last = 9;
    view.site->site = "osaka";
    view.site->time_zone = "Asia/Tokyo";
    view.site->purpose = "Protect customers";
    view.site->responsible = "Head of security";
    view.site->rules_reference = "Handbook 7.4";
    view.site->notice_date = "2026-10-01";
    view.site->retention_days = 180;
    view.site->rules = {{"post-after-call", "Soon after a call", std::chrono::minutes{15}, true, 0.6}};
    view.site->due = {std::chrono::hours{4}, std::chrono::hours{24}, {}, std::chrono::days{30}};
    view.site->detector = {
        "2026-11-24",
        "24 captures",
        {24, 139, 117, 874, 3, {{0.8, 0.9, 0.84, 12, 12}, {0.9, 0.95, 0.93, 12, 11}, {0.95, 1, 0.99, 89, 89}}}};
    return view;
}

}  // namespace breakwatch::test
