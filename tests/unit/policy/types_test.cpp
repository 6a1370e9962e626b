// The notations of times and addresses that people and machines write.
#include "policy/types.hpp"

#include <doctest/doctest.h>

using namespace breakwatch;

TEST_CASE("a time is read with its offset and fraction, and told in UTC")
{
    const auto time = parse_rfc3339("2026-11-24T01:56:02.675+09:00");
    REQUIRE(time);
    CHECK(to_rfc3339(*time) == "2026-11-23T16:56:02.675Z");
    CHECK(parse_rfc3339("2026-11-23 16:56:02.675z") == time);
    CHECK(parse_rfc3339("2026-06-30T23:59:60Z") == parse_rfc3339("2026-07-01T00:00:00Z"));
    for (const auto* wrong :
         {"", "2026-11-23T16:56:02", "2026-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T16:56:02.Z",
          "2026-11-23T16:56:02.1234567890Z", "2026-11-23T16:56:02+9:00", "2026-11-23T16:56:02Zx"}) {
        CHECK_FALSE(parse_rfc3339(wrong));
    }
}

TEST_CASE("a time that nanoseconds cannot hold is refused, not wrapped round")
{
    CHECK_FALSE(parse_rfc3339("9999-12-31T00:00:00Z"));
    CHECK_FALSE(parse_rfc3339("0026-11-23T16:56:02Z"));
    CHECK_FALSE(parse_rfc3339("2201-01-01T00:00:00Z"));
    CHECK_FALSE(parse_rfc3339("1969-12-31T23:59:59Z"));
    CHECK(parse_rfc3339("2200-12-31T23:59:59Z"));
    CHECK(parse_rfc3339("1970-01-01T00:00:00Z") == Timestamp{});
}
