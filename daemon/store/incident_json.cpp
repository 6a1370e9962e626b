#include "store/incident_json.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <cstdio>
#include <utility>

#include "policy/text.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

// --- writing ---

std::string exact(Timestamp time)
{
    return exact_rfc3339(time);
}

json::value optional_time(const std::optional<Timestamp>& time)
{
    return time ? json::value(exact(*time)) : json::value(nullptr);
}

double seconds(Duration duration)
{
    return static_cast<double>(duration.count()) / 1e9;
}

json::array texts(const std::vector<std::string>& all)
{
    json::array array;
    for (const auto& text : all) array.emplace_back(text);
    return array;
}

json::object write(const Finding& finding)
{
    return {{"at", exact(finding.at)},
            {"platform", finding.platform},
            {"kind", name(finding.kind)},
            {"tier", name(finding.tier)},
            {"confidence", finding.confidence},
            {"server_name", finding.server_name},
            {"name_origin", name(finding.name_origin)},
            {"transport", name(finding.transport)},
            {"up_bytes", finding.up_bytes},
            {"down_bytes", finding.down_bytes},
            {"server_wait", seconds(finding.server_wait)},
            {"reasons", texts(finding.reasons)}};
}

json::object write(const IncidentCall& call)
{
    json::object object{{"source", call.source},
                        {"id", call.id},
                        {"queue", call.queue},
                        {"answered", optional_time(call.answered)},
                        {"ended", optional_time(call.ended)},
                        {"ended_by", call.ended_by}};
    // Only what says something: most are calls.
    if (call.channel != Channel::voice) object["channel"] = name(call.channel);
    if (call.hold) object["hold"] = seconds(*call.hold);
    if (call.wrap_up) object["wrap_up"] = seconds(*call.wrap_up);
    return object;
}

json::object write(const Occasion& occasion)
{
    return {{"kind", name(occasion.kind)}, {"source", occasion.source}, {"id", occasion.id}};
}

json::object write(const IncidentDuty& duty)
{
    json::object object{{"shift_start", optional_time(duty.shift_start)},
                        {"shift_end", optional_time(duty.shift_end)},
                        {"pause_start", optional_time(duty.pause_start)},
                        {"pause_end", optional_time(duty.pause_end)},
                        {"site", duty.site}};
    if (duty.from_call_system) object["from_call_system"] = true;
    if (const auto conflict = clean_text(duty.conflict); !conflict.empty()) object["conflict"] = conflict;
    return object;
}

json::object write(const IncidentBinding& binding)
{
    return {{"grade", name(binding.grade)},
            {"zone", binding.zone},
            {"from", exact(binding.from)},
            {"to", optional_time(binding.to)},
            {"reason", binding.reason}};
}

json::object write(const VolumeSlice& slice)
{
    return {{"from", exact(slice.from)},
            {"length", seconds(slice.length)},
            {"platform", slice.platform},
            {"up", slice.up},
            {"down", slice.down}};
}

json::object write(const Coverage& coverage)
{
    json::object object{{"named", coverage.named},
                        {"by_dns", coverage.by_dns},
                        {"encrypted", coverage.encrypted},
                        {"unnamed", coverage.unnamed}};
    if (coverage.network > 0) {
        object["network"] = coverage.network;
        object["seen"] = coverage.seen;
    }
    return object;
}

// --- reading: a wrong field throws FieldError, caught in incident_from_json alone ---

struct FieldError {
    std::string text;
};

const json::value& field(const json::object& object, const char* key)
{
    const auto* value = object.if_contains(key);
    if (value == nullptr) throw FieldError{std::string(key) + ": missing"};
    return *value;
}

std::string text(const json::object& object, const char* key)
{
    const auto* string = field(object, key).if_string();
    if (string == nullptr) throw FieldError{std::string(key) + ": expected a string"};
    return {string->data(), string->size()};
}

Timestamp time(const json::object& object, const char* key)
{
    const auto parsed = parse_rfc3339(text(object, key));
    if (!parsed) throw FieldError{std::string(key) + ": expected an RFC 3339 time"};
    return *parsed;
}

std::optional<Timestamp> maybe_time(const json::object& object, const char* key)
{
    if (field(object, key).is_null()) return std::nullopt;
    return time(object, key);
}

template <typename Number>
Number number(const json::object& object, const char* key)
{
    boost::system::error_code error;
    const auto value = field(object, key).to_number<Number>(error);
    if (error) throw FieldError{std::string(key) + ": expected a number"};
    return value;
}

Duration duration(const json::object& object, const char* key)
{
    return Duration{std::llround(number<double>(object, key) * 1e9)};
}

const json::object& inner(const json::object& object, const char* key)
{
    const auto* value = field(object, key).if_object();
    if (value == nullptr) throw FieldError{std::string(key) + ": expected an object"};
    return *value;
}

