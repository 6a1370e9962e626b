// Mentions from a file that an export is written to: followed over rotation, truncation and absence. Main thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "feeds/mentions/mention_intake.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct MentionFileSettings {
    MentionIntakeSettings intake;
    std::string path;
    // 0: read to the end once and rest, so that io_context::run() returns (tools, replays, tests).
    std::chrono::milliseconds poll{250};
    std::function<Timestamp()> clock;  // when records arrive
};

// Read from its beginning at each start, and whole again where it was made anew: what was told before is told again,
// and known by its reference. `io` outlives the feed.
std::unique_ptr<Feed> make_mention_file(boost::asio::io_context& io, MentionFileSettings settings,
                                        std::unique_ptr<MentionRecords> records, Feed::Handler handler);

}  // namespace breakwatch
