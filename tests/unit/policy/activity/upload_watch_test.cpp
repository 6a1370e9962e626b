// Media that went to a platform, and no request that published it.
#include "policy/activity/upload_watch.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/moments.hpp"

using namespace breakwatch;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const auto kNoon = test::at("12:00");
constexpr double kPublished = 0.4;

const PlatformCatalog& catalog()
{
    static const PlatformCatalog made(
        {{"x", "upload.x.example", Role::upload, Tier::a, false, Surface::public_, {}, {}},
         {"x", "api.x.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
         {"chat", "up.chat.example", Role::upload, Tier::b, false, Surface::private_, {}, {}}});
    return made;
}

Exchange sent(Duration at, std::uint64_t bytes, const std::string& server = "upload.x.example")
{
    Exchange made;
    made.device.mac = test::mac("02:1a:10:00:10:01");
    made.match = *catalog().find(server);
    made.server_name = server;
    made.up_first = kNoon + at;
    made.up_last = made.up_first + seconds{1};
    made.up_bytes = bytes;
    made.down_bytes = 100;
    return made;
}

Finding post(Duration at, double confidence)
{
    Finding made;
    made.device = {test::mac("02:1a:10:00:10:01"), {}, 0};
    made.at = kNoon + at;
    made.platform = "x";
    made.confidence = confidence;
    return made;
}

std::vector<Finding> told(const std::vector<Exchange>& exchanges, const std::vector<Finding>& posts = {})
{
    UploadWatch watch(catalog(), kPublished);
    for (const auto& exchange : exchanges) watch.add(exchange);
    for (const auto& each : posts) watch.found(each);
    return watch.advance(kNoon + std::chrono::hours{1});
}

}  // namespace

TEST_CASE("an upload that nothing published is told once, with all that went")
{
    const auto all = told({sent(seconds{0}, 400'000), sent(seconds{8}, 600'000)});
    REQUIRE(all.size() == 1);
    CHECK(all[0].kind == FindingKind::media_upload);
    CHECK(all[0].at == kNoon + seconds{9});
    CHECK(all[0].up_bytes == 1'000'000);
    CHECK(all[0].platform == "x");
    CHECK(all[0].tier == Tier::a);
    CHECK(all[0].reasons.front().starts_with("1000 kB went to upload.x.example"));
}

TEST_CASE("an upload that something like a post followed is that post's")
{
    CHECK(told({sent(seconds{0}, 400'000)}, {post(seconds{5}, kPublished)}).empty());
    CHECK(told({sent(seconds{0}, 400'000)}, {post(seconds{5}, kPublished - 0.01)}).size() == 1);
    CHECK(told({sent(seconds{0}, 400'000)}, {post(seconds{13}, 0.9)}).empty());
    CHECK(told({sent(seconds{0}, 400'000)}, {post(seconds{13} + milliseconds{1}, 0.9)}).size() == 1);
    CHECK(told({sent(seconds{0}, 400'000)}, {post(milliseconds{-1}, 0.9)}).size() == 1);
}

TEST_CASE("a small request, and a picture in a private messenger, are no upload")
{
    CHECK(told({sent(seconds{0}, 14'999), sent(seconds{0}, 400'000, "up.chat.example")}).empty());
}

TEST_CASE("an upload is told when nothing that it belongs to can come any more, and not before")
{
    UploadWatch watch(catalog(), kPublished);
    watch.add(sent(seconds{0}, 400'000));
    const auto due = kNoon + seconds{1} + kLookBehind + kPostHold + UploadWatch::kSlack;
    CHECK(watch.advance(due - milliseconds{1}).empty());
    CHECK(watch.size() == 1);
    CHECK(watch.advance(due + milliseconds{100}).size() == 1);
    CHECK(watch.size() == 0);
}

TEST_CASE("the parts of an upload are one in whichever order they are told")
{
    std::vector<Exchange> parts{sent(seconds{0}, 100'000), sent(seconds{12}, 200'000), sent(seconds{24}, 300'000),
                                sent(seconds{50}, 50'000)};
    std::vector<int> order{0, 1, 2, 3};
    do {
        UploadWatch watch(catalog(), kPublished);
        for (const auto i : order) watch.add(parts[static_cast<std::size_t>(i)]);
        const auto all = watch.advance(kNoon + std::chrono::hours{1});
        REQUIRE(all.size() == 2);
        CHECK(all[0].up_bytes == 600'000);
        CHECK(all[0].at == kNoon + seconds{25});
        CHECK(all[1].up_bytes == 50'000);
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("devices without end take no more than their room, and the next is counted")
{
    UploadWatch watch(catalog(), kPublished);
    for (std::size_t i = 0; i <= UploadWatch::kPairs; ++i) {
        auto upload = sent(seconds{0}, 400'000);
        upload.device.mac = {};
        upload.device.ip = test::ip("fd00::1");
        upload.device.ip.octets[8] = static_cast<std::uint8_t>(i >> 8U);
        upload.device.ip.octets[9] = static_cast<std::uint8_t>(i);
        watch.add(upload);
    }
    CHECK(watch.size() == UploadWatch::kPairs);
    CHECK(watch.refused_full() == 1);
}

TEST_CASE("a new table of platforms keeps what it still names")
{
    UploadWatch watch(catalog(), kPublished);
    watch.add(sent(seconds{0}, 400'000));
    const PlatformCatalog moved({{"y", "other.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
                                 {"y", "upload.x.example", Role::upload, Tier::b, false, Surface::public_, {}, {}}});
    watch.use(moved, kPublished);
    const auto all = watch.advance(kNoon + std::chrono::hours{1});
    REQUIRE(all.size() == 1);
    CHECK(all[0].platform == "y");
    watch.add(sent(seconds{0}, 400'000));
    const PlatformCatalog none;
    watch.use(none, kPublished);
    CHECK(watch.size() == 0);
}
