// Findings that late facts may still change, and whom a new fact concerns among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "policy/incident/judgement.hpp"

namespace breakwatch {

using FindingNumber = std::uint64_t;  // in order of arrival

struct PendingFinding {
    Finding finding;
    Judgement judgement;
    std::vector<MacAddress> macs;  // whose sessions would tell more
};

class FindingIndex {
  public:
    using Numbers = std::set<FindingNumber>;

    // Adds, or replaces after it was judged again.
    void put(FindingNumber number, PendingFinding held);
    void erase(FindingNumber number);
    const PendingFinding* find(FindingNumber number) const;

    Numbers of_person(const StaffId& staff) const { return look_up(by_person_, staff); }
    Numbers of_mac(const MacAddress& mac) const { return look_up(by_mac_, mac); }
    Numbers of_address(const IpAddress& ip) const { return look_up(by_address_, ip); }
    Numbers of_prefix(const Subnet& prefix) const;
    Numbers all() const;
    Numbers before(Timestamp time) const;
    std::size_t size() const { return held_.size(); }
    // How many there are of the device: by its MAC where it has one.
    std::size_t of_device(const Device& device) const;

  private:
    template <typename Index, typename Name>
    static Numbers look_up(const Index& index, const Name& name)
    {
        const auto found = index.find(name);
        return found == index.end() ? Numbers{} : found->second;
    }

    std::unordered_map<FindingNumber, PendingFinding> held_;
    std::set<std::pair<Timestamp, FindingNumber>> by_time_;
    std::unordered_map<StaffId, Numbers> by_person_;
    std::unordered_map<MacAddress, Numbers> by_mac_;
    std::map<IpAddress, Numbers> by_address_;  // in order: a prefix is a range of it
};

}  // namespace breakwatch
