// Events of the daemon's own health that come again and again: of more than a few in a minute about one part, the last
// is told at its end, and with it how many were folded (BW-1101). Main thread only.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/timer.hpp"
#include "policy/effect.hpp"

namespace breakwatch {

// `count` events with the code `about` are not told one by one. `how`: "came within a minute", "found no room".
ReportHealth events_folded(const std::string& subject, std::string_view about, std::size_t count, Timestamp since,
                           const std::string& how, Timestamp now);

class RepeatFold {
  public:
    static constexpr std::size_t kTold = 5;
    static constexpr std::size_t kMostParts = 1'024;  // of more, all are told

    // `tell` hears of all else at once, in order.
    RepeatFold(boost::asio::io_context& io, std::function<void(Effect)> tell,
               std::chrono::nanoseconds window = std::chrono::minutes{1})
        : end_(io), tell_(std::move(tell)), window_(window)
    {}

    void take(Effect effect);
    void end_window();  // now: nothing is folded that is not told

  private:
    struct Repeats {
        std::size_t count = 0;
        Timestamp since;  // of the first that was folded
        std::optional<ReportHealth> last;
    };

    OnceTimer end_;
    std::function<void(Effect)> tell_;
    std::chrono::nanoseconds window_;
    std::map<std::pair<std::string, std::string>, Repeats> parts_;  // by code and subject, of this window
};

}  // namespace breakwatch
