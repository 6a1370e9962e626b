#include <array>

#include "feeds/calls/asterisk/ami_client.hpp"
#include "feeds/calls/asterisk/call_queue_log.hpp"
#include "feeds/calls/core/call_system.hpp"
#include "feeds/calls/transports/call_file.hpp"

namespace breakwatch {

namespace {

constexpr std::uint16_t kPort = 5038;
constexpr std::uint16_t kTlsPort = 5039;

std::unique_ptr<Feed> make_queue_log(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return make_call_file(parts, config, "queue-log");
}

std::unique_ptr<Feed> make_ami(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return make_ami_client(parts.io,
                           {.connection = {.intake = intake_of(config),
                                           .server = server_of(config, config.tls ? kTlsPort : kPort),
                                           .secret_file = config.secret_file.string()},
                            .user = config.user},
                           parts.enrolment, parts.handler);
}

}  // namespace

CallSystem asterisk_system()
{
    using enum CallFeedMaker::Records;
    static const std::array kKinds{
        CallFeedMaker{{"queue-log", "the queue_log of Asterisk", {"path"}, {}}, are_there, make_queue_log},
        CallFeedMaker{{"ami",
                       "a client of Asterisk's manager interface",
                       {"host", "user", "secret_file"},
                       {"port", "tls", "ca_file", "server_name"}},
                      still_come,
                      make_ami},
    };
    static constexpr std::array kFormats{
        CallFormatMaker{"queue-log", [](const std::string&) { return queue_log_format(); }}};
    return {.kinds = kKinds, .formats = kFormats};
}

}  // namespace breakwatch
