// The recent exchanges of one device on one platform, and the features of one of them in that
// company. Bounded in number and time. Owned by PostDetector.
#pragma once

#include <cstddef>
#include <deque>

#include "policy/activity/exchange.hpp"
#include "policy/activity/features.hpp"

namespace breakwatch {

// What a candidate is judged with: exchanges up to 12 s before it, and those that made their
// request in the 3.4 s after it. An exchange is told at most 3 s after its last request byte, hence
// the hold.
inline constexpr Duration kLookBehind = std::chrono::seconds{12};
// What is usual for the device is taken from so long before.
inline constexpr Duration kHistory = std::chrono::seconds{120};
inline constexpr Duration kLookAhead = std::chrono::milliseconds{3400};
inline constexpr Duration kHold = std::chrono::milliseconds{6700};
// Two signs closer than this on one device and platform are one act; so a finding is told so long after its last
// request byte.
inline constexpr Duration kOneAct = std::chrono::seconds{2};
inline constexpr Duration kPostHold = kHold + kOneAct;

// As features tell times.
constexpr double in_milliseconds(Duration duration)
{
    return std::chrono::duration<double, std::milli>(duration).count();
}

class ActivityWindow {
  public:
    // Keeps exchanges in order of their requests. When full the oldest goes; true if one went.
    bool add(const Exchange& exchange);
    // `candidate` need not be in the window any more; exchanges are compared by flow and time.
    FeatureVector features_of(const Exchange& candidate) const;
    // The media upload that preceded the candidate, if any.
    const Exchange* upload_before(const Exchange& candidate) const;
    void forget_before(Timestamp time);
    bool empty() const { return exchanges_.empty(); }
    const std::deque<Exchange>& exchanges() const { return exchanges_; }

  private:
    std::deque<Exchange> exchanges_;
};

// An upstream burst too large for anything but a file.
bool is_upload(const Exchange& exchange);

}  // namespace breakwatch
