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
        order.hold_copy(
            {.time = Timestamp{std::chrono::seconds{at}}, .link_type = 1, .bytes = octets, .wire_length = 1});
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

TEST_CASE("what is lent is held where it lies, and copied when that ends")
{
    TimeOrder order(4);
    std::vector<std::uint8_t> going{1, 2, 3};
    const std::vector<std::uint8_t> staying{4};
    const auto packet = [](int at, Bytes bytes) {
        return Packet{.time = Timestamp{std::chrono::seconds{at}}, .link_type = 1, .bytes = bytes, .wire_length = 1};
    };
    order.hold(packet(2, Bytes(going).subspan(1, 1)));
    order.hold(packet(3, staying));
    order.hold(packet(1, Bytes(going).first(1)));
    CHECK(order.release().bytes.data() == going.data());
    order.keep(going);
    going.assign(3, 9);
    const auto kept = order.release();
    REQUIRE(kept.bytes.size() == 1);
    CHECK(kept.bytes[0] == 2);
    CHECK(order.release().bytes.data() == staying.data());
}
