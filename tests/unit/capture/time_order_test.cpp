#include "capture/time_order.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace breakwatch;

namespace {

// Packets at these seconds, each holding one octet that counts them.
std::string through(std::size_t places, const std::vector<int>& seconds)
{
    TimeOrder order(places);
    std::string out;
    const auto release = [&] {
        const auto packet = order.release();
        out += std::to_string(packet.time.time_since_epoch() / std::chrono::seconds{1}) + ":" +
               std::to_string(packet.bytes[0]) + " ";
    };
    std::uint8_t count = 0;
    for (const int at : seconds) {
        const std::vector<std::uint8_t> octets{++count};
        if (order.full()) release();
        order.hold({.time = Timestamp{std::chrono::seconds{at}}, .link_type = 1, .bytes = octets, .wire_length = 1});
    }
    while (!order.empty()) release();
    return out;
}

}  // namespace

TEST_CASE("packets are put in order of time; of equal times the first stays first")
{
    CHECK(through(4, {1, 2, 3}) == "1:1 2:2 3:3 ");
    CHECK(through(4, {3, 1, 2, 2, 1}) == "1:2 1:5 2:3 2:4 3:1 ");
}

TEST_CASE("what lies further back than the window holds comes late")
{
    CHECK(through(2, {2, 3, 4, 1, 5}) == "2:1 3:2 1:4 4:3 5:5 ");
}

TEST_CASE("a clock that was set back by minutes is not mixed into the time before")
{
    CHECK(through(4, {100, 101, 10, 11}) == "100:1 101:2 10:3 11:4 ");
}
