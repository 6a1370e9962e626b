// Statements as lines of text, for tests that compare many of them.
#pragma once

#include <string>

#include "config/load_call_mapping.hpp"
#include "feeds/calls/mapped/mapped_calls.hpp"
#include "feeds/calls/mapped/safe_pattern.hpp"

namespace breakwatch::test {

inline std::string text_of(const CallStatement& said)
{
    static constexpr std::array kTypes{"call_start", "call_end", "login",     "logout",
                                       "pause",      "unpause",  "heartbeat", "refused"};
    std::string text = kTypes.at(static_cast<std::size_t>(said.type)) + (" " + to_rfc3339(said.at)) + " ";
    for (std::size_t i = 0; i < said.agents.size(); ++i) text += (i > 0 ? "|" : "") + said.agents[i];
    const auto add = [&](const std::string& key, const std::string& value) {
        if (!value.empty()) text += " " + key + "=" + value;
    };
    const auto seconds = [](const std::optional<Duration>& length) {
        return length ? std::to_string(std::chrono::duration_cast<std::chrono::seconds>(*length).count())
                      : std::string();
    };
    add("id", said.id);
    add("queue", said.queue);
    if (said.channel != Channel::voice) add("channel", std::string(name(said.channel)));
    add("end", said.ended_by);
    add("talk", seconds(said.talk));
    add("hold", seconds(said.hold));
    add("wrap", seconds(said.wrap_up));
    if (said.type == CallStatement::Type::pause) add("reason", std::string(name(said.reason)));
    for (auto at = text.find(".000Z"); at != std::string::npos; at = text.find(".000Z")) text.erase(at, 4);
    return text;
}

inline std::string text_of(const std::vector<MappedCalls::Read>& all)
{
    std::string text;
    for (const auto& each : all) {
        if (!each) {
            text += "refused: " + each.error() + "\n";
            continue;
        }
        if (each->empty()) text += "nothing\n";
        for (const auto& said : *each) text += text_of(said) + "\n";
    }
    return text;
}

// The mapping of a text, or its errors as one.
inline std::expected<std::shared_ptr<const CallMapping>, std::string> mapping_of(const std::string& yaml)
{
    auto read = parse_call_mapping("m.yaml", yaml, pattern_groups);
    if (read) return std::make_shared<const CallMapping>(std::move(*read));
    std::string all;
    for (const auto& error : read.error()) all += to_string(error) + "\n";
    return std::unexpected(all);
}

}  // namespace breakwatch::test
