// Tells of refused input without flooding: the first of its kind at once, then at most one a minute
// with how many there were. Every one is counted. One per feed; main thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "feeds/core/feed.hpp"

namespace breakwatch {

class RefusalNotes {
  public:
    static constexpr Duration kPause = std::chrono::minutes{1};
    static constexpr std::size_t kKinds = 64;  // beyond, all further kinds share one pause

    RefusalNotes(std::string feed, Feed::Handler handler);

    // `kind` is what the pause is kept by; `where` and `what` are for people.
    void refuse(std::string_view kind, std::string where, std::string what, Timestamp at);
    // The same, of something that was taken all the same (a clock that is wrong): not counted as
    // refused.
    void warn(std::string_view kind, std::string where, std::string what, Timestamp at);

    std::uint64_t count() const { return count_; }
    const std::string& last() const { return last_; }

  private:
    struct Kind {
        Timestamp told;
        std::uint64_t untold = 0;
    };

    void tell(std::string_view kind, InputRefused told);

    std::string feed_;
    Feed::Handler handler_;
    std::map<std::string, Kind, std::less<>> kinds_;
    std::uint64_t count_ = 0;
    std::string last_;
};

}  // namespace breakwatch
