// Leases read from a server's files, against the bindings computed from the captures of the same
// hour.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "unit/feeds/recorded_feeds.hpp"

namespace breakwatch::test {

// Every true binding is there, with its beginning and end, and no other. A device that vanished has
// its lease until it runs out: no lease file says more.
inline void compare_with_truth(const std::vector<Lease>& leases, const std::string& truth_file,
                               Timestamp end_of_recording, const std::map<std::string, Timestamp>& server_learnt = {})
{
    BindingTable table;
    table.set_enrolment(recorded_staff());
    for (const auto& lease : leases) table.observe(lease);
    table.expire(end_of_recording);
    auto bindings = table.all();

    // Kea dates its rows in whole seconds; the copies were taken within a twentieth of one.
    static constexpr Duration kTolerance = std::chrono::milliseconds{1'100};
    std::size_t equal = 0;
    const auto truth = read_jsonl(truth_file);
    for (const auto& row : truth) {
        const bool held = row.at("to").is_null();
        const auto* silent = row.if_contains("lease_to_if_silent");
        const auto found = std::ranges::find_if(bindings, [&](const Binding& b) {
            if (b.mac != mac(text(row, "mac")) || b.ip != ip(text(row, "ip"))) return false;
            if (!near(b.from, time(row, "from"), kTolerance)) return false;
            if (held) return !b.to || *b.to > end_of_recording;
            const auto ends = [&b](Timestamp at) { return b.to && near(*b.to, at, kTolerance); };
            const auto learnt = server_learnt.find(text(row, "ip") + " " + text(row, "from"));
            if (learnt != server_learnt.end()) return ends(learnt->second);
            return ends(time(row, silent != nullptr ? "lease_to_if_silent" : "to"));
        });
        CAPTURE(boost::json::serialize(row));
        CHECK(found != bindings.end());
        if (found == bindings.end()) continue;
        bindings.erase(found);
        ++equal;
    }
    for (const auto& left : bindings) MESSAGE("not in the truth: " << describe(left));
    CHECK(bindings.empty());
    MESSAGE("bindings equal to the truth: " << equal << " of " << truth.size());
}

}  // namespace breakwatch::test
