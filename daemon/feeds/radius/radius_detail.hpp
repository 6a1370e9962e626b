// Tail of a FreeRADIUS `detail` file (rlm_detail): records of tab-indented attributes between blank
// lines, followed over rotation. Main thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "feeds/core/feed.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct RadiusDetailSettings {
    std::string name = "radius-detail";
    std::string path;
    // 0: read to the end once and rest, so that io_context::run() returns (files, tests).
    std::chrono::milliseconds poll{500};
    std::size_t longest_record = 64 * 1024;  // bytes; a longer one is refused, the next is taken
};

// `io` outlives the feed.
std::unique_ptr<Feed> make_radius_detail(boost::asio::io_context& io, RadiusDetailSettings settings,
                                         Feed::Handler handler);

}  // namespace breakwatch
