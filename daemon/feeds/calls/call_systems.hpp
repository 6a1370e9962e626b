// The call systems that are built in: what a configuration may name, and the feeds it names.
#pragma once

#include <memory>

#include "feeds/calls/core/call_system.hpp"

namespace breakwatch {

// What `calls:` may hold, for the reader of configurations.
ConfigVocabulary call_feed_vocabulary();
// None: in this mode the kind has nothing to read.
std::unique_ptr<Feed> make_call_feed(const CallFeedParts& parts, const CallFeedConfig& config);
// Its records are all there already: files, not what is sent.
bool has_an_end(const CallFeedConfig& config);

}  // namespace breakwatch
