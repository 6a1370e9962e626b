#include "policy/finding_index.hpp"

#include <utility>

namespace breakwatch {

namespace {

template <typename Index, typename Name>
void unlist(Index& index, const Name& name, FindingNumber number)
{
    const auto found = index.find(name);
    if (found == index.end()) return;
    found->second.erase(number);
    if (found->second.empty()) index.erase(found);
}

}  // namespace

void FindingIndex::put(FindingNumber number, PendingFinding held)
{
    erase(number);
    by_time_.emplace(held.finding.at, number);
    by_address_[held.finding.device.ip].insert(number);
    for (const auto& staff : held.judgement.people) by_person_[staff].insert(number);
    for (const auto& mac : held.macs) by_mac_[mac].insert(number);
    held_.emplace(number, std::move(held));
}

void FindingIndex::erase(FindingNumber number)
{
    const auto found = held_.find(number);
    if (found == held_.end()) return;
    const auto& held = found->second;
    by_time_.erase({held.finding.at, number});
    unlist(by_address_, held.finding.device.ip, number);
    for (const auto& staff : held.judgement.people) unlist(by_person_, staff, number);
    for (const auto& mac : held.macs) unlist(by_mac_, mac, number);
    held_.erase(found);
}

const PendingFinding* FindingIndex::find(FindingNumber number) const
{
    const auto found = held_.find(number);
    return found == held_.end() ? nullptr : &found->second;
}

FindingIndex::Numbers FindingIndex::of_prefix(const Subnet& prefix) const
{
    Numbers numbers;
    for (auto entry = by_address_.lower_bound(prefix.network);
         entry != by_address_.end() && prefix.contains(entry->first); ++entry) {
        numbers.insert(entry->second.begin(), entry->second.end());
    }
    return numbers;
}

FindingIndex::Numbers FindingIndex::all() const
{
    Numbers numbers;
    for (const auto& [time, number] : by_time_) numbers.insert(number);
    return numbers;
}

FindingIndex::Numbers FindingIndex::before(Timestamp time) const
{
    Numbers numbers;
    for (const auto& [at, number] : by_time_) {
        if (at >= time) break;
        numbers.insert(number);
    }
    return numbers;
}

std::size_t FindingIndex::of_device(const Device& device) const
{
    const auto many = [](const auto& index, const auto& name) {
        const auto found = index.find(name);
        return found == index.end() ? std::size_t{0} : found->second.size();
    };
    return device.mac.is_zero() ? many(by_address_, device.ip) : many(by_mac_, device.mac);
}

}  // namespace breakwatch
