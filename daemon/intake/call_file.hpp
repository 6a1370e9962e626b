// Call events from a file that the call system (or a bridge to it) appends to: followed over rotation,
// truncation and absence. Main thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "intake/call_lines.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct CallFileSettings {
    std::string name;   // "acd"
    std::string path;
    Duration silence = std::chrono::minutes{60};
    // 0: read to the end once and rest, so that io_context::run() returns (tools, tests).
    std::chrono::milliseconds poll{250};
};

// The file is read from its beginning: what is older than the engine's horizon is dropped there, and
// repeats are known by their ids. `io` outlives the feed.
std::unique_ptr<Feed> make_call_file(boost::asio::io_context& io, const CallFileSettings& settings, EnrolmentInForce enrolment,
                                     Feed::Handler handler);

// The whole file at once, without a loop: for replays.
FeedStatus read_call_file(const CallFileSettings& settings, const EnrolmentInForce& enrolment,
                          const Feed::Handler& handler, Timestamp arrived);

}  // namespace breakwatch
