#include "decode/byte_reader.hpp"

#include <doctest/doctest.h>

#include <vector>

#include "decode/counters.hpp"
#include "support/hex.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("numbers are read in network order, or little endian when asked")
{
    const auto bytes = hex("01 0203 040506 0708090a 0b0c0d0e0f101112 1314 15161718");
    ByteReader in(bytes);
    CHECK(in.u8() == 0x01);
    CHECK(in.u16() == 0x0203);
    CHECK(in.u24() == 0x040506);
    CHECK(in.u32() == 0x0708090a);
    CHECK(in.u64() == 0x0b0c0d0e0f101112);
    CHECK(in.u16_little() == 0x1413);
    CHECK(in.u32_little() == 0x18171615);
    CHECK(in.empty());
    CHECK_FALSE(in.failed());
}

TEST_CASE("a short read fails for good and yields nothing, even where bytes were left")
{
    const auto bytes = hex("aabbcc");
    ByteReader in(bytes);
    CHECK(in.u32() == 0);
    CHECK(in.failed());
    CHECK(in.u8() == 0);
    CHECK(in.take(1).empty());
    CHECK(in.rest().empty());
    CHECK(in.size() == 0);
}

TEST_CASE("what a short snapshot still has is taken without failing")
{
    const auto bytes = hex("aabbcc");
    ByteReader in(bytes);
    CHECK(in.take_at_most(2).size() == 2);
    CHECK(in.take_at_most(99).size() == 1);
    CHECK(in.take_at_most(1).empty());
    CHECK_FALSE(in.failed());
}

TEST_CASE("a nested reader ends where its length says and fails when the outer one is too short")
{
    const auto bytes = hex("0102030405");
    ByteReader in(bytes);
    ByteReader inner = in.nested(2);
    CHECK(inner.u16() == 0x0102);
    CHECK(inner.u8() == 0);
    CHECK(inner.failed());
    CHECK_FALSE(in.failed());
    CHECK(in.u8() == 0x03);
    CHECK(in.nested(3).failed());
    CHECK(in.failed());
}

TEST_CASE("peeking takes nothing and never fails")
{
    const auto bytes = hex("0102");
    ByteReader in(bytes);
    CHECK(in.peek() == 1);
    CHECK(in.peek(1) == 2);
    CHECK(in.peek(2) == 0);
    in.skip(2);
    CHECK(in.peek() == 0);
    CHECK_FALSE(in.failed());
}

TEST_CASE("every error and loss has a name, and only those that happened are visited")
{
    DecodeCounters counters;
    counters.count(Layer::ip, DecodeError::truncated);
    counters.count(Layer::radius, DecodeError::bad_length);
    counters.count(Layer::radius, DecodeError::bad_length);
    counters.count(Loss::dns_over_quic);
    std::vector<std::pair<std::string, std::uint64_t>> seen;
    counters.for_each([&seen](const std::string& what, std::uint64_t count) { seen.emplace_back(what, count); });
    CHECK(seen == std::vector<std::pair<std::string, std::uint64_t>>{
                      {"ip.truncated", 1}, {"radius.bad_length", 2}, {"loss.dns_over_quic", 1}});
    CHECK(counters.of(Layer::radius, DecodeError::bad_length) == 2);
    CHECK(counters.of(Loss::dns_over_quic) == 1);
    for (std::size_t i = 0; i < static_cast<std::size_t>(Layer::count); ++i) {
        CHECK_FALSE(name(static_cast<Layer>(i)).empty());
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(Loss::count); ++i) {
        CHECK_FALSE(name(static_cast<Loss>(i)).empty());
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(DecodeError::count); ++i) {
        CHECK_FALSE(name(static_cast<DecodeError>(i)).empty());
    }
}
