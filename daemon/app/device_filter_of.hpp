// Which devices the capture may look at now.
#pragma once

#include <chrono>
#include <cstdint>
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

// When it is to be made anew: whose devices and addresses are known has changed, or, as enrolments begin and end, time
// has passed.
class FilterRenewal {
  public:
    static constexpr std::chrono::seconds kAtLeastEvery{10};

    // `version`: Engine::identity_version().
    bool due(std::uint64_t version, Timestamp now)
    {
        if (version == version_ && now - made_ < kAtLeastEvery && now >= made_) return false;
        version_ = version;
        made_ = now;
        return true;
    }
    // Whatever was known before.
    void forget() { made_ = {}; }

  private:
    std::uint64_t version_ = 0;
    Timestamp made_;
};

}  // namespace breakwatch
