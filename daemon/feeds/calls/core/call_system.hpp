// What a call system's folder brings: the kinds of feeds a configuration may name, and the formats of records they come
// in. A folder says both in its own system.cpp; call_systems.cpp lists the folders.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "config/config.hpp"
#include "feeds/calls/core/call_format.hpp"
#include "feeds/calls/core/call_intake.hpp"
#include "feeds/core/client_stream.hpp"
#include "feeds/core/feed.hpp"

namespace breakwatch {

// What every feed is made with. What is referred to outlives the feeds.
struct CallFeedParts {
    boost::asio::io_context& io;
    const Config& config;
    FeedMode mode;
    const EnrolmentInForce& enrolment;
    const Feed::Handler& handler;
    std::function<Timestamp()> clock;
};

struct CallFeedMaker {
    enum class Records : std::uint8_t { are_there, still_come };  // a file, which has an end; or what is sent

    CallFeedKind kind;
    Records records;
    std::unique_ptr<Feed> (*make)(const CallFeedParts& parts, const CallFeedConfig& config);
};

struct CallFormatMaker {
    std::string_view word;                        // in `format:`
    CallFormat (*make)(const std::string& zone);  // zone: IANA, for times without an offset
};

struct CallSystem {
    std::span<const CallFeedMaker> kinds;
    std::span<const CallFormatMaker> formats;
};

// What makers need of a configured feed. The format of its records: of its mapping, or the built-in one of this word; a
// word that is none did not pass the reader of configurations (std::logic_error).
CallFormat call_format_of(const CallFeedParts& parts, const CallFeedConfig& config, std::string_view word);
CallIntakeSettings intake_of(const CallFeedConfig& config);
const std::string& zone_of(const CallFeedParts& parts, const CallFeedConfig& config);
ServerAddress server_of(const CallFeedConfig& config, std::uint16_t usual_port);
// A file of the feed's own in the state directory: "calls-NAME" and the ending.
std::filesystem::path state_file_of(const CallFeedParts& parts, const CallFeedConfig& config, std::string_view ending);

}  // namespace breakwatch
