// The lease file of dnsmasq, which is rewritten in place: each look at it is a whole state, and the
// difference to the last one is told as leases granted, renewed and ended. Main thread only.
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

struct DnsmasqLeasesSettings {
    std::string name = "leases-dnsmasq";
    std::string path;
    // 0: look once and rest, so that io_context::run() returns (files, tests).
    std::chrono::milliseconds poll{250};
    std::size_t largest_file = 64 * 1024 * 1024;  // bytes; beyond, the last good state stays
};

// `io` outlives the feed.
std::unique_ptr<Feed> make_dnsmasq_leases(boost::asio::io_context& io, DnsmasqLeasesSettings settings,
                                          Feed::Handler handler);

}  // namespace breakwatch
