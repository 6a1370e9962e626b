#include "flow/name_cache.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

// Clients keep using an address for a while after its record ran out, and do not ask again at once.
constexpr std::chrono::seconds kLeastLife{300};
constexpr std::chrono::seconds kMostLife{86'400};

}  // namespace

void NameCache::learn(const IpAddress& client, const DnsMessage& response, Timestamp at)
{
    constexpr std::size_t kLongestName = 255;
    if (!response.response || response.question.empty() || response.question.size() > kLongestName) return;
    for (const auto& record : response.answers) {
        const auto until = at + std::clamp(std::chrono::seconds{record.ttl}, kLeastLife, kMostLife);
        if (record.address.family != IpAddress::Family::none) {
            learn_one({client, record.address}, response.question, at, until);
        }
        for (const auto& hint : record.hints) learn_one({client, hint}, response.question, at, until);
    }
}

void NameCache::learn_one(const Key& key, const std::string& name, Timestamp from, Timestamp until)
{
    auto found = entries_.find(key);
    if (found == entries_.end()) {
        if (entries_.size() >= capacity_) {
            entries_.erase(oldest_first_.front());
            oldest_first_.pop_front();
        }
        found = entries_.try_emplace(key).first;
        found->second.age = oldest_first_.insert(oldest_first_.end(), key);
    } else {
        oldest_first_.splice(oldest_first_.end(), oldest_first_, found->second.age);
    }
    auto& names = found->second.names;
    std::erase_if(names, [&](const Named& each) { return each.name == name; });
    if (names.size() >= kMostNames) names.erase(names.begin());
    names.push_back({name, from, until});
}

std::optional<NameCache::Answer> NameCache::find(const IpAddress& client, const IpAddress& server, Timestamp at) const
{
    const auto found = entries_.find({client, server});
    if (found == entries_.end()) return std::nullopt;
    std::optional<Answer> answer;
    for (const auto& named : found->second.names) {
        if (at < named.from || at >= named.until) continue;
        const bool ambiguous = answer.has_value();
        answer = Answer{named.name, ambiguous};
    }
    return answer;
}

}  // namespace breakwatch
