#include "alerts/transports/framing.hpp"

#include <doctest/doctest.h>

using namespace breakwatch;
using Framing = SyslogConfig::Framing;

TEST_CASE("a counted message is counted in octets, without a leading zero")
{
    CHECK(framed("<132>1 電", Framing::octet_counting) == "10 <132>1 電");
    CHECK(framed("a\nb", Framing::octet_counting) == "3 a\nb");
}

TEST_CASE("nothing within a message is what ends one")
{
    CHECK(framed("a\nb\n", Framing::lf) == "a b \n");
    CHECK(framed(std::string("a\0b", 3), Framing::nul) == std::string("a b\0", 4));
    CHECK(framed("", Framing::lf) == "\n");
}
