// What alerts carry is what the catalogue says they carry, with its types.
#include <doctest/doctest.h>

#include <algorithm>

#include "alerts/formats/field_value.hpp"
#include "app/run_events.hpp"
#include "store/wording.hpp"
#include "unit/cli/told_case.hpp"

namespace breakwatch {
namespace {

void check(const Alert& alert)
{
    CAPTURE(alert.code);
    CHECK(std::ranges::find(kEvents, alert.code, &EventKind::code) != kEvents.end());
    CHECK_FALSE(alert.fields.empty());
    for (const auto& [name, text] : alert.fields) {
        CAPTURE(name);
        CAPTURE(text);
        const auto field = std::ranges::find(kEventFields, name, &EventField::name);
        REQUIRE(field != kEventFields.end());
        const auto value = field_value(name, text);
        switch (field->type) {
            case FieldType::text:
            case FieldType::time: CHECK(std::holds_alternative<std::string>(value)); break;
            case FieldType::count: CHECK(std::holds_alternative<std::uint64_t>(value)); break;
            case FieldType::ratio:
            case FieldType::seconds: CHECK(std::holds_alternative<double>(value)); break;
            case FieldType::flag: CHECK(std::holds_alternative<bool>(value)); break;
        }
        if (field->type == FieldType::time) CHECK(parse_rfc3339(text));
    }
}

}  // namespace

TEST_CASE("each field of an alert is in the catalogue, and its value is of the type it has there")
{
    const auto now = test::at("17:00:00");
    auto incident = test::told_incident();
    check(make_alert(incident));
    incident.measured = false;
    incident.rank = 97;
    check(make_alert(incident));
    incident.held = true;
    check(make_alert(incident));
    incident.held = false;
    incident.revision = 2;
    incident.after_call = -std::chrono::seconds{3};
    check(make_alert(incident));
    incident.findings.clear();
    incident.finding_count = 0;
    incident.state = IncidentState::closed;
    check(make_alert(incident));
    check(make_heartbeat(7, "", 3, 0, now));
    check(make_verdict_alert(incident, {Verdict::confirmed, "HR-311", "alice", now}, Verdict::unknown));
    check(make_figures_alert("post-after-call", "x", {3, 1, 2}, now));
    check(make_figures_alert("post-after-call", "", {0, 0, 2}, now));
    MentionAnswer answer;
    answer.mention = {"operator", "C-17", "x", now, std::chrono::seconds{60}, "", false};
    answer.answered_at = now;
    check(make_alert(answer));
    answer.rule = "mention-after-call";
    answer.stands_out = true;
    answer.candidates = {{{"s1001"}, 0.94, now, 0.97, Grade::medium, "acd/1"}};
    check(make_alert(answer));
    answer.mention.withdrawn = true;
    check(make_alert(answer));
    check(make_mention_entered_alert(answer.mention, "alice", now));
    check(make_mention_opened_alert(answer.mention, "alice", now));
    for (const auto& report :
         {run_started(std::string(64, 'a'), now, now), run_started(std::string(64, 'a'), {}, now),
          run_stopping("SIGTERM", now), run_failing("capture thread", "bad_alloc", now),
          clock_was_set(std::chrono::seconds{31}, now),
          retention_waits(std::chrono::hours{30}, std::chrono::hours{1}, 4, now), memory_spoilt(1, "cut off", now),
          memory_full(3, now), store_not_written("disk is full", now)}) {
        check(make_alert(report));
    }
}

}  // namespace breakwatch
