// The feeds of mentions that a configuration names, made from it.
#pragma once

#include <functional>
#include <memory>

#include "config/config.hpp"
#include "feeds/core/feed.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

// None: in this mode the kind has nothing to read. `config` of the whole site: its zone and its platforms. `clock`:
// when records arrive.
std::unique_ptr<Feed> make_mention_feed(boost::asio::io_context& io, const Config& config,
                                        const MentionFeedConfig& feed, FeedMode mode, const Feed::Handler& handler,
                                        const std::function<Timestamp()>& clock);
// Its records are all there already: a file, not what is sent.
bool has_an_end(const MentionFeedConfig& feed);

}  // namespace breakwatch
