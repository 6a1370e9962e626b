#include "policy/incident/incident.hpp"

#include <array>
#include <cstdio>

namespace breakwatch {

std::string incident_id(const Pseudonym& subject, const IncidentKey& key)
{
    std::string text;
    for (const auto* part :
         {&subject.value, &key.platform, &key.source, &key.occasion, &key.rule}) {
        text += *part;
        text += '\0';  // so that "a","bc" and "ab","c" differ
    }
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

std::string_view name(IncidentState state)
{
    switch (state) {
        case IncidentState::detected:
            return "detected";
        case IncidentState::triaged:
            return "triaged";
        case IncidentState::principal_notified:
            return "principal_notified";
        case IncidentState::answered:
            return "answered";
        case IncidentState::closed:
            return "closed";
    }
    return "detected";
}

}  // namespace breakwatch
