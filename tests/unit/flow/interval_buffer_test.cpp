#include "flow/interval_buffer.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/hex.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using Put = IntervalBuffer::Put;

namespace {

Put put(IntervalBuffer& buffer, std::size_t offset, std::string_view text)
{
    return buffer.put(offset, octets_of(text));
}
std::string prefix(const IntervalBuffer& buffer)
{
    return std::string(as_text(buffer.prefix()));
}

}  // namespace

TEST_CASE("pieces in any order make the whole, and the first of two wins")
{
    IntervalBuffer buffer(100);
    CHECK(put(buffer, 6, "gh") == Put::taken);
    CHECK(put(buffer, 2, "cd") == Put::taken);
    CHECK(prefix(buffer).empty());
    CHECK(buffer.after_first_hole() == 2);
    CHECK(put(buffer, 0, "abXX") == Put::differing);
    CHECK(prefix(buffer) == "abcd");
    CHECK(put(buffer, 2, "cd") == Put::overlapped);
    CHECK(buffer.after_first_hole() == 6);
    CHECK(put(buffer, 1, "XXXefXXi") == Put::differing);
    CHECK(prefix(buffer) == "abcdefghi");
    CHECK(buffer.after_first_hole() == 0);
}

TEST_CASE("the cap bounds what is kept")
{
    IntervalBuffer buffer(8);
    CHECK(put(buffer, 0, "abcdefghi") == Put::refused);
    CHECK(put(buffer, 9, "a") == Put::refused);
    CHECK(put(buffer, SIZE_MAX, "a") == Put::refused);
    CHECK(put(buffer, 7, "h") == Put::taken);
    CHECK(put(buffer, 8, "") == Put::taken);
    CHECK(buffer.size() == 1);
}

TEST_CASE("too many holes are refused")
{
    IntervalBuffer buffer(10'000);
    for (std::size_t i = 0; i < IntervalBuffer::kMostIntervals; ++i) CHECK(put(buffer, 2 * i, "x") == Put::taken);
    CHECK(put(buffer, 9'000, "x") == Put::refused);
}

TEST_CASE("what is dropped in front moves the rest")
{
    IntervalBuffer buffer(100);
    put(buffer, 2, "cd");
    put(buffer, 6, "gh");
    buffer.drop_front(3);
    CHECK(prefix(buffer) == "d");
    CHECK(buffer.after_first_hole() == 3);
    buffer.drop_front(100);
    CHECK(buffer.empty());
    CHECK(buffer.after_first_hole() == 0);
}

TEST_CASE("a piece far behind a hole costs its own octets, not the hole's")
{
    IntervalBuffer buffer(64 * 1024);
    CHECK(put(buffer, 64'000, "end") == Put::taken);
    CHECK(buffer.size() == 3);
    CHECK(put(buffer, 64'003, "more") == Put::taken);
    CHECK(buffer.size() == 7);
    buffer.drop_front(64'001);
    CHECK(prefix(buffer) == "ndmore");
    CHECK(buffer.size() == 6);
}

TEST_CASE("pieces that come backwards are put together")
{
    IntervalBuffer buffer(100);
    for (const auto offset : {8, 6, 4, 2}) CHECK(put(buffer, static_cast<std::size_t>(offset), "xy") == Put::taken);
    CHECK(put(buffer, 0, "xy") == Put::taken);
    CHECK(prefix(buffer) == "xyxyxyxyxy");
    CHECK(buffer.size() == 10);
}
