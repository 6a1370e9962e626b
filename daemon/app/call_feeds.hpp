// The kinds of call feeds, by the word a configuration calls them: the one place where a new one is wired
// in. A new format of records is a line in feeds/calls/call_formats.hpp.
#pragma once

#include <functional>
#include <memory>

#include "app/feeds.hpp"
#include "config/config.hpp"
#include "feeds/calls/core/call_intake.hpp"

namespace breakwatch {

struct FeedParts {
    boost::asio::io_context& io;
    const Config& config;
    FeedMode mode;
    const EnrolmentInForce& enrolment;
    const Feed::Handler& handler;
    std::function<Timestamp()> clock;
};

// None: in this mode the kind has nothing to read.
std::unique_ptr<Feed> make_call_feed(const FeedParts& parts, const CallFeedConfig& config);
// Its records are all there already: files, not what is sent.
bool has_an_end(const CallFeedConfig& config);
CallFeedVocabulary call_feed_vocabulary();

}  // namespace breakwatch
