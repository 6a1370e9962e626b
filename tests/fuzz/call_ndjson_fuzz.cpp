// Call events, one JSON object a line.
#include "fuzz/lines.hpp"
#include "fuzz/target.hpp"
#include "intake/call_ndjson.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    EnrolledPerson person;
    person.staff = StaffId{"s1001"};
    person.agent_aliases = {"1042"};
    static const Enrolment enrolment({person});
    for_each_part(as_text(Bytes(data, size)), '\n', [&person](std::string_view line) {
        const auto event = parse_call_event(line, "acd", enrolment);
        if (!event) return promise(!event.error().empty() && event.error().size() < 300, "a refusal says why, briefly");
        if (!*event) return;
        const auto& call = **event;
        promise(call.staff == person.staff, "others leave no state");
        promise(!call.source.empty(), "an event has a source");
        promise(call.id.size() <= 200 && call.queue.size() <= 200, "texts are bounded");
        promise(!call.talk || (*call.talk >= Duration{0} && *call.talk <= std::chrono::hours{24}),
                "talk is within a day");
    });
    return 0;
}
