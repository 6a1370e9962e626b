#include "app/call_feeds.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "feeds/calls/asterisk/ami_client.hpp"
#include "feeds/calls/call_formats.hpp"
#include "feeds/calls/freeswitch/freeswitch_client.hpp"
#include "feeds/calls/mapped/mapped_calls.hpp"
#include "feeds/calls/mapped/safe_pattern.hpp"
#include "feeds/calls/poll/call_poll.hpp"
#include "feeds/calls/transports/call_fifo.hpp"
#include "feeds/calls/transports/call_file.hpp"
#include "feeds/calls/transports/call_socket.hpp"
#include "feeds/calls/transports/call_tcp_listener.hpp"
#include "feeds/calls/transports/call_webhook.hpp"

namespace breakwatch {

namespace {

constexpr std::uint16_t kAmiPort = 5038;
constexpr std::uint16_t kAmiTlsPort = 5039;
constexpr std::uint16_t kFreeSwitchPort = 8021;

CallIntakeSettings intake_of(const CallFeedConfig& config)
{
    CallIntakeSettings intake{.name = config.name, .silence = config.silence, .clock_limit = config.clock_limit, .encoding = config.encoding};
    if (config.mapping && config.encoding == Encoding::automatic) intake.encoding = config.mapping->encoding;
    if (!config.host.empty()) intake.contexts.push_back(config.host);
    if (!config.contexts.empty()) intake.contexts = config.contexts;
    return intake;
}

const std::string& zone_of(const FeedParts& parts, const CallFeedConfig& config)
{
    return config.time_zone.empty() ? parts.config.site.time_zone : config.time_zone;
}

CallFormat format_of(const FeedParts& parts, const CallFeedConfig& config, std::string_view word)
{
    if (config.mapping) return mapped_call_format(config.mapping, zone_of(parts, config));
    const auto entry = std::ranges::find(kCallFormats, word, &CallFormatEntry::word);
    if (entry == kCallFormats.end()) throw std::logic_error("no format of call records: " + std::string(word));
    return entry->make(zone_of(parts, config));
}

ServerAddress server_of(const CallFeedConfig& config, std::uint16_t usual_port)
{
    return {.host = config.host, .port = config.port == 0 ? usual_port : config.port, .tls = config.tls,
            .ca_file = config.ca_file.string(), .server_name = config.server_name};
}

std::unique_ptr<Feed> file_of(const FeedParts& parts, const CallFeedConfig& config, std::string_view format)
{
    const auto poll = std::chrono::milliseconds{parts.mode == FeedMode::follow ? 250 : 0};
    return make_call_file(parts.io, {.intake = intake_of(config), .path = config.path.string(), .poll = poll, .clock = parts.clock},
                          format_of(parts, config, format), parts.enrolment, parts.handler);
}

std::unique_ptr<Feed> make_file(const FeedParts& parts, const CallFeedConfig& config)
{
    return file_of(parts, config, config.format);
}
std::unique_ptr<Feed> make_queue_log(const FeedParts& parts, const CallFeedConfig& config)
{
    return file_of(parts, config, "queue-log");
}
std::unique_ptr<Feed> make_csv(const FeedParts& parts, const CallFeedConfig& config)
{
    return file_of(parts, config, "csv");
}
std::unique_ptr<Feed> make_fifo(const FeedParts& parts, const CallFeedConfig& config)
{
    return make_call_fifo(parts.io, {.intake = intake_of(config), .path = config.path.string()},
                          format_of(parts, config, config.format), parts.enrolment, parts.handler);
}
std::unique_ptr<Feed> make_socket(const FeedParts& parts, const CallFeedConfig& config)
{
    return make_call_socket(parts.io, {.intake = intake_of(config), .path = config.path.string()},
                            format_of(parts, config, config.format), parts.enrolment, parts.handler);
}
std::unique_ptr<Feed> make_ami(const FeedParts& parts, const CallFeedConfig& config)
{
    return make_ami_client(parts.io,
                           {.connection = {.intake = intake_of(config),
                                           .server = server_of(config, config.tls ? kAmiTlsPort : kAmiPort),
                                           .secret_file = config.secret_file.string()},
                            .user = config.user},
                           parts.enrolment, parts.handler);
}

std::unique_ptr<Feed> make_freeswitch(const FeedParts& parts, const CallFeedConfig& config)
{
    return make_freeswitch_client(parts.io,
                                  {.intake = intake_of(config), .server = server_of(config, kFreeSwitchPort),
                                   .secret_file = config.secret_file.string()},
                                  parts.enrolment, parts.handler);
}
std::unique_ptr<Feed> make_webhook(const FeedParts& parts, const CallFeedConfig& config)
{
    CallWebhookSettings settings{.intake = intake_of(config), .listen = config.listen,
                                 .certificate_file = config.certificate_file.string(),
                                 .key_file = config.key_file.string(), .secret_file = config.secret_file.string(),
                                 .journal = parts.config.state_directory / ("calls-" + config.name + ".journal")};
    if (config.port != 0) settings.port = config.port;
    settings.whole_bodies = config.mapping != nullptr;
    return make_call_webhook(parts.io, std::move(settings), format_of(parts, config, config.format), parts.enrolment, parts.handler);
}

std::unique_ptr<Feed> make_tcp_listener(const FeedParts& parts, const CallFeedConfig& config)
{
    CallTcpSettings settings{.intake = intake_of(config), .listen = config.listen, .port = config.port, .peers = config.peers};
    if (config.mapping) settings.record_length = config.mapping->record_length;
    return make_call_tcp_listener(parts.io, std::move(settings), format_of(parts, config, config.format), parts.enrolment, parts.handler);
}

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
    return {.way = way(), .user = config.user, .secret_file = config.secret_file.string(), .header = config.header,
            .token_url = config.token_url, .scope = config.scope};
}

std::unique_ptr<Feed> make_poll(const FeedParts& parts, const CallFeedConfig& config)
{
    const auto file = [&](const std::string& ending) { return parts.config.state_directory / ("calls-" + config.name + ending); };
    CallPollSettings settings{.intake = intake_of(config), .url = config.url, .ca_file = config.ca_file.string(), .server_name = config.server_name,
                              .authorization = authorization_of(config), .mapping = config.mapping, .time_zone = zone_of(parts, config),
                              .journal = file(".journal"), .place = file(".place"),
                              .interval = std::chrono::ceil<std::chrono::milliseconds>(config.interval), .limits = {}};
    return make_call_poll(parts.io, std::move(settings), parts.enrolment, parts.handler);
}

enum class Reads : std::uint8_t { to_the_end, as_it_comes };

struct Kind {
    CallFeedKind keys;
    Reads reads;
    std::unique_ptr<Feed> (*make)(const FeedParts&, const CallFeedConfig&);
};

const std::vector<Kind>& kinds()
{
    static const std::vector<Kind> all{
        {{"file", {"path", "format"}, {"mapping", "time_zone"}}, Reads::to_the_end, make_file},
        {{"ndjson-file", {"path"}, {"format", "mapping", "time_zone"}}, Reads::to_the_end, make_file},
        {{"queue-log", {"path"}, {}}, Reads::to_the_end, make_queue_log},
        {{"csv-file", {"path"}, {"time_zone"}}, Reads::to_the_end, make_csv},
        {{"fifo", {"path"}, {"format", "mapping", "time_zone"}}, Reads::as_it_comes, make_fifo},
        {{"unix-socket", {"path"}, {"format", "mapping", "time_zone"}}, Reads::as_it_comes, make_socket},
        {{"ami", {"host", "user", "secret_file"}, {"port", "tls", "ca_file", "server_name"}}, Reads::as_it_comes, make_ami},
        {{"freeswitch", {"host", "secret_file"}, {"port", "tls", "ca_file", "server_name"}}, Reads::as_it_comes, make_freeswitch},
        {{"tcp-listener", {"port", "peers", "format"}, {"listen", "mapping", "time_zone"}}, Reads::as_it_comes, make_tcp_listener},
        {{"https-poll", {"url", "format"},
          {"authorization", "user", "secret_file", "header", "token_url", "scope", "interval", "ca_file", "server_name", "mapping", "time_zone"}},
         Reads::as_it_comes, make_poll},
        {{"webhook", {"certificate_file", "key_file", "secret_file"}, {"listen", "port", "format", "mapping", "time_zone"}}, Reads::as_it_comes, make_webhook},
    };
    return all;
}

const Kind& kind_of(const CallFeedConfig& config)
{
    const auto kind = std::ranges::find(kinds(), config.kind, [](const Kind& each) { return each.keys.word; });
    if (kind == kinds().end()) throw std::logic_error("no kind of call feed: " + config.kind);
    return *kind;
}

}  // namespace

std::unique_ptr<Feed> make_call_feed(const FeedParts& parts, const CallFeedConfig& config)
{
    if (parts.mode == FeedMode::once && !has_an_end(config)) return nullptr;
    return kind_of(config).make(parts, config);
}

bool has_an_end(const CallFeedConfig& config)
{
    return kind_of(config).reads == Reads::to_the_end;
}

CallFeedVocabulary call_feed_vocabulary()
{
    CallFeedVocabulary words;
    for (const auto& kind : kinds()) words.kinds.push_back(kind.keys);
    for (const auto& format : kCallFormats) words.formats.emplace_back(format.word);
    words.formats.emplace_back("mapped");
    for (auto& preset : call_preset_names()) words.formats.push_back(std::move(preset));
    words.pattern_groups = pattern_groups;
    return words;
}

}  // namespace breakwatch
