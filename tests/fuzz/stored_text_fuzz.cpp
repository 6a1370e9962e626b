// Any octets in the fields of an incident and of an alert: to JSON and back they are there, and UTF-8. Then the octets
// as the JSON of a store that was spoilt.
#include "fuzz/target.hpp"
#include "policy/text.hpp"
#include "store/incident_json.hpp"
#include "store/ledger.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string octets(as_text(Bytes(data, size)));
    Incident incident;
    incident.id = incident.rule = incident.platform = incident.subject.value = octets;
    incident.call = {.source = octets, .id = octets, .queue = octets, .answered = {}, .ended = {}, .ended_by = octets};
    incident.occasion = {Occasion::Kind::shift, octets, octets};
    incident.duty.site = incident.duty.conflict = octets;
    incident.binding.zone = incident.binding.reason = octets;
    incident.reasons = incident.gaps = {octets, octets};
    const auto json = to_json(incident);
    promise(!first_broken(json) && json.find('\n') == std::string::npos, "the JSON is one line of UTF-8");
    const auto back = incident_from_json(json);
    promise(back.has_value(), "what was written can be read back");
    promise(to_json(*back) == json, "and is the same again");

    Alert alert;
    alert.fields = {{"queue", octets}};
    const auto fields = fields_to_json(alert);
    Alert read;
    fields_from_json(fields, read);
    promise(read.fields.size() == 1 && read.fields[0].first == "queue", "a field is read back");
    promise(!first_broken(read.fields[0].second), "as UTF-8");

    if (const auto spoilt = incident_from_json(octets)) (void)to_json(*spoilt);
    fields_from_json(octets, read);
    return 0;
}
