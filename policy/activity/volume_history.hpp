// How much each enrolled device sent and received lately, slice by slice: for an incident's
// timeline and its coverage. In memory only; leaves it inside an incident or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "policy/incident/incident.hpp"
#include "policy/observation.hpp"

namespace breakwatch {

class VolumeHistory {
  public:
    struct Limits {
        std::size_t slices_per_device;
        std::size_t devices;
        std::size_t slices;  // of all devices: then each that has more than a few loses its oldest by a new one
    };
    static constexpr std::size_t kFew = 6;

    explicit VolumeHistory(Limits limits) : limits_(limits) {}

    void add(const TrafficVolume& volume);
    // What reaches past `from` and ended by `end`, oldest first; slices of one time and platform added up.
    std::vector<VolumeSlice> slices(const Device& device, Timestamp from, Timestamp end) const;
    Coverage coverage(const Device& device, Timestamp from, Timestamp end) const;
    // Of all that touches [from, to].
    std::uint64_t octets(const Device& device, Timestamp from, Timestamp to) const;
    void forget_before(Timestamp time);
    void forget(const Device& device);
    std::size_t size() const { return slices_; }
    std::size_t devices() const { return devices_.size(); }
    std::uint64_t refused_full() const { return refused_full_; }

  private:
    struct Entry {
        VolumeSlice slice;
        Coverage coverage;
    };
    using Entries = std::deque<Entry>;  // by time

    const Entries* of(const Device& device) const;

    // By MAC where there is one: a phone has several addresses.
    std::unordered_map<std::uint64_t, Entries> devices_;
    Limits limits_;
    std::size_t slices_ = 0;
    std::uint64_t refused_full_ = 0;
};

}  // namespace breakwatch
