#include "decode/wlan_frame.hpp"

#include <doctest/doctest.h>

#include "support/hex.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kPhone = hex("021a10001001");
const auto kAccessPoint = hex("001a1e100001");
const auto kRouter = hex("021a10000001");
const auto kFar = hex("021a100000ff");
const auto kSnapIp = hex("aaaa03 000000 0800");
const auto kIp = hex("45000014 00000000 40110000 0a4d141f 0a4d1401");

Octets wlan(const char* control, const Octets& one, const Octets& two, const Octets& three, const Octets& rest)
{
    return hex(control) + hex("0000") + one + two + three + hex("1000") + rest;
}

Octets from_phone(const Octets& rest)
{
    return wlan("0801", kAccessPoint, kPhone, kRouter, rest);
}

bool is_ours(const std::expected<LinkFrame, DecodeError>& frame)
{
    return frame && frame->ether_type == ether_type::ipv4 &&
           Octets(frame->payload.begin(), frame->payload.end()) == kIp;
}

DecodeError error_of(const Octets& bytes)
{
    return decode_wlan(bytes).error();
}

}  // namespace

TEST_CASE("the addresses mean what the two DS bits say")
{
    const auto up = from_phone(kSnapIp + kIp);
    const auto upward = decode_link(105, up);
    REQUIRE(is_ours(upward));
    CHECK(upward->source == mac("02:1a:10:00:10:01"));
    CHECK(upward->destination == mac("02:1a:10:00:00:01"));

    const auto down = wlan("0802", kPhone, kAccessPoint, kRouter, kSnapIp + kIp);
    const auto downward = decode_wlan(down);
    REQUIRE(is_ours(downward));
    CHECK(downward->source == mac("02:1a:10:00:00:01"));
    CHECK(downward->destination == mac("02:1a:10:00:10:01"));

    const auto direct = wlan("0800", kRouter, kPhone, kAccessPoint, kSnapIp + kIp);
    const auto ad_hoc = decode_wlan(direct);
    REQUIRE(is_ours(ad_hoc));
    CHECK(ad_hoc->source == mac("02:1a:10:00:10:01"));
    CHECK(ad_hoc->destination == mac("02:1a:10:00:00:01"));

    const auto bridge = wlan("0803", kAccessPoint, kRouter, kPhone, kFar + kSnapIp + kIp);
    const auto bridged = decode_wlan(bridge);
    REQUIRE(is_ours(bridged));
    CHECK(bridged->source == mac("02:1a:10:00:00:ff"));
    CHECK(bridged->destination == mac("02:1a:10:00:10:01"));
}

TEST_CASE("QoS and HT control fields are passed over")
{
    CHECK(is_ours(decode_wlan(wlan("8801", kAccessPoint, kPhone, kRouter, hex("0000") + kSnapIp + kIp))));
    CHECK(is_ours(decode_wlan(wlan("8881", kAccessPoint, kPhone, kRouter, hex("0000 00000000") + kSnapIp + kIp))));
}

TEST_CASE("the first frame of an aggregate is read, with its own addresses")
{
    const auto aggregate =
        wlan("8801", kAccessPoint, kPhone, kAccessPoint, hex("8000") + kRouter + kPhone + hex("001c") + kSnapIp + kIp);
    const auto frame = decode_wlan(aggregate);
    REQUIRE(is_ours(frame));
    CHECK(frame->destination == mac("02:1a:10:00:00:01"));
    CHECK(frame->source == mac("02:1a:10:00:10:01"));
}

TEST_CASE("management, control, empty and encrypted frames are not ours")
{
    const auto body = kSnapIp + kIp;
    CHECK(error_of(wlan("8000", kPhone, kAccessPoint, kAccessPoint, body)) == DecodeError::unsupported);
    CHECK(error_of(wlan("b400", kPhone, kAccessPoint, kAccessPoint, body)) == DecodeError::unsupported);
    CHECK(error_of(wlan("4801", kAccessPoint, kPhone, kRouter, {})) == DecodeError::unsupported);
    CHECK(error_of(wlan("0841", kAccessPoint, kPhone, kRouter, body)) == DecodeError::unsupported);
    CHECK(error_of(from_phone(hex("424203 000000 0800"))) == DecodeError::unsupported);
}

TEST_CASE("a radiotap header says where the frame starts, and whether a check sequence ends it")
{
    const auto frame = from_phone(kSnapIp + kIp);
    CHECK(is_ours(decode_link(127, hex("00 00 0800 00000000") + frame)));
    CHECK(is_ours(decode_radiotap(hex("00 00 0900 02000000 00") + frame)));
    CHECK(is_ours(decode_radiotap(hex("00 00 0900 02000000 10") + frame + hex("deadbeef"))));
    // A timestamp before the flags, aligned; then two presence words, so that it needs four octets of padding.
    CHECK(is_ours(decode_radiotap(hex("00 00 1100 03000000 0000000000000000 10") + frame + hex("deadbeef"))));
    CHECK(is_ours(
        decode_radiotap(hex("00 00 1900 03000080 00000000 00000000 0000000000000000 10") + frame + hex("deadbeef"))));
}

TEST_CASE("802.11 padding after the header is passed over when radiotap says that it is there")
{
    const auto padded = wlan("8801", kAccessPoint, kPhone, kRouter, hex("0000 0000") + kSnapIp + kIp);
    CHECK(is_ours(decode_radiotap(hex("00 00 0900 02000000 20") + padded)));
    // 24 octets of header are aligned already.
    CHECK(is_ours(decode_radiotap(hex("00 00 0900 02000000 20") + from_phone(kSnapIp + kIp))));
}

TEST_CASE("a radiotap header that contradicts itself is refused")
{
    const auto frame = from_phone(kSnapIp + kIp);
    CHECK(decode_radiotap(hex("01 00 0800 00000000") + frame).error() == DecodeError::bad_value);
    CHECK(decode_radiotap(hex("00 00 0700 00000000") + frame).error() == DecodeError::bad_value);
    CHECK(decode_radiotap(hex("00 00 ffff 00000000") + frame).error() == DecodeError::truncated);
    CHECK(decode_radiotap(hex("00 00 0800 01000000") + frame).error() == DecodeError::truncated);
    CHECK(decode_radiotap(hex("00 00 0800 00000080") + frame).error() == DecodeError::truncated);
}

TEST_CASE("frames cut anywhere are errors or short payloads")
{
    const auto whole = hex("00 00 0900 02000000 00") +
                       wlan("8881", kAccessPoint, kPhone, kRouter, hex("0000 00000000") + kSnapIp + kIp);
    for_each_prefix(whole, [](const Octets& prefix) {
        CHECK(decode_radiotap(prefix).has_value() == (prefix.size() >= 9 + 24 + 6 + 8));
    });
    const auto aggregate = wlan("8803", kAccessPoint, kPhone, kAccessPoint,
                                kFar + hex("8000") + kRouter + kPhone + hex("001c") + kSnapIp + kIp);
    for_each_prefix(aggregate, [](const Octets& prefix) {
        CHECK(decode_wlan(prefix).has_value() == (prefix.size() >= 24 + 6 + 2 + 14 + 8));
    });
}
