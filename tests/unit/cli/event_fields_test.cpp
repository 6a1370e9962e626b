// The catalogue says of each event which fields it has: what the store's words make of everything that can be told.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "alerts/formats/field_value.hpp"
#include "alerts/formats/sample_alert.hpp"
#include "store/store.hpp"
#include "store/wording.hpp"
#include "unit/cli/told_case.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

void check_against_catalogue(const Alert& alert)
{
    CAPTURE(alert.code);
    const auto kind = std::ranges::find(kEvents, alert.code, &EventKind::code);
    REQUIRE(kind != kEvents.end());
    CHECK(std::ranges::count(names_in("POSTLIKE ZONE HELD MENTION HEALTH AUDIT DUE HEARTBEAT LIFECYCLE"),
                             alert.message_id) == 1);
    CHECK(kind->message_ids.find(alert.message_id) != std::string_view::npos);
    const auto always = names_in(kind->always);
    const auto sometimes = names_in(kind->sometimes);
    std::set<std::string_view> told;
    for (const auto& [name, value] : alert.fields) {
        CAPTURE(name);
        CHECK(told.insert(name).second);
        CHECK(std::ranges::count(always, name) + std::ranges::count(sometimes, name) == 1);
        const auto field = std::ranges::find(kEventFields, name, &EventField::name);
        REQUIRE(field != kEventFields.end());
        const auto type = field->type;
        const bool is_text = std::holds_alternative<std::string>(field_value(name, value));
        CHECK(is_text == (type == FieldType::text || type == FieldType::time));
        if (type == FieldType::time) CHECK(parse_rfc3339(value));
    }
    for (const auto name : always) {
        CAPTURE(name);
        CHECK(told.contains(name));
    }
}

Mention a_mention()
{
    Mention mention;
    mention.source = "desk";
    mention.reference = "C-1044";
    mention.platform = "x";
    mention.at = at("17:00:13");
    return mention;
}

}  // namespace

TEST_CASE("an incident, bare and with everything that it can have, has the fields of its event")
{
    auto incident = told_incident();
    for (const bool told_before : {false, true}) check_against_catalogue(make_alert(incident, told_before));
    incident.measured = false;
    incident.rank = 97;
    incident.revision = 2;
    check_against_catalogue(make_alert(incident));
    incident.platform.clear();
    incident.findings.clear();
    check_against_catalogue(make_alert(incident));
    incident.state = IncidentState::closed;
    incident.finding_count = 0;
    check_against_catalogue(make_alert(incident));
}

TEST_CASE("an answer to a mention has the fields of its event")
{
    MentionAnswer answer;
    answer.mention = a_mention();
    check_against_catalogue(make_alert(answer));
    answer.rule = "mention-after-call";
    answer.stands_out = true;
    answer.candidates.emplace_back();
    answer.mention.withdrawn = true;
    answer.final = true;
    check_against_catalogue(make_alert(answer));
}

TEST_CASE("what people do has the fields of its event")
{
    const auto now = at("18:00:00");
    const auto incident = told_incident();
    check_against_catalogue(make_state_set_alert(incident.id, IncidentState::detected,
                                                 {.state = IncidentState::triaged, .verdict = {}}, "root", now));
    check_against_catalogue(make_state_set_alert(incident.id, IncidentState::closed,
                                                 {.state = IncidentState::triaged, .verdict = Verdict::confirmed},
                                                 "root", now));
    check_against_catalogue(make_identity_opened_alert(incident.id, "root", now));
    check_against_catalogue(make_journal_asked_alert("p-1", "root", now));
    check_against_catalogue(make_device_watched_alert("p-1", "root", now));
    check_against_catalogue(make_mention_opened_alert(a_mention(), "root", now));
    check_against_catalogue(make_mention_entered_alert(a_mention(), "root", now));
    check_against_catalogue(make_samples_sent_alert("siem", 30, "root", now));
    check_against_catalogue(make_lookup_alert(
        {.platform = "x", .from = now, .to = now, .exchanges = 2, .people = 1, .shown = {{"p-1"}}}, "root", now));
    check_against_catalogue(make_promise_alert(incident.id, {"customer", now, now + std::chrono::hours{1}}, "root"));
    for (const std::uint64_t reminder : {1U, 3U})
        check_against_catalogue(make_due_alert(
            {incident.id, DueBasis::statutory, IncidentState::closed, "manager", now, now}, reminder, now));
    check_against_catalogue(
        make_verdict_alert(incident, {.verdict = Verdict::confirmed, .reference = "SOC-311", .who = "root", .at = now},
                           Verdict::confirmed));
}

TEST_CASE("a heartbeat and the figures of a rule have the fields of their events")
{
    const auto now = at("18:00:00");
    check_against_catalogue(make_heartbeat(7, "", 0, 0, now));
    check_against_catalogue(make_figures_alert("post-after-call", "", {}, now));
    check_against_catalogue(make_figures_alert("post-after-call", "x", {.confirmed = 3, .false_alarms = 1}, now));
}

TEST_CASE("a sample of each event has all of its fields, and values of their types")
{
    for (const auto& kind : kEvents) {
        auto sample = sample_alert(kind, at("18:00:00"));
        REQUIRE(sample.fields.back() == std::pair<std::string, std::string>{"sample", "1"});
        sample.fields.pop_back();
        CHECK(sample.fields.size() == names_in(kind.always).size() + names_in(kind.sometimes).size());
        check_against_catalogue(sample);
    }
}
