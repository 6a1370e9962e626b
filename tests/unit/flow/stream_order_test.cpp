#include "flow/stream_order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "support/hex.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kNow = at("09:00");

std::string push(StreamOrder& order, std::uint32_t sequence, std::string_view text, Timestamp when = kNow)
{
    return std::string(as_text(order.push(sequence, octets_of(text), when)));
}

std::string skip(StreamOrder& order)
{
    return std::string(as_text(order.skip_hole()));
}

}  // namespace

TEST_CASE("segments in order pass through without a copy")
{
    StreamOrder order;
    const auto payload = octets_of("abc");
    CHECK(order.push(7, payload, kNow).data() == payload.data());
    CHECK(push(order, 10, "def") == "def");
    CHECK(order.held() == 0);
    CHECK(push(order, 13, "") == "");
}

TEST_CASE("early segments wait for the hole before them")
{
    StreamOrder order;
    order.begin(99);
    CHECK(push(order, 106, "ghi") == "");
    CHECK(push(order, 103, "def") == "");
    CHECK(order.waiting());
    CHECK(push(order, 100, "abc") == "abcdefghi");
    CHECK_FALSE(order.waiting());
    CHECK(push(order, 109, "j") == "j");
}

TEST_CASE("what was seen before is cut off, and what came first wins")
{
    StreamOrder order;
    CHECK(push(order, 1, "abcd") == "abcd");
    CHECK(push(order, 1, "abcd") == "");
    CHECK(push(order, 2, "XX") == "");
    CHECK(push(order, 3, "XXef") == "ef");
    CHECK(push(order, 9, "ij") == "");
    CHECK(push(order, 7, "ghXYk") == "ghijk");
}

TEST_CASE("sequence numbers wrap")
{
    StreamOrder order;
    order.begin(0xfffffffdU);
    CHECK(push(order, 2, "ef") == "");
    CHECK(push(order, 0xfffffffeU, "abcd") == "abcdef");
    CHECK(push(order, 4, "g") == "g");
}

TEST_CASE("a stream without its SYN begins with its first segment; a later SYN changes nothing")
{
    StreamOrder order;
    CHECK(push(order, 5000, "abc") == "abc");
    order.begin(10);
    CHECK(push(order, 5003, "def") == "def");
}

TEST_CASE("too much that waits is given up with its hole")
{
    StreamOrder order;
    order.begin(0);
    const std::string much(30'000, 'x');
    CHECK(push(order, 101, much) == "");
    CHECK(push(order, 30'101, much) == "");
    CHECK_FALSE(order.too_much_waits());
    CHECK(push(order, 60'101, much) == "");
    CHECK(order.too_much_waits());
    CHECK(order.held() <= StreamOrder::kMostWaiting);
    CHECK(skip(order).size() == 60'000);
    CHECK_FALSE(order.too_much_waits());
    CHECK(push(order, 60'101, "on") == "on");
}

TEST_CASE("a hole is lost once the receiver has acknowledged what is missing")
{
    StreamOrder order;
    order.begin(0);
    CHECK_FALSE(order.hole_is_lost(1, kNow));
    push(order, 11, "late");
    CHECK_FALSE(order.hole_is_lost(15, kNow));
    order.acknowledged(10);
    CHECK_FALSE(order.hole_is_lost(15, kNow));
    order.acknowledged(11);
    CHECK(order.hole_is_lost(15, kNow));
    CHECK_FALSE(order.hole_is_lost(5, kNow));  // this one is about to fill it
    CHECK(skip(order) == "late");
    CHECK(push(order, 15, "r") == "r");
}

TEST_CASE("a hole is lost when nobody fills it for long")
{
    StreamOrder order;
    order.begin(0);
    push(order, 11, "a", kNow);
    push(order, 31, "b", kNow + StreamOrder::kPatience);
    CHECK_FALSE(order.hole_is_lost(41, kNow + StreamOrder::kPatience));
    CHECK(order.hole_is_lost(41, kNow + StreamOrder::kPatience + Duration{1}));
    CHECK(skip(order) == "a");
    CHECK(order.waiting());
    CHECK(skip(order) == "b");
    CHECK_FALSE(order.waiting());
}

TEST_CASE("what the snap length cut off is passed over")
{
    StreamOrder order;
    CHECK(push(order, 1, "abc") == "abc");
    order.skip_cut(4, 100);
    CHECK(push(order, 104, "def") == "def");
    order.skip_cut(50, 7);  // not next: nothing to pass over
    CHECK(push(order, 107, "g") == "g");
}

TEST_CASE("a segment that overlaps the front can be taken for the next")
{
    StreamOrder order;
    CHECK_FALSE(order.overlaps(1, 10));
    push(order, 1, "\x01\x02");
    CHECK(order.overlaps(1, 5));
    CHECK_FALSE(order.overlaps(1, 2));
    CHECK_FALSE(order.overlaps(3, 5));
    order.restart(1);
    CHECK(push(order, 1, "hello") == "hello");
}

TEST_CASE("any order of any cut gives the stream back")
{
    std::mt19937 random(7);
    std::string text;
    for (int i = 0; i < 2'000; ++i) text += static_cast<char>('a' + i % 26);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::pair<std::size_t, std::size_t>> cuts;
        for (std::size_t from = 0; from < text.size();) {
            const auto size = std::min<std::size_t>(1 + random() % 300, text.size() - from);
            // Some come twice, some with more in front than is missing.
            cuts.emplace_back(from, size);
            const auto back = std::min<std::size_t>(from, random() % 40);
            if (random() % 3 == 0) cuts.emplace_back(from - back, size + back);
            from += size;
        }
        std::ranges::shuffle(cuts, random);
        const auto start = static_cast<std::uint32_t>(random());
        StreamOrder order;
        order.begin(start - 1);
        std::string got;
        for (const auto& [from, size] : cuts) {
            got += push(order, start + static_cast<std::uint32_t>(from), text.substr(from, size));
        }
        CHECK(got == text);
    }
}
