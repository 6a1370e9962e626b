// RADIUS accounting over UDP (RFC 2866): verifies each datagram with its client's secret and hands
// over SessionEvents. Everything refused is counted by reason; nothing that arrives is fatal.
// Main thread only. Secrets are read by start() and reload(), and never leave this file.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "feeds/core/feed.hpp"
#include "feeds/radius/radius_accounting.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct RadiusListenerSettings {
    std::string name = "radius";
    std::string listen = "::";  // "::" takes IPv4 as well
    std::uint16_t port = 1813;  // 0: any free one, see RadiusListener::port()
    std::vector<RadiusClient> clients;
    // false: take and stay silent, for a copy of the traffic whose real server answers.
    bool answer = true;
    // Requests remembered, so that a retransmission counts once; the oldest go first.
    std::size_t remembered_requests = 65'536;
};

class RadiusListener : public Feed {
  public:
    virtual std::uint16_t port() const = 0;  // the port bound, 0 while it is not
    virtual std::uint64_t refused(RadiusRefusal reason) const = 0;
    virtual std::uint64_t duplicates() const = 0;
};

// `io` outlives the listener.
std::unique_ptr<RadiusListener> make_radius_listener(boost::asio::io_context& io, RadiusListenerSettings settings,
                                                     Feed::Handler handler);

}  // namespace breakwatch
