#include "capture/capture_filter.hpp"

#include <doctest/doctest.h>

namespace breakwatch {

TEST_CASE("a filter is looked at without an interface, and what is wrong is libpcap's word")
{
    CHECK_FALSE(filter_fault("vlan 20 or (tcp port 443)"));
    CHECK_FALSE(filter_fault(""));
    CHECK(filter_fault("vlann 20"));
    CHECK(filter_fault("port https and ("));
}

}  // namespace breakwatch
