// Which devices the capture may look at now.
#pragma once

#include <memory>
#include <vector>

#include "capture/device_filter.hpp"
#include "policy/identity/binding_table.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

// The enrolled MACs of people active at `now`, and the MACs and addresses that sessions and leases bind
// to them.
std::shared_ptr<const DeviceFilter> device_filter_of(const Enrolment& enrolment, const std::vector<Binding>& bindings,
                                                     Timestamp now, bool sessions_expected = false);

}  // namespace breakwatch
