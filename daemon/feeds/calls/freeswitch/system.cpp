#include <array>

#include "feeds/calls/core/call_system.hpp"
#include "feeds/calls/freeswitch/freeswitch_client.hpp"

namespace breakwatch {

namespace {

constexpr std::uint16_t kPort = 8021;

std::unique_ptr<Feed> make_freeswitch(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return make_freeswitch_client(
        parts.io,
        {.intake = intake_of(config), .server = server_of(config, kPort), .secret_file = config.secret_file.string()},
        parts.enrolment, parts.handler);
}

}  // namespace

CallSystem freeswitch_system()
{
    static const std::array kKinds{CallFeedMaker{{"freeswitch",
                                                  "a client of FreeSWITCH's event socket",
                                                  {"host", "secret_file"},
                                                  {"port", "tls", "ca_file", "server_name"}},
                                                 CallFeedMaker::Records::still_come,
                                                 make_freeswitch}};
    return {.kinds = kKinds, .formats = {}};
}

}  // namespace breakwatch
