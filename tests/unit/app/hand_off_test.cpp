#include "app/hand_off.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using breakwatch::HandOff;

namespace {

bool readable(int descriptor, int milliseconds)
{
    pollfd waiting{descriptor, POLLIN, 0};
    return ::poll(&waiting, 1, milliseconds) == 1;
}

}  // namespace

TEST_CASE("what was pushed is drained in order, once")
{
    HandOff<std::string> hand_off(8);
    CHECK_FALSE(readable(hand_off.descriptor(), 0));
    REQUIRE(hand_off.push("first"));
    REQUIRE(hand_off.push("second"));
    CHECK(readable(hand_off.descriptor(), 0));

    std::vector<std::string> got;
    CHECK(hand_off.drain([&got](const std::string& item) { got.push_back(item); }) == 2);
    CHECK(got == std::vector<std::string>{"first", "second"});
    CHECK_FALSE(readable(hand_off.descriptor(), 0));
    CHECK(hand_off.drain([](const std::string&) {}) == 0);
}

TEST_CASE("a full hand-off refuses and loses nothing it took")
{
    HandOff<int> hand_off(3);
    int taken = 0;
    while (hand_off.push(taken)) ++taken;
    CHECK(taken == 3);

    int sum = 0;
    hand_off.drain([&sum](int item) { sum += item; });
    CHECK(sum == 0 + 1 + 2);
    CHECK(hand_off.push(7));
}

TEST_CASE("no wake-up is lost between a producer and a consumer that sleeps whenever it is done")
{
    constexpr int kItems = 200'000;
    HandOff<int> hand_off(256);
    std::jthread producer([&hand_off] {
        for (int item = 1; item <= kItems; ++item) {
            while (!hand_off.push(item)) std::this_thread::yield();
        }
    });
    int expected = 1;
    while (expected <= kItems) {
        REQUIRE_MESSAGE(readable(hand_off.descriptor(), 20'000),
                        "slept with item " << expected << " due");
        hand_off.drain([&expected](int item) {
            REQUIRE(item == expected);
            ++expected;
        });
    }
}

TEST_CASE("an item at which the consumer throws is gone; those after it stay for the next drain")
{
    HandOff<std::string> hand_off(8);
    for (const auto* each : {"a", "b", "c", "d"}) REQUIRE(hand_off.push(each));
    std::vector<std::string> got;
    const auto consume = [&](const std::string& item) {
        got.push_back(item);
        if (item == "b") throw std::runtime_error("b");
    };
    CHECK_THROWS_WITH(hand_off.drain(consume), "b");
    CHECK(hand_off.drain(consume) == 2);
    CHECK(got == std::vector<std::string>{"a", "b", "c", "d"});
}
