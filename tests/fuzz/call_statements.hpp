// What holds for whatever an adapter of calls makes of its bytes.
#pragma once

#include "feeds/calls/core/call_format.hpp"
#include "fuzz/lines.hpp"
#include "fuzz/target.hpp"

namespace breakwatch::fuzz {

inline void check(const CallStatements& statements)
{
    for (const auto& each : statements) {
        promise(each.agents.size() <= 8, "few names for one agent");
        for (const auto& name : each.agents) promise(name.size() <= 2 * kLongestCallText, "names are bounded");
        promise(each.id.size() <= 1024 && each.queue.size() <= kLongestCallText, "texts are bounded");
        promise(each.ended_by.size() <= kLongestCallText, "texts are bounded");
        promise(!each.talk || (*each.talk >= Duration{0} && *each.talk <= std::chrono::hours{24 * 366 * 240}),
                "talk is no negative time");
        promise(each.at.time_since_epoch() > -std::chrono::hours{24 * 366 * 240}, "times can be told");
        const bool call = each.type == CallStatement::Type::call_start || each.type == CallStatement::Type::call_end;
        promise(!call || (!each.id.empty() && !each.agents.empty()), "a call has an id and an agent");
    }
}

// Line by line; a refusal says why, briefly.
inline void read_lines(const CallFormat& format, Bytes bytes)
{
    for_each_part(as_text(bytes), '\n', [&](std::string_view line) {
        const auto statements = format(line);
        if (!statements)
            return promise(!statements.error().empty() && statements.error().size() < 600,
                           "a refusal says why, briefly");
        check(*statements);
    });
}

// The bytes of a connection, cut at a size that they choose themselves.
template <typename Take>
void feed_in_pieces(Bytes bytes, const Take& take)
{
    if (bytes.empty()) return;
    const std::size_t piece = 1 + bytes[0];
    auto rest = as_text(bytes.subspan(1));
    while (!rest.empty()) {
        take(rest.substr(0, piece));
        rest.remove_prefix(std::min(piece, rest.size()));
    }
}

}  // namespace breakwatch::fuzz
