// Call records from a file that the call system (or a bridge to it) appends to: followed over rotation,
// truncation and absence. Main thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_intake.hpp"
#include "feeds/calls/core/call_system.hpp"

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
// As configured, its records in the format of this word.
std::unique_ptr<Feed> make_call_file(const CallFeedParts& parts, const CallFeedConfig& config, std::string_view format);

}  // namespace breakwatch
