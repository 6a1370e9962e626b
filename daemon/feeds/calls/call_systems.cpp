#include "feeds/calls/call_systems.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include "feeds/calls/mapped/mapped_calls.hpp"
#include "feeds/calls/mapped/safe_pattern.hpp"

// A folder a line, in the order in which its words are listed: each has a system.cpp that defines NAME_system().
#define BREAKWATCH_CALL_SYSTEMS(SYSTEM) \
    SYSTEM(generic)                     \
    SYSTEM(transports)                  \
    SYSTEM(asterisk)                    \
    SYSTEM(freeswitch)                  \
    SYSTEM(amazon_connect)              \
    SYSTEM(genesys_cloud)               \
    SYSTEM(poll)

namespace breakwatch {

#define BREAKWATCH_DECLARE(NAME) CallSystem NAME##_system();
BREAKWATCH_CALL_SYSTEMS(BREAKWATCH_DECLARE)
#undef BREAKWATCH_DECLARE

namespace {

const std::vector<CallSystem>& systems()
{
#define BREAKWATCH_ENTER(NAME) NAME##_system(),
    static const std::vector<CallSystem> all{BREAKWATCH_CALL_SYSTEMS(BREAKWATCH_ENTER)};
#undef BREAKWATCH_ENTER
    return all;
}

const CallFeedMaker& maker_of(const CallFeedConfig& config)
{
    for (const auto& system : systems()) {
        const auto maker =
            std::ranges::find(system.kinds, config.kind, [](const CallFeedMaker& each) { return each.kind.word; });
        if (maker != system.kinds.end()) return *maker;
    }
    throw std::logic_error("no kind of call feed: " + config.kind);
}

}  // namespace

CallFormat call_format_of(const CallFeedParts& parts, const CallFeedConfig& config, std::string_view word)
{
    const auto& zone = zone_of(parts, config);
    if (config.mapping) return mapped_call_format(config.mapping, zone);
    for (const auto& system : systems()) {
        const auto maker = std::ranges::find(system.formats, word, &CallFormatMaker::word);
        if (maker != system.formats.end()) return maker->make(zone);
    }
    throw std::logic_error("no format of call records: " + std::string(word));
}

std::unique_ptr<Feed> make_call_feed(const CallFeedParts& parts, const CallFeedConfig& config)
{
    if (parts.mode == FeedMode::once && !has_an_end(config)) return nullptr;
    return maker_of(config).make(parts, config);
}

bool has_an_end(const CallFeedConfig& config)
{
    return maker_of(config).records == CallFeedMaker::Records::are_there;
}

ConfigVocabulary call_feed_vocabulary()
{
    ConfigVocabulary words;
    for (const auto& system : systems()) {
        for (const auto& maker : system.kinds) words.call_kinds.push_back(maker.kind);
        for (const auto& maker : system.formats) words.call_formats.emplace_back(maker.word);
    }
    words.call_formats.emplace_back("mapped");
    for (auto& preset : call_preset_names()) words.call_formats.push_back(std::move(preset));
    words.pattern_groups = pattern_groups;
    return words;
}

}  // namespace breakwatch
