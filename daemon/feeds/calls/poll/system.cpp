#include <array>

#include "feeds/calls/core/call_system.hpp"
#include "feeds/calls/poll/call_poll.hpp"

namespace breakwatch {

namespace {

PollAuthorization authorization_of(const CallFeedConfig& config)
{
    using From = CallFeedConfig::Authorization;
    using To = PollAuthorization::Way;
    const auto way = [&] {
        switch (config.authorization) {
            case From::bearer: return To::bearer;
            case From::basic: return To::basic;
            case From::header: return To::header;
            case From::oauth2: return To::oauth2;
            case From::none: break;
        }
        return To::none;
    };
    return {.way = way(),
            .user = config.user,
            .secret_file = config.secret_file.string(),
            .header = config.header,
            .token_url = config.token_url,
            .scope = config.scope};
}

std::unique_ptr<Feed> make_poll(const CallFeedParts& parts, const CallFeedConfig& config)
{
    CallPollSettings settings{.intake = intake_of(config),
                              .url = config.url,
                              .ca_file = config.ca_file.string(),
                              .server_name = config.server_name,
                              .authorization = authorization_of(config),
                              .mapping = config.mapping,
                              .time_zone = zone_of(parts, config),
                              .journal = state_file_of(parts, config, ".journal"),
                              .place = state_file_of(parts, config, ".place"),
                              .interval = std::chrono::ceil<std::chrono::milliseconds>(config.interval),
                              .limits = {}};
    return make_call_poll(parts.io, std::move(settings), parts.enrolment, parts.handler);
}

}  // namespace

CallSystem poll_system()
{
    static const std::array kKinds{
        CallFeedMaker{{"https-poll",
                       "a service that is asked over HTTPS, again and again",
                       {"url", "format"},
                       {"authorization", "user", "secret_file", "header", "token_url", "scope", "interval", "ca_file",
                        "server_name", "mapping", "time_zone"}},
                      CallFeedMaker::Records::still_come,
                      make_poll}};
    return {.kinds = kKinds, .formats = {}};
}

}  // namespace breakwatch
