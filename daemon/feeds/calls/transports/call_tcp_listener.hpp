// Call records that a telephone system sends over TCP, as PBXs do with CDR and SMDR. It has no authentication:
// only the peers named may connect, and none of them can hold up another. Main thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "feeds/calls/core/call_intake.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct CallTcpSettings {
    CallIntakeSettings intake;
    std::string listen = "::";
    std::uint16_t port = 0;
    std::vector<std::string> peers;     // addresses or networks
    std::size_t record_length = 0;      // octets of a record; 0: lines
    std::size_t most_connections = 64;  // for a further one the longest idle is closed, and told
    std::size_t most_of_a_peer = 4;
    std::size_t most_octets_a_second = 1UL * 1024 * 1024;  // of a connection; what is more waits at its sender
    std::chrono::milliseconds begun{60'000};               // a record that has begun has ended by then
    std::chrono::milliseconds idle{26L * 3600 * 1000};     // quiet nights are ordinary
};

std::unique_ptr<Feed> make_call_tcp_listener(boost::asio::io_context& io, CallTcpSettings settings, CallFormat format,
                                             EnrolmentInForce enrolment, Feed::Handler handler);

}  // namespace breakwatch
