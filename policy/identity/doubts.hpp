// Devices that acted like two lately: the MAC was seen with two fingerprints, or in two VLANs by turns.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "policy/types.hpp"

namespace breakwatch {

class Doubts {
  public:
    // From the sign on, and some time before it: the second device did not come with its first sign.
    static constexpr Duration kBefore = std::chrono::minutes{5};
    static constexpr Duration kAfter = std::chrono::hours{12};  // a shift
    static constexpr Duration kLostFor = std::chrono::minutes{10};
    static constexpr std::size_t kOfOneDevice = 32;  // the latest count
    static constexpr std::size_t kAddresses = 10'000;

    void add(const MacAddress& mac, Timestamp at)
    {
        auto& times = times_[mac];
        times.insert(at);
        if (times.size() > kOfOneDevice) times.erase(times.begin());
    }
    bool about(const MacAddress& mac, Timestamp at) const
    {
        const auto found = times_.find(mac);
        if (found == times_.end()) return false;
        const auto sign = found->second.lower_bound(at - kAfter);
        return sign != found->second.end() && *sign - kBefore <= at;
    }
    // Forgets signs before `since`, and devices that are nobody's any more.
    void tidy(Timestamp since, const std::function<bool(const MacAddress&)>& wanted)
    {
        std::erase_if(spoofed_, [since](const auto& entry) { return entry.second < since; });
        for (auto entry = times_.begin(); entry != times_.end();) {
            auto& times = entry->second;
            times.erase(times.begin(), times.lower_bound(since));
            entry = times.empty() || !wanted(entry->first) ? times_.erase(entry) : std::next(entry);
        }
    }

    // Something was said of the address that is not believed; the latest time of each address is kept.
    void add(const IpAddress& ip, Timestamp at)
    {
        if (spoofed_.size() < kAddresses || spoofed_.contains(ip)) spoofed_[ip] = std::max(spoofed_[ip], at);
    }
    std::optional<Timestamp> about(const IpAddress& ip, Timestamp at) const
    {
        const auto found = spoofed_.find(ip);
        if (found == spoofed_.end() || std::chrono::abs(at - found->second) > kLostFor) return std::nullopt;
        return found->second;
    }

    // Statements about devices that are nobody's were dropped then: an address alone tells nothing about that time.
    void lost_evidence(Timestamp at)
    {
        if (lost_from_ == Timestamp{} || at - lost_until_ > kLostFor) lost_from_ = at;
        lost_from_ = std::min(lost_from_, at);
        lost_until_ = std::max(lost_until_, at);
    }
    bool evidence_lost(Timestamp at) const
    {
        return lost_from_ != Timestamp{} && lost_from_ <= at && at - lost_until_ < kLostFor;
    }

  private:
    std::map<MacAddress, std::set<Timestamp>> times_;
    std::map<IpAddress, Timestamp> spoofed_;
    Timestamp lost_from_;
    Timestamp lost_until_;
};

}  // namespace breakwatch
