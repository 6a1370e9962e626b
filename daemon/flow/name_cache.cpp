#include "flow/name_cache.hpp"

#include <algorithm>

#include "flow/heap_octets.hpp"

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
    const auto [found, made] = entries_.try_emplace(key);
    auto& entry = found->second;
    if (made) {
        entry.share = SourceShares::bucket_of(key.client);
        entry.age = oldest_first_.insert(oldest_first_.end(), key);
        entry.age_in_share = oldest_first_of_[entry.share].insert(oldest_first_of_[entry.share].end(), key);
    } else {
        oldest_first_.splice(oldest_first_.end(), oldest_first_, entry.age);
        auto& own = oldest_first_of_[entry.share];
        own.splice(own.end(), own, entry.age_in_share);
    }
    auto& names = entry.names;
    std::erase_if(names, [&](const Named& each) { return each.name == name; });
    if (names.size() >= kMostNames) names.erase(names.begin());
    names.push_back({name, from, until});
    weigh(entry);
    const auto share = entry.share;
    while (!shares_.room(share, 0) && oldest_first_of_[share].size() > 1)
        forget(entries_.find(oldest_first_of_[share].front()));
    while (octets_ > most_octets_ && entries_.size() > 1) forget(entries_.find(oldest_first_.front()));
}

// The map's node with its hash and next, its part of the buckets, and a node of two lists.
void NameCache::weigh(Entry& entry)
{
    constexpr auto kNode =
        heap_octets(sizeof(Key) + sizeof(Entry) + 16) + 2 * sizeof(void*) + 2 * heap_octets(sizeof(Key) + 16);
    std::size_t octets = kNode + heap_octets(entry.names.capacity() * sizeof(Named));
    constexpr std::size_t kInPlace = 15;  // of std::string
    for (const auto& named : entry.names) {
        if (named.name.capacity() > kInPlace) octets += heap_octets(named.name.capacity() + 1);
    }
    octets_ += octets - entry.octets;
    shares_.give_back(entry.share, entry.octets);
    shares_.take(entry.share, octets);
    entry.octets = octets;
}

void NameCache::forget(Entries::iterator at)
{
    const auto& entry = at->second;
    octets_ -= entry.octets;
    shares_.give_back(entry.share, entry.octets);
    oldest_first_.erase(entry.age);
    oldest_first_of_[entry.share].erase(entry.age_in_share);
    entries_.erase(at);
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