const json::array& list(const json::object& object, const char* key)
{
    const auto* value = field(object, key).if_array();
    if (value == nullptr) throw FieldError{std::string(key) + ": expected a list"};
    return *value;
}

std::vector<std::string> text_list(const json::object& object, const char* key)
{
    std::vector<std::string> all;
    for (const auto& item : list(object, key)) {
        if (!item.is_string()) throw FieldError{std::string(key) + ": expected strings"};
        all.emplace_back(item.get_string());
    }
    return all;
}

const json::object& as_object(const json::value& value, const char* key)
{
    if (!value.is_object()) throw FieldError{std::string(key) + ": expected objects"};
    return value.get_object();
}

// The enumerator whose name it is.
template <typename Enum, typename... Known>
Enum one_of(const json::object& object, const char* key, Known... known)
{
    const auto found = text(object, key);
    Enum value{};
    const auto is = [&](Enum candidate) { return name(candidate) == found && (value = candidate, true); };
    if (!(is(known) || ...)) throw FieldError{std::string(key) + ": '" + found + "' is not known"};
    return value;
}

Finding read_finding(const json::object& object)
{
    Finding finding;
    finding.at = time(object, "at");
    finding.platform = text(object, "platform");
    using enum FindingKind;
    finding.kind = one_of<FindingKind>(object, "kind", media_post, text_post, story, composer_opened, media_upload);
    finding.tier = one_of<Tier>(object, "tier", Tier::a, Tier::b, Tier::corroborated);
    finding.confidence = number<double>(object, "confidence");
    finding.server_name = text(object, "server_name");
    finding.name_origin = one_of<NameOrigin>(object, "name_origin", NameOrigin::tls, NameOrigin::dtls, NameOrigin::quic,
                                             NameOrigin::http, NameOrigin::dns);
    finding.transport = one_of<Transport>(object, "transport", Transport::tls, Transport::quic, Transport::clear);
    finding.up_bytes = number<std::uint64_t>(object, "up_bytes");
    finding.down_bytes = number<std::uint64_t>(object, "down_bytes");
    finding.server_wait = duration(object, "server_wait");
    finding.reasons = text_list(object, "reasons");
    return finding;
}

IncidentCall read_call(const json::object& object)
{
    IncidentCall call{.source = text(object, "source"),
                      .id = text(object, "id"),
                      .queue = text(object, "queue"),
                      .answered = maybe_time(object, "answered"),
                      .ended = maybe_time(object, "ended"),
                      .ended_by = text(object, "ended_by")};
    using enum Channel;
    if (object.contains("channel")) call.channel = one_of<Channel>(object, "channel", voice, chat, email, task);
    if (object.contains("hold")) call.hold = duration(object, "hold");
    if (object.contains("wrap_up")) call.wrap_up = duration(object, "wrap_up");
    return call;
}

IncidentDuty read_duty(const json::object& object)
{
    // The last two stand there only when they say something.
    return {.shift_start = maybe_time(object, "shift_start"),
            .shift_end = maybe_time(object, "shift_end"),
            .pause_start = maybe_time(object, "pause_start"),
            .pause_end = maybe_time(object, "pause_end"),
            .site = text(object, "site"),
            .from_call_system = object.contains("from_call_system"),
            .conflict = object.contains("conflict") ? text(object, "conflict") : ""};
}

IncidentBinding read_binding(const json::object& object)
{
    return {.grade = one_of<Grade>(object, "grade", Grade::strong, Grade::medium, Grade::weak),
            .zone = text(object, "zone"),
            .from = time(object, "from"),
            .to = maybe_time(object, "to"),
            .reason = text(object, "reason")};
}

VolumeSlice read_slice(const json::object& object)
{
    return {.from = time(object, "from"),
            .length = duration(object, "length"),
            .platform = text(object, "platform"),
            .up = number<std::uint64_t>(object, "up"),
            .down = number<std::uint64_t>(object, "down")};
}

Coverage read_coverage(const json::object& object)
{
    return {.named = number<std::uint64_t>(object, "named"),
            .by_dns = number<std::uint64_t>(object, "by_dns"),
            .encrypted = number<std::uint64_t>(object, "encrypted"),
            .unnamed = number<std::uint64_t>(object, "unnamed"),
            .network = object.contains("network") ? number<std::uint64_t>(object, "network") : 0,
            .seen = object.contains("seen") ? number<std::uint64_t>(object, "seen") : 0};
}

