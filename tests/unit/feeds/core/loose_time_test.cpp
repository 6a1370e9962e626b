#include "feeds/core/loose_time.hpp"

#include <doctest/doctest.h>

#include <string>

namespace breakwatch {
namespace {

std::string read(std::string_view text)
{
    const auto time = parse_loose_time(text);
    return time ? to_rfc3339(*time) : "none";
}

}  // namespace

TEST_CASE("times are read as call systems write them")
{
    for (const auto* text :
         {"2026-11-23T16:56:02.675Z", "2026-11-23t16:56:02.675z", "2026-11-23 16:56:02.675Z",
          "2026-11-24T01:56:02.675+09:00", "2026-11-24T01:56:02.675+0900", "2026-11-24 01:56:02,675 +09",
          "20261123T165602.675Z", "2026-11-23T16:56:02.675000000000Z", "2026-11-23 16:56:02.675 UTC", "1795452962.675",
          "1795452962675", "1795452962675000", " 2026-11-23T16:56:02.675Z "}) {
        CAPTURE(text);
        CHECK(read(text) == "2026-11-23T16:56:02.675Z");
    }
    CHECK(read("2026-11-23T16:56Z") == "2026-11-23T16:56:00.000Z");
    CHECK(to_rfc3339(time_of_epoch(std::int64_t{1'795'452'962}).value()) == "2026-11-23T16:56:02.000Z");
    CHECK(to_rfc3339(time_of_epoch(1795452962.675).value()) == "2026-11-23T16:56:02.675Z");
}

TEST_CASE("a time without its offset, and what is no time, is none")
{
    for (const auto* text :
         {"", " ", "2026-11-23T16:56:02", "2026-11-23", "23.11.2026 16:56:02Z", "2026-11-23T16:56:02+9",
          "2026-11-23T16:56:02.Z", "+493012345678", "4711", "-1795452962", "1e9", "99999999999999999999",
          "2026-11-23T16:56:02+09:00:00", "T", "1795452962.", "2026-11-23T16:56:02ZZ", "999999999999999999"}) {
        CAPTURE(text);
        CHECK(read(text) == "none");
    }
    CHECK_FALSE(time_of_epoch(-1.0));
    CHECK_FALSE(time_of_epoch(1e300));
}

}  // namespace breakwatch
