// The lease journal of Kea's memfile back end, DHCPv4 or DHCPv6: rows are appended, the last row of
// an address counts, and its lease file clean-up (LFC) swaps the files underneath. Columns are
// bound by header name. Main thread only.
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

struct KeaLeasesSettings {
    std::string name = "leases-kea";
    std::string path;  // "/var/lib/kea/kea-leases4.csv"; .1, .2 and .completed are found beside it
    // 0: read all once and rest, so that io_context::run() returns (files, tests).
    std::chrono::milliseconds poll{250};
    std::size_t longest_row = 64 * 1024;  // bytes; a longer one is refused, the next is taken
};

// `io` outlives the feed.
std::unique_ptr<Feed> make_kea_leases(boost::asio::io_context& io, KeaLeasesSettings settings, Feed::Handler handler);

}  // namespace breakwatch
