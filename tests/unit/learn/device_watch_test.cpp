// One device's exchanges out of the traffic of several; the seed case is the traffic.
#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

#include "capture/capture_file.hpp"
#include "learn/device_watch.hpp"
#include "support/moments.hpp"
#include "support/shipped_platforms.hpp"

using namespace breakwatch;

namespace {

const auto kPhoneA = test::mac("ae:a9:50:67:bc:13");

const PlatformCatalog& catalog()
{
    static const PlatformCatalog made(test::shipped_platform_rows());
    return made;
}

std::unique_ptr<PacketSource> seed_case()
{
    const auto file = std::string(std::getenv("BREAKWATCH_SOURCE")) + "/tests/replay/seed-case/capture.pcap";
    auto source = CaptureFiles::open({file});
    if (!source) throw std::runtime_error(source.error());
    return std::move(*source);
}

void take_all(DeviceWatch& watch)
{
    for (std::uint64_t before = 1; before != watch.packets();) {
        before = watch.packets();
        REQUIRE(watch.take(Timestamp{}));
    }
}

}  // namespace

TEST_CASE("the kernel's filter is for the one device, within what the site lets through")
{
    CHECK(filter_for(kPhoneA, "") == "ether host ae:a9:50:67:bc:13");
    CHECK(filter_for(kPhoneA, "not port 22 or vlan 7") == "ether host ae:a9:50:67:bc:13 and (not port 22 or vlan 7)");
}

TEST_CASE("only the device's exchanges are kept, whoever else is seen")
{
    DeviceWatch watch(seed_case(), kPhoneA, catalog());
    take_all(watch);
    const auto exchanges = watch.finish();
    CHECK(exchanges.size() > 10);
    for (const auto& exchange : exchanges) CHECK(exchange.device.mac == kPhoneA);
    CHECK(watch.refused() == 0);
}

TEST_CASE("a device that is not there leaves nothing")
{
    DeviceWatch watch(seed_case(), test::mac("02:00:00:00:00:77"), catalog());
    take_all(watch);
    CHECK(watch.packets() > 0);
    CHECK(watch.finish().empty());
}

TEST_CASE("what is beyond the most is counted and left out")
{
    DeviceWatch all(seed_case(), kPhoneA, catalog());
    take_all(all);
    const auto count = all.finish().size();
    DeviceWatch few(seed_case(), kPhoneA, catalog(), 5);
    take_all(few);
    CHECK(few.finish().size() == 5);
    CHECK(few.refused() == count - 5);
}