// Of a version that did not write it: a zone's is its shift, else its day.
Occasion occasion_of(const Incident& incident)
{
    if (!incident.platform.empty()) return {Occasion::Kind::call, incident.call.source, incident.call.id};
    const auto& duty = incident.duty;
    if (duty.shift_start && !duty.from_call_system)
        return {Occasion::Kind::shift, incident.binding.zone, to_rfc3339(*duty.shift_start)};
    return {Occasion::Kind::day, incident.binding.zone,
            to_rfc3339(std::chrono::floor<std::chrono::days>(incident.raised_at))};
}

Occasion read_occasion(const json::object& object)
{
    using enum Occasion::Kind;
    return {one_of<Occasion::Kind>(object, "kind", call, shift, day), text(object, "source"), text(object, "id")};
}

Incident read_incident(const json::object& object)
{
    Incident incident;
    incident.id = text(object, "id");
    incident.rule = text(object, "rule");
    using enum Severity;
    incident.severity = one_of<Severity>(object, "severity", critical, error, warning, notice, informational);
    using enum IncidentState;
    incident.state = one_of<IncidentState>(object, "state", detected, triaged, principal_notified, answered, closed);
    incident.subject = {text(object, "subject")};
    incident.platform = text(object, "platform");
    incident.revision = number<std::uint32_t>(object, "revision");
    incident.raised_at = time(object, "raised_at");
    incident.finding_count = number<std::uint32_t>(object, "finding_count");
    incident.confidence = number<double>(object, "confidence");
    incident.tier = one_of<Tier>(object, "tier", Tier::a, Tier::b, Tier::corroborated);
    incident.call = read_call(inner(object, "call"));
    incident.after_call = duration(object, "after_call");
    incident.duty = read_duty(inner(object, "duty"));
    incident.binding = read_binding(inner(object, "binding"));
    incident.coverage = read_coverage(inner(object, "coverage"));
    incident.occasion = object.contains("occasion") ? read_occasion(inner(object, "occasion")) : occasion_of(incident);
    if (object.contains("seen")) incident.seen = time(object, "seen");
    incident.held = object.contains("held");
    incident.measured = !object.contains("measured");
    if (object.contains("rank")) incident.rank = number<unsigned>(object, "rank");
    for (const auto& item : list(object, "findings")) {
        incident.findings.push_back(read_finding(as_object(item, "findings")));
    }
    for (const auto& item : list(object, "volume")) incident.volume.push_back(read_slice(as_object(item, "volume")));
    incident.reasons = text_list(object, "reasons");
    incident.gaps = text_list(object, "gaps");
    return incident;
}

}  // namespace

std::string exact_rfc3339(Timestamp time)
{
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    std::array<char, 12> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%09lldZ", static_cast<long long>((time - second).count()));
    return to_rfc3339(time).substr(0, 19) + fraction.data();
}

std::string to_json(const Incident& incident)
{
    json::array findings;
    for (const auto& finding : incident.findings) findings.push_back(write(finding));
    json::array volume;
    for (const auto& slice : incident.volume) volume.push_back(write(slice));
    json::object whole{{"id", incident.id},
                       {"revision", incident.revision},
                       {"raised_at", exact(incident.raised_at)},
                       {"rule", incident.rule},
                       {"severity", name(incident.severity)},
                       {"state", name(incident.state)},
                       {"subject", incident.subject.value},
                       {"platform", incident.platform},
                       {"tier", name(incident.tier)},
                       {"confidence", incident.confidence},
                       {"after_call", seconds(incident.after_call)},
                       {"finding_count", incident.finding_count},
                       {"call", write(incident.call)},
                       {"duty", write(incident.duty)},
                       {"binding", write(incident.binding)},
                       {"coverage", write(incident.coverage)},
                       {"reasons", texts(incident.reasons)},
                       {"gaps", texts(incident.gaps)},
                       {"findings", std::move(findings)},
                       {"volume", std::move(volume)}};
    // A call says itself what it is.
    if (incident.occasion.kind != Occasion::Kind::call) whole["occasion"] = write(incident.occasion);
    if (incident.seen) whole["seen"] = exact(*incident.seen);
    if (incident.held) whole["held"] = true;
    if (!incident.measured) whole["measured"] = false;
    if (incident.rank) whole["rank"] = *incident.rank;
    return clean_text(json::serialize(whole));
}

std::expected<Incident, std::string> incident_from_json(std::string_view text)
{
    boost::system::error_code error;
    auto value = json::parse({text.data(), text.size()}, error);
    // Of an earlier version, or spoilt on the disk: what is no UTF-8 is replaced, and the rest can be read.
    if (error) value = json::parse(clean_text(text), error);
    if (error) return std::unexpected("not JSON: " + error.message());
    if (!value.is_object()) return std::unexpected("expected an object");
    try {
        return read_incident(value.get_object());
    } catch (const FieldError& wrong) {
        return std::unexpected(wrong.text);
    }
}

}  // namespace breakwatch
