#include <array>

#include "feeds/calls/core/call_system.hpp"
#include "feeds/calls/transports/call_fifo.hpp"
#include "feeds/calls/transports/call_file.hpp"
#include "feeds/calls/transports/call_socket.hpp"
#include "feeds/calls/transports/call_tcp_listener.hpp"
#include "feeds/calls/transports/call_webhook.hpp"

namespace breakwatch {

namespace {

std::unique_ptr<Feed> make_file(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return make_call_file(parts, config, config.format);
}
std::unique_ptr<Feed> make_csv(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return make_call_file(parts, config, "csv");
}

CallFormat format_of(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return call_format_of(parts, config, config.format);
}

std::unique_ptr<Feed> make_fifo(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return make_call_fifo(parts.io, {.intake = intake_of(config), .path = config.path.string()},
                          format_of(parts, config), parts.enrolment, parts.handler);
}

std::unique_ptr<Feed> make_socket(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return make_call_socket(parts.io, {.intake = intake_of(config), .path = config.path.string()},
                            format_of(parts, config), parts.enrolment, parts.handler);
}

std::unique_ptr<Feed> make_webhook(const CallFeedParts& parts, const CallFeedConfig& config)
{
    CallWebhookSettings settings{.intake = intake_of(config),
                                 .server = {.listen = config.listen,
                                            .certificate_file = config.certificate_file.string(),
                                            .key_file = config.key_file.string(),
                                            .secret_file = config.secret_file.string()},
                                 .journal = state_file_of(parts, config, ".journal")};
    if (config.port != 0) settings.server.port = config.port;
    settings.whole_bodies = config.mapping != nullptr;
    return make_call_webhook(parts.io, std::move(settings), format_of(parts, config), parts.enrolment, parts.handler);
}

std::unique_ptr<Feed> make_tcp_listener(const CallFeedParts& parts, const CallFeedConfig& config)
{
    CallTcpSettings settings{
        .intake = intake_of(config), .listen = config.listen, .port = config.port, .peers = config.peers};
    if (config.mapping) settings.record_length = config.mapping->record_length;
    return make_call_tcp_listener(parts.io, std::move(settings), format_of(parts, config), parts.enrolment,
                                  parts.handler);
}

}  // namespace

CallSystem transports_system()
{
    using enum CallFeedMaker::Records;
    static const std::array kKinds{
        CallFeedMaker{{"ndjson-file",
                       "a file of records, one a line, that is written to and rotated",
                       {"path"},
                       {"format", "mapping", "time_zone"}},
                      are_there,
                      make_file},
        CallFeedMaker{{"csv-file", "a table with a call in each row", {"path"}, {"time_zone"}}, are_there, make_csv},
        CallFeedMaker{
            {"file", "a file of records in a format that is named", {"path", "format"}, {"mapping", "time_zone"}},
            are_there,
            make_file},
        CallFeedMaker{{"fifo", "a named pipe, made when there is none", {"path"}, {"format", "mapping", "time_zone"}},
                      still_come,
                      make_fifo},
        CallFeedMaker{{"unix-socket",
                       "a stream socket that the daemon makes, for several writers",
                       {"path"},
                       {"format", "mapping", "time_zone"}},
                      still_come,
                      make_socket},
        CallFeedMaker{{"webhook",
                       "an HTTPS server that the daemon is, to which records are posted",
                       {"certificate_file", "key_file", "secret_file"},
                       {"listen", "port", "format", "mapping", "time_zone"}},
                      still_come,
                      make_webhook},
        CallFeedMaker{
            {"tcp-listener",
             "a TCP server that the daemon is, to which a telephone system sends its call records (CDR, SMDR)",
             {"port", "peers", "format"},
             {"listen", "mapping", "time_zone"}},
            still_come,
            make_tcp_listener},
    };
    return {.kinds = kKinds, .formats = {}};
}

}  // namespace breakwatch
