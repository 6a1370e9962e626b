#include "capture/volume_meter.hpp"

#include <utility>

namespace breakwatch {
namespace {}  // namespace

VolumeMeter::Entry* VolumeMeter::entry(const Device& device, std::optional<std::uint16_t> platform,
                                       std::uint64_t packet)
{
    const Key key{device, platform ? *platform : -1};
    const auto found = entries_.find(key);
    if (found != entries_.end()) return &found->second;
    const auto share = SourceShares::bucket_of(device.mac, device.ip);
    if (entries_.size() >= most_entries_ || !shares_.room(share)) {
        ++refused_;
        return nullptr;
    }
    shares_.take(share);
    auto& fresh = entries_[key];
    fresh.since = packet;
    return &fresh;
}

bool VolumeMeter::advance(Timestamp now)
{
    if (now < slice_ + kSlice) return false;
    flush();
    slice_ = Timestamp{now.time_since_epoch() - now.time_since_epoch() % kSlice};
    return true;
}

void VolumeMeter::flush()
{
    for (const auto& [key, entry] : entries_) {
        TrafficVolume volume;
        volume.device = key.device;
        volume.from = slice_;
        volume.length = kSlice;
        if (key.platform >= 0) volume.platform = catalog_->platform_name(static_cast<std::uint16_t>(key.platform));
        volume.up = entry.up;
        volume.down = entry.down;
        volume.named = entry.by_class[static_cast<std::size_t>(NameClass::named)];
        volume.by_dns = entry.by_class[static_cast<std::size_t>(NameClass::by_dns)];
        volume.encrypted = entry.by_class[static_cast<std::size_t>(NameClass::encrypted)];
        volume.unnamed = entry.by_class[static_cast<std::size_t>(NameClass::unnamed)];
        ended_.push_back({std::move(volume), key.platform, entry.since});
        shares_.give_back(SourceShares::bucket_of(key.device.mac, key.device.ip));
    }
    entries_.clear();
}

void VolumeMeter::use(const PlatformCatalog& catalog)
{
    flush();
    catalog_ = &catalog;
}

}  // namespace breakwatch
