#include "app/observation_queue.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using breakwatch::ObservationQueue;

namespace {

bool readable(int descriptor, int milliseconds)
{
    pollfd waiting{descriptor, POLLIN, 0};
    return ::poll(&waiting, 1, milliseconds) == 1;
}

}  // namespace

TEST_CASE("what was pushed is drained in order, once")
{
    ObservationQueue<std::string> queue(8);
    CHECK_FALSE(readable(queue.descriptor(), 0));
    REQUIRE(queue.push("first"));
    REQUIRE(queue.push("second"));
    CHECK(readable(queue.descriptor(), 0));

    std::vector<std::string> got;
    CHECK(queue.drain([&got](const std::string& item) { got.push_back(item); }) == 2);
    CHECK(got == std::vector<std::string>{"first", "second"});
    CHECK_FALSE(readable(queue.descriptor(), 0));
    CHECK(queue.drain([](const std::string&) {}) == 0);
}

TEST_CASE("a full queue refuses and loses nothing it took")
{
    ObservationQueue<int> queue(3);
    int taken = 0;
    while (queue.push(taken)) ++taken;
    CHECK(taken == 3);

    int sum = 0;
    queue.drain([&sum](int item) { sum += item; });
    CHECK(sum == 0 + 1 + 2);
    CHECK(queue.push(7));
}

TEST_CASE("no wake-up is lost between a producer and a consumer that sleeps whenever it is done")
{
    constexpr int kItems = 200'000;
    ObservationQueue<int> queue(256);
    std::jthread producer([&queue] {
        for (int item = 1; item <= kItems; ++item) {
            while (!queue.push(item)) std::this_thread::yield();
        }
    });
    int expected = 1;
    while (expected <= kItems) {
        REQUIRE_MESSAGE(readable(queue.descriptor(), 20'000), "slept with item " << expected << " due");
        queue.drain([&expected](int item) {
            REQUIRE(item == expected);
            ++expected;
        });
    }
}

TEST_CASE("an item at which the consumer throws is gone; those after it stay for the next drain")
{
    ObservationQueue<std::string> queue(8);
    for (const auto* each : {"a", "b", "c", "d"}) REQUIRE(queue.push(each));
    std::vector<std::string> got;
    const auto consume = [&](const std::string& item) {
        got.push_back(item);
        if (item == "b") throw std::runtime_error("b");
    };
    CHECK_THROWS_WITH(queue.drain(consume), "b");
    CHECK(queue.drain(consume) == 2);
    CHECK(got == std::vector<std::string>{"a", "b", "c", "d"});
}
