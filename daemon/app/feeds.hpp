// The feeds that a configuration names, made from it: the one place where a new feed is wired in.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "config/config.hpp"
#include "feeds/calls/core/call_intake.hpp"
#include "feeds/core/feed.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

// Everything but enrolment and rosters (PersonFiles). `clock`: when records arrive. `io` and what `enrolment`
// refers to outlive them.
std::vector<std::unique_ptr<Feed>> make_feeds(boost::asio::io_context& io, const Config& config, FeedMode mode,
                                              const EnrolmentInForce& enrolment, const Feed::Handler& handler,
                                              const std::function<Timestamp()>& clock = wall_clock);

}  // namespace breakwatch
