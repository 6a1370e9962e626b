#include "app/device_filter_of.hpp"

namespace breakwatch {
namespace {

void add(DeviceFilter& filter, const BoundAddress& each)
{
    if (!each.mac.is_zero()) filter.macs.insert(each.mac);
    if (each.mac.is_zero() && !each.over) filter.portal_ips.insert(each.ip);
    if (each.ip.family != IpAddress::Family::none) filter.ips.insert(each.ip);
}

}  // namespace

std::shared_ptr<const DeviceFilter> device_filter_of(const Enrolment& enrolment, const std::vector<BoundAddress>& bound,
                                                     Timestamp now, bool sessions_expected)
{
    auto filter = std::make_shared<DeviceFilter>();
    filter->late_names = sessions_expected;
    for (const auto& person : enrolment.people()) {
        if (!person.active_at(now)) continue;
        filter->macs.insert(person.macs.begin(), person.macs.end());
    }
    for (const auto& each : bound) add(*filter, each);
    return filter;
}

std::shared_ptr<const DeviceFilter> FilterRenewal::next(
    std::uint64_t version, const std::vector<BoundAddress>& met, Timestamp now,
    const std::function<std::shared_ptr<const DeviceFilter>()>& whole)
{
    const bool stale = version != version_ || now - made_ >= kAtLeastEvery || now < made_;
    if (!base_ || stale || added_.size() + met.size() > kMostAdded) {
        version_ = version;
        made_ = now;
        added_.clear();
        return base_ = whole();
    }
    if (met.empty()) return nullptr;
    added_.insert(added_.end(), met.begin(), met.end());
    auto filter = std::make_shared<DeviceFilter>();
    filter->late_names = base_->late_names;
    filter->base = base_;
    for (const auto& each : added_) add(*filter, each);
    return filter;
}

}  // namespace breakwatch
