// Whose packets may leave a trace at all: enrolled devices. Everything else is forgotten with the
// packet. Immutable; the main thread puts a new one in force while the capture thread runs.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "policy/types.hpp"

namespace breakwatch {

struct DeviceFilter {
    bool all = false;  // for tools on captures made for the purpose
    std::unordered_set<MacAddress> macs;
    // Addresses that lease feeds gave to enrolled devices: needed behind a router, where every frame has
    // the router's MAC. Addresses leased in the captured traffic itself the sensor learns on its own.
    std::unordered_set<IpAddress> ips;
    // Of these a portal told the user and no MAC: whose device it is hangs on the address, on whatever MAC.
    std::unordered_set<IpAddress> portal_ips = {};
    // RADIUS may tell later whose an unknown device is: only then is its MAC told at all, and forgotten within minutes.
    bool late_names = false;
    // What this one adds to, itself without one; nothing of it is taken away.
    std::shared_ptr<const DeviceFilter> base = nullptr;

    bool enrolled(const MacAddress& mac) const
    {
        return (!macs.empty() && macs.contains(mac)) || (base && base->enrolled(mac));
    }
    bool wants(const MacAddress& mac) const { return all || enrolled(mac); }
    bool known(const IpAddress& ip) const { return (!ips.empty() && ips.contains(ip)) || (base && base->known(ip)); }
    bool from_portal(const IpAddress& ip) const
    {
        return (!portal_ips.empty() && portal_ips.contains(ip)) || (base && base->from_portal(ip));
    }
    // Whether all that `before` has is in this one, as far as that shows without comparing them.
    bool adds_to(const std::shared_ptr<const DeviceFilter>& before) const
    {
        return base && before && (base == before || base == before->base);
    }
};

// The hand-over of filters between threads. `changed` costs one atomic read per packet.
class FilterInForce {
  public:
    explicit FilterInForce(std::shared_ptr<const DeviceFilter> filter) : filter_(std::move(filter)) {}

    void replace(std::shared_ptr<const DeviceFilter> filter)
    {
        const std::scoped_lock lock(mutex_);
        filter_ = std::move(filter);
        version_.fetch_add(1, std::memory_order_release);
    }
    bool changed_since(std::uint64_t version) const { return version_.load(std::memory_order_acquire) != version; }
    std::shared_ptr<const DeviceFilter> get(std::uint64_t& version) const
    {
        const std::scoped_lock lock(mutex_);
        version = version_.load(std::memory_order_relaxed);
        return filter_;
    }

  private:
    mutable std::mutex mutex_;
    std::shared_ptr<const DeviceFilter> filter_;
    std::atomic<std::uint64_t> version_{1};
};

}  // namespace breakwatch
