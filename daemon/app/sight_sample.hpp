// What policy/sight looks at, gathered: the capture's sums, the feeds' names, and what the configuration lets expect.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/capture_thread.hpp"
#include "config/config.hpp"
#include "feeds/core/feed.hpp"
#include "policy/duty/roster.hpp"
#include "policy/identity/enrolment.hpp"
#include "policy/sight/sight_watch.hpp"

namespace breakwatch {

// Of all interfaces together, as a replay sees them.
SightExpectation sight_expected(const Config& config, const Enrolment& enrolment, Timestamp now);
SightSample sight_sample(const CaptureStatus& capture, const std::vector<FeedStatus>& feeds, Timestamp now);
// Of captures beside each other: who has which address any of them may tell, the feeds' names are told with the first,
// and a VLAN is seen where one of them shows it.
std::vector<SightSample> sight_samples(const std::vector<CaptureStatus>& captures, const std::vector<FeedStatus>& feeds,
                                       Timestamp now);
// What an interface left out for want of time.
ShedSums shed_by(const CaptureStatus& capture);
// Of the rosters: whom of the enrolled they lack. Nothing where rosters do not say who is on shift.
std::optional<NamesSeen> names_in_rosters(const Config& config, const FeedStatus& people, const Enrolment& enrolment,
                                          const Roster& roster, Timestamp now);
// Whether the interface has a carrier; nothing: the system does not say.
std::optional<bool> link_of(const std::string& interface);

}  // namespace breakwatch
