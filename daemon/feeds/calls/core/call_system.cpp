#include "feeds/calls/core/call_system.hpp"

namespace breakwatch {

CallIntakeSettings intake_of(const CallFeedConfig& config)
{
    CallIntakeSettings intake{
        .name = config.name, .silence = config.silence, .clock_limit = config.clock_limit, .encoding = config.encoding};
    if (config.mapping && config.encoding == Encoding::automatic) intake.encoding = config.mapping->encoding;
    if (!config.host.empty()) intake.contexts.push_back(config.host);
    if (!config.contexts.empty()) intake.contexts = config.contexts;
    return intake;
}

const std::string& zone_of(const CallFeedParts& parts, const CallFeedConfig& config)
{
    return config.time_zone.empty() ? parts.config.site.time_zone : config.time_zone;
}

ServerAddress server_of(const CallFeedConfig& config, std::uint16_t usual_port)
{
    return {.host = config.host,
            .port = config.port == 0 ? usual_port : config.port,
            .tls = config.tls,
            .ca_file = config.ca_file.string(),
            .server_name = config.server_name};
}

std::filesystem::path state_file_of(const CallFeedParts& parts, const CallFeedConfig& config, std::string_view ending)
{
    return parts.config.state_directory / ("calls-" + config.name + std::string(ending));
}

}  // namespace breakwatch
