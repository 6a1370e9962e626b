// A volunteer's marks ("I have just published") against what their device sent: which request each of them means.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "learn/recording.hpp"

namespace breakwatch {

// A mark means the request that ended nearest to it within this window: a person marks what the app shows them,
// a little after the fact, or while they tap. What else is in the window teaches nothing.
inline constexpr Duration kBeforeMark = std::chrono::seconds{5};
inline constexpr Duration kAfterMark = std::chrono::seconds{2};

struct MarkedSession {
    std::string name;
    std::string platform;
    std::string label;                // kind of what was published, or kBrowseOnly
    std::vector<Exchange> exchanges;  // of one device, in the order the sensor told them
    std::vector<Timestamp> marks;     // in order
    Timestamp begin;
    Timestamp end;  // what follows later requests was not waited for: they teach nothing
};

struct MarkedRecording {
    Recording recording;
    // For each mark, from it to the end of its request (mostly negative); none: no request answers it.
    std::vector<std::optional<Duration>> answers;
};

// Each request answers one mark at most.
MarkedRecording record(const MarkedSession& session, const PlatformCatalog& catalog);

}  // namespace breakwatch
