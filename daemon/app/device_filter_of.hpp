// Which devices the capture may look at now.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "capture/device_filter.hpp"
#include "policy/identity/binding.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

// The enrolled MACs of people active at `now`, and what sessions and leases bind to them (Engine::bound_addresses).
std::shared_ptr<const DeviceFilter> device_filter_of(const Enrolment& enrolment, const std::vector<BoundAddress>& bound,
                                                     Timestamp now, bool sessions_expected = false);

// Keeps it true while a run goes on: made anew where whose devices are known has changed, and every ten seconds, since
// enrolments begin and end; in between what was met is added.
class FilterRenewal {
  public:
    static constexpr std::chrono::seconds kAtLeastEvery{10};
    static constexpr std::size_t kMostAdded = 4'096;

    // The filter to put in force; none where what is in force stays true. `version`, `met`: of the engine
    // (identity_version(), take_met()); `whole` makes it anew.
    std::shared_ptr<const DeviceFilter> next(std::uint64_t version, const std::vector<BoundAddress>& met, Timestamp now,
                                             const std::function<std::shared_ptr<const DeviceFilter>()>& whole);
    // Whatever was known before.
    void forget() { base_ = nullptr; }

  private:
    std::uint64_t version_ = 0;
    Timestamp made_;
    std::shared_ptr<const DeviceFilter> base_;
    std::vector<BoundAddress> added_;
};

}  // namespace breakwatch
