#include "policy/activity/volume_history.hpp"

#include <algorithm>
#include <iterator>

#include "policy/keyed_hash.hpp"

namespace breakwatch {

namespace {

std::uint64_t key_of(const Device& device)
{
    if (!device.mac.is_zero()) return keyed_hash(device.mac.octets);
    return keyed_hash(device.ip.octets);
}

bool touches(const VolumeSlice& slice, Timestamp from, Timestamp to)
{
    return slice.from <= to && slice.from + slice.length >= from;
}

bool ended(const VolumeSlice& slice, Timestamp from, Timestamp end)
{
    return touches(slice, from, end) && slice.from + slice.length <= end;
}

void add_up(Coverage& sum, const Coverage& one)
{
    sum.named += one.named;
    sum.by_dns += one.by_dns;
    sum.encrypted += one.encrypted;
    sum.unnamed += one.unnamed;
}

}  // namespace

void VolumeHistory::add(const TrafficVolume& volume)
{
    const auto key = key_of(volume.device);
    if (!devices_.contains(key) && devices_.size() >= limits_.devices) {
        ++refused_full_;
        return;
    }
    auto& entries = devices_[key];
    const Entry entry{{volume.from, volume.length, volume.platform, volume.up, volume.down},
                      {volume.named, volume.by_dns, volume.encrypted, volume.unnamed}};
    const auto place = std::ranges::upper_bound(entries, volume.from, {}, [](const Entry& e) { return e.slice.from; });
    entries.insert(place, entry);
    ++slices_;
    if (entries.size() <= limits_.slices_per_device && (slices_ <= limits_.slices || entries.size() <= kFew)) return;
    entries.pop_front();
    --slices_;
}

const VolumeHistory::Entries* VolumeHistory::of(const Device& device) const
{
    const auto found = devices_.find(key_of(device));
    return found == devices_.end() ? nullptr : &found->second;
}

std::vector<VolumeSlice> VolumeHistory::slices(const Device& device, Timestamp from, Timestamp end) const
{
    std::vector<VolumeSlice> some;
    const auto* entries = of(device);
    if (entries == nullptr) return some;
    for (const auto& [slice, coverage] : *entries) {
        if (!ended(slice, from, end)) continue;
        const auto same = std::ranges::find_if(some, [&slice](const VolumeSlice& known) {
            return known.from == slice.from && known.length == slice.length && known.platform == slice.platform;
        });
        if (same == some.end()) {
            some.push_back(slice);
            continue;
        }
        same->up += slice.up;
        same->down += slice.down;
    }
    std::ranges::stable_sort(some, [](const VolumeSlice& a, const VolumeSlice& b) {
        return std::tie(a.from, a.platform) < std::tie(b.from, b.platform);
    });
    return some;
}

Coverage VolumeHistory::coverage(const Device& device, Timestamp from, Timestamp end) const
{
    Coverage sum;
    const auto* entries = of(device);
    if (entries == nullptr) return sum;
    for (const auto& [slice, coverage] : *entries) {
        if (ended(slice, from, end)) add_up(sum, coverage);
    }
    return sum;
}

std::uint64_t VolumeHistory::octets(const Device& device, Timestamp from, Timestamp to) const
{
    Coverage sum;
    const auto* entries = of(device);
    if (entries == nullptr) return 0;
    for (const auto& [slice, coverage] : *entries) {
        if (touches(slice, from, to)) add_up(sum, coverage);
    }
    return sum.total();
}

void VolumeHistory::forget_before(Timestamp time)
{
    for (auto device = devices_.begin(); device != devices_.end();) {
        slices_ -=
            std::erase_if(device->second, [time](const Entry& e) { return e.slice.from + e.slice.length < time; });
        device = device->second.empty() ? devices_.erase(device) : std::next(device);
    }
}

void VolumeHistory::forget(const Device& device)
{
    const auto gone = devices_.find(key_of(device));
    if (gone == devices_.end()) return;
    slices_ -= gone->second.size();
    devices_.erase(gone);
}

}  // namespace breakwatch
