#include "report/story.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "report/site_zone.hpp"

namespace breakwatch {

namespace {

class Teller {
  public:
    void add(const std::optional<Timestamp>& at, Moment::Kind kind, std::string text)
    {
        if (at) moments_.push_back({*at, kind, std::move(text)});
    }
    std::vector<Moment> in_order()
    {
        std::ranges::stable_sort(moments_, {}, &Moment::at);
        return std::move(moments_);
    }

  private:
    std::vector<Moment> moments_;
};

std::string in_brackets(const std::string& text)
{
    return text.empty() ? "" : " (" + text + ")";
}

void tell_duty(Teller& teller, const IncidentDuty& duty)
{
    const auto at_site = duty.site.empty() ? std::string() : " at " + duty.site;
    teller.add(duty.shift_start, Moment::Kind::duty, "shift begins" + at_site);
    teller.add(duty.pause_start, Moment::Kind::pause, "break begins");
    teller.add(duty.pause_end, Moment::Kind::pause, "break ends");
    teller.add(duty.shift_end, Moment::Kind::duty, "shift ends");
}

void tell_call(Teller& teller, const IncidentCall& call)
{
    const auto which = call.source + "/" + call.id + (call.queue.empty() ? "" : ", queue " + call.queue);
    const auto contact =
        call.channel == Channel::voice ? std::string("customer call") : std::string(contact_in_words(call.channel));
    const std::string begun = call.channel == Channel::voice ? " answered" : " begins";
    teller.add(call.answered, Moment::Kind::call, contact + begun + in_brackets(which));
    auto end = contact + (call.channel == Channel::voice ? " ended" : " ends");
    if (call.answered && call.ended) end += " after " + to_words(*call.ended - *call.answered);
    if (!call.ended_by.empty()) end += ", ended by " + call.ended_by;
    if (!call.answered) end += in_brackets(which);
    teller.add(call.ended, Moment::Kind::call, end);
    if (call.ended && call.wrap_up) teller.add(*call.ended + *call.wrap_up, Moment::Kind::call, "its wrap-up ends");
}

void tell_device(Teller& teller, const Incident& incident)
{
    const auto& binding = incident.binding;
    const auto where = binding.zone.empty() ? std::string("the network") : binding.zone;
    teller.add(
        binding.from, Moment::Kind::device,
        "this person's device is on " + where + in_brackets(binding.reason + "; " + std::string(name(binding.grade))));
    teller.add(binding.to, Moment::Kind::device, "the device leaves " + where);
}

void tell_browsing(Teller& teller, const Incident& incident)
{
    if (incident.volume.empty() || incident.findings.empty()) return;
    const auto until = incident.findings.front().at;
    const auto sum = volume_before(incident, until);
    if (sum.platform_down + sum.platform_up + sum.other_down + sum.other_up == 0) return;
    auto text = "traffic until the first finding: " + in_words(sum.platform_down) + " received and " +
                in_words(sum.platform_up) + " sent on " + incident.platform;
    if (sum.other_down + sum.other_up > 0)
        text += "; " + in_words(sum.other_down) + " received and " + in_words(sum.other_up) + " sent elsewhere";
    // A slice begins on the full ten seconds, which may be before the device was there.
    teller.add(std::max(incident.volume.front().from, std::min(incident.binding.from, until)), Moment::Kind::browsing,
               text);
}

std::string sure(const Incident& incident, const Finding& finding)
{
    return "tier " + std::string(name(finding.tier)) + ", confidence " + sureness(incident, finding.confidence);
}

void tell_findings(Teller& teller, const Incident& incident)
{
    for (const auto& finding : incident.findings) {
        teller.add(finding.at, Moment::Kind::post,
                   "POST-LIKE ACTIVITY: " + in_words(finding.kind) + " on " + finding.platform +
                       in_brackets(sure(incident, finding)) + ", " + in_words(finding.up_bytes) + " sent to " +
                       finding.server_name);
    }
}

}  // namespace

const char* name(Moment::Kind kind)
{
    constexpr std::array kNames{"duty", "call", "break", "device", "traffic", "finding", "rule", "alert"};
    return kNames.at(static_cast<std::size_t>(kind));
}

std::vector<Moment> moments_of(const Incident& incident, const RuleFacts* rule)
{
    Teller teller;
    tell_duty(teller, incident.duty);
    tell_call(teller, incident.call);
    tell_device(teller, incident);
    tell_browsing(teller, incident);
    tell_findings(teller, incident);
    if (const auto end = window_end(incident, rule))
        teller.add(end, Moment::Kind::window,
                   "the rule's window of " + to_words(rule->within) + " after the call closes");
    const auto revision = incident.revision == 1 ? std::string() : ", revision " + std::to_string(incident.revision);
    const auto* what = withdrawn(incident) ? "incident withdrawn"
                       : incident.held     ? "incident recorded and held: told to nobody"
                                           : "incident recorded and alerts owed to the SIEM";
    teller.add(incident.raised_at, Moment::Kind::alert, what + revision);
    return teller.in_order();
}

std::string headline(const Incident& incident)
{
    if (withdrawn(incident)) return "Withdrawn: facts that came later told another story";
    if (incident.findings.empty()) return "A device where devices are not allowed";
    auto text = "Post-like activity on " + incident.platform;
    if (during_call(incident)) return text + ", during a customer call";
    return text + ", " + to_words(incident.after_call) + " after a customer call ended";
}

bool withdrawn(const Incident& incident)
{
    return incident.state == IncidentState::closed && incident.finding_count == 0;
}

bool during_call(const Incident& incident)
{
    return incident.after_call.count() < 0 || !incident.call.ended;
}

std::optional<Timestamp> window_end(const Incident& incident, const RuleFacts* rule)
{
    if (rule == nullptr || incident.findings.empty() || !incident.call.ended) return std::nullopt;
    return *incident.call.ended + rule->within;
}

std::optional<NextDue> next_due(const Incident& incident, const DueTimes& due)
{
    using enum IncidentState;
    if (incident.held) return std::nullopt;
    const auto begin = incident.findings.empty() ? incident.raised_at : incident.findings.front().at;
    for (const auto state : {triaged, principal_notified, answered, closed}) {
        if (state > incident.state && due.of(state).count() > 0) return NextDue{state, begin + due.of(state)};
    }
    return std::nullopt;
}

std::string sureness(const Incident& incident, double confidence)
{
    return incident.measured ? percent(confidence) : "not measured here";
}

std::string in_words(const NextDue& due, Timestamp now)
{
    const auto when = utc_date_time(due.at) + " UTC";
    if (due.at >= now) return in_words(due.state) + " is due by " + when;
    return in_words(due.state) + " was due " + when + ", " +
           to_words(std::chrono::floor<std::chrono::seconds>(now - due.at)) + " ago";
}

VolumeSum volume_before(const Incident& incident, Timestamp until)
{
    VolumeSum sum;
    for (const auto& slice : incident.volume) {
        if (slice.from + slice.length > until) continue;
        const bool ours = slice.platform == incident.platform;
        (ours ? sum.platform_up : sum.other_up) += slice.up;
        (ours ? sum.platform_down : sum.other_down) += slice.down;
    }
    return sum;
}

std::string in_words(FindingKind kind)
{
    switch (kind) {
        case FindingKind::media_post: return "media post";
        case FindingKind::text_post: return "text post";
        case FindingKind::story: return "story";
        case FindingKind::composer_opened: return "composer opened";
        case FindingKind::media_upload: return "media upload, not seen published";
    }
    return "post";
}

std::string in_words(NameOrigin origin)
{
    switch (origin) {
        case NameOrigin::tls: return "TLS hello";
        case NameOrigin::dtls: return "DTLS hello";
        case NameOrigin::quic: return "QUIC hello";
        case NameOrigin::http: return "HTTP host";
        case NameOrigin::dns: return "DNS answer (a guess)";
    }
    return "not known";
}

std::string in_words(IncidentState state)
{
    return state == IncidentState::principal_notified ? "principal notified" : std::string(name(state));
}

std::optional<IncidentState> parse_state(std::string_view word)
{
    using enum IncidentState;
    for (const auto state : {detected, triaged, principal_notified, answered, closed}) {
        if (word == name(state)) return state;
    }
    return std::nullopt;
}

std::string in_words(std::uint64_t octets)
{
    constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    auto value = static_cast<double>(octets);
    std::size_t unit = 0;
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit > 0 && value < 9.95 ? "%.1f %s" : "%.0f %s", value, kUnits.at(unit));
    return text.data();
}

std::string percent(double share)
{
    const auto rounded = std::lround(share * 100);
    if (rounded >= 100 && share < 1) return "over 99 %";
    if (rounded <= 0 && share > 0) return "under 1 %";
    return std::to_string(rounded) + " %";
}

}  // namespace breakwatch
