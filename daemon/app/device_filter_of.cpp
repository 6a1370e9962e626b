#include "app/device_filter_of.hpp"

namespace breakwatch {

std::shared_ptr<const DeviceFilter> device_filter_of(const Enrolment& enrolment, const std::vector<Binding>& bindings,
                                                     Timestamp now, bool sessions_expected)
{
    auto filter = std::make_shared<DeviceFilter>();
    filter->late_names = sessions_expected;
    for (const auto& person : enrolment.people()) {
        if (!person.active_at(now)) continue;
        filter->macs.insert(person.macs.begin(), person.macs.end());
    }
    for (const auto& binding : bindings) {
        if (!binding.mac.is_zero()) filter->macs.insert(binding.mac);
        if (binding.mac.is_zero() && !binding.to) filter->portal_ips.insert(binding.ip);
        if (binding.ip.family != IpAddress::Family::none) filter->ips.insert(binding.ip);
    }
    return filter;
}

}  // namespace breakwatch
