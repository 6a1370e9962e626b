// Labelled exchanges, recordings and models made up for the tests of learning.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "learn/lab.hpp"
#include "learn/lottery.hpp"
#include "learn/recording.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/finding.hpp"
#include "support/moments.hpp"

namespace breakwatch::test {

inline const MacAddress kPhone = mac("02:1a:10:00:10:01");
inline constexpr std::chrono::milliseconds kMs{1};

inline PlatformCatalog two_platforms()
{
    return PlatformCatalog({{"x", "api.x.com", Role::api, Tier::b, false, Surface::public_, "", ""},
                            {"x", "upload.x.com", Role::upload, Tier::b, false, Surface::public_, "", ""},
                            {"x", "pbs.twimg.com", Role::cdn, Tier::b, false, Surface::public_, "", ""},
                            {"bluesky", "bsky.social", Role::api, Tier::b, false, Surface::public_, "", ""}});
}

// A request at `time` of so many bytes, answered after 80 ms.
inline Exchange request(const PlatformCatalog& catalog, const std::string& host, Timestamp time,
                        std::uint64_t bytes = 900)
{
    static std::uint64_t flow = 0;
    Exchange exchange;
    exchange.device.mac = kPhone;
    exchange.flow = ++flow;
    exchange.server_name = host;
    exchange.match = catalog.find(host).value();
    exchange.up_first = time - 5 * kMs;
    exchange.up_last = time;
    exchange.down_first = time + 80 * kMs;
    exchange.down_last = time + 90 * kMs;
    exchange.up_bytes = bytes;
    exchange.down_bytes = 700;
    exchange.up_records = 2;
    exchange.down_records = 1;
    return exchange;
}

inline LabAction action(const std::string& platform, Timestamp start, Timestamp end, bool post, Timestamp publish = {})
{
    LabAction made;
    made.mac = kPhone;
    made.platform = platform;
    made.action = post ? "text_post" : "scroll";
    made.is_post = post;
    made.start = start;
    made.end = end;
    made.publish = publish;
    return made;
}

inline Finding finding(const std::string& platform, Timestamp at, double confidence)
{
    Finding found;
    found.device.mac = kPhone;
    found.platform = platform;
    found.at = at;
    found.confidence = confidence;
    return found;
}

// A model of one tree: `feature` below the threshold speaks against a post, the rest for it, by this much.
inline DetectorModel one_split(Feature feature, double threshold, double weight)
{
    BoostedTree tree;
    tree.feature.fill(feature);
    tree.threshold.fill(threshold);
    tree.value = {0,       -weight, weight,  -weight, -weight, weight, weight, -weight,
                  -weight, -weight, -weight, weight,  weight,  weight, weight};
    DetectorModel model;
    model.version = "2026-11-24";
    model.review_by = "2027-05-24";
    model.trees = {tree};
    for (const auto s : {-6.0, -3.0, 0.0, 3.0, 6.0}) model.calibration.push_back({s, 1 / (1 + std::exp(-s))});
    model.alert_threshold = 0.8;
    model.balanced_threshold = 0.5;
    return model;
}

// A volunteer's session: one request in five is a post, and only `teller` tells which: 200 and more for posts, 100 and
// less for others. All other features are noise.
inline Recording session_of(Feature teller, std::size_t requests, std::uint64_t seed)
{
    Lottery lottery(seed);
    Recording recording{"session-" + std::to_string(seed), "x", "text_post", {}, 0.5};
    for (std::size_t i = 0; i < requests; ++i) {
        Sample sample{i + 1, i % 5 == 0, {}};
        for (auto& value : sample.features) value = 300 * lottery.share();
        at(sample.features, teller) = sample.post ? 200 + 100 * lottery.share() : 100 * lottery.share();
        recording.samples.push_back(sample);
    }
    return recording;
}

// Six of them, of which a fit holds back the last two: another feature may tell the posts there.
inline std::vector<Recording> six_sessions(Feature lessons, Feature held_back)
{
    std::vector<Recording> made;
    for (std::uint64_t i = 0; i < 6; ++i) made.push_back(session_of(i < 4 ? lessons : held_back, 60, 50 + i));
    return made;
}

}  // namespace breakwatch::test
