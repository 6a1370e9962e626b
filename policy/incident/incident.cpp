#include "policy/incident/incident.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace breakwatch {

std::string incident_id(const Pseudonym& subject, const IncidentKey& key)
{
    std::string text;
    for (const auto* part : {&subject.value, &key.platform, &key.occasion.source, &key.occasion.id, &key.rule}) {
        text += *part;
        text += '\0';  // so that "a","bc" and "ab","c" differ
    }
    // A zone has no platform, so that calls and shifts differ; a shift may begin with the day.
    if (key.occasion.kind == Occasion::Kind::day) text += "day";
    std::vector<std::uint8_t> bytes(text.begin(), text.end());
    // FNV mixes the last octets little: the finisher of MurmurHash3 spreads them.
    auto hash = hash_bytes(bytes);
    hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdULL;
    hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53ULL;
    hash ^= hash >> 33U;
    std::array<char, 20> id{};
    std::snprintf(id.data(), id.size(), "bw-%016llx", static_cast<unsigned long long>(hash));
    return id.data();
}

bool same_conclusion(const Incident& a, const Incident& b)
{
    const auto call = [](const Incident& i) {
        return std::tie(i.call.source, i.call.id, i.call.queue, i.call.answered, i.call.ended, i.call.ended_by,
                        i.call.channel, i.call.wrap_up);
    };
    const auto duty = [](const Incident& i) {
        return std::tie(i.duty.shift_start, i.duty.shift_end, i.duty.pause_start, i.duty.pause_end, i.duty.site,
                        i.duty.conflict);
    };
    const auto rest = [](const Incident& i) {
        return std::tuple(i.finding_count, i.confidence, i.tier, i.state, i.binding.grade,
                          std::string_view(i.binding.zone), i.coverage.falls_short(), i.held);
    };
    const auto first_reason = [](const Incident& i) {
        return i.reasons.empty() ? std::string_view{} : std::string_view(i.reasons.front());
    };
    // A device in a zone has its time in words only, and whoever saw a post their reference.
    const bool in_words = (a.findings.empty() && b.findings.empty()) || a.tier == Tier::corroborated;
    return call(a) == call(b) && duty(a) == duty(b) && rest(a) == rest(b) &&
           (!in_words || first_reason(a) == first_reason(b)) &&
           std::ranges::equal(a.findings, b.findings, {}, story_order, story_order);
}

std::tuple<Timestamp, std::string_view, FindingKind, std::uint64_t, std::uint64_t, float> story_order(
    const Finding& finding)
{
    return {finding.at,       finding.server_name, finding.kind,
            finding.up_bytes, finding.down_bytes,  static_cast<float>(finding.confidence)};
}

std::string_view name(Occasion::Kind kind)
{
    switch (kind) {
        case Occasion::Kind::call: return "call";
        case Occasion::Kind::shift: return "shift";
        case Occasion::Kind::day: return "day";
    }
    return "call";
}

std::string_view name(IncidentState state)
{
    switch (state) {
        case IncidentState::detected: return "detected";
        case IncidentState::triaged: return "triaged";
        case IncidentState::principal_notified: return "principal_notified";
        case IncidentState::answered: return "answered";
        case IncidentState::closed: return "closed";
    }
    return "detected";
}

}  // namespace breakwatch
