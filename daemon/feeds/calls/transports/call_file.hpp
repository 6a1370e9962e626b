// Call records from a file that the call system (or a bridge to it) appends to: followed over rotation,
// truncation and absence. Main thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "feeds/calls/core/call_intake.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct CallFileSettings {
    CallIntakeSettings intake;
    std::string path;
    // 0: read to the end once and rest, so that io_context::run() returns (tools, replays, tests).
    std::chrono::milliseconds poll{250};
    std::function<Timestamp()> clock;  // when records arrive
};

// The file is read from its beginning: what is older than the engine's horizon is dropped there, and
// repeats are known by their ids. `io` outlives the feed.
std::unique_ptr<Feed> make_call_file(boost::asio::io_context& io, CallFileSettings settings, CallFormat format,
                                     EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
