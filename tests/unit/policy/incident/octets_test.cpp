// RADIUS octet counters as a check on what the capture could see.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/engine_world.hpp"

namespace breakwatch {
namespace {

using namespace test;
using Kind = SessionEvent::Kind;

SessionEvent report(Kind kind, const std::string& clock, std::uint64_t octets)
{
    SessionEvent event;
    event.kind = kind;
    event.nas = "wlc";
    event.session_id = "1";
    event.user = kAnna.value;
    event.mac = kAnnasPhone;
    event.addresses = {kAddress};
    event.at = at(clock);
    event.octets_in = octets / 4;
    event.octets_out = octets - event.octets_in;
    return event;
}

TrafficVolume seen(const std::string& clock, std::uint64_t bytes)
{
    TrafficVolume volume;
    volume.device = {kAnnasPhone, kAddress};
    volume.from = at(clock);
    volume.length = std::chrono::seconds{10};
    volume.platform = "x";
    volume.down = volume.named = bytes;
    return volume;
}

void tell_a_post(World& world)
{
    world.tell(seen("09:59:00", 1'000)).tell(report(Kind::start, "10:00", 0));
    world.tell(call_end(kAnna, "c1", "10:05")).tell(seen("10:06:00", 400'000)).tell(post(kAnnasPhone, "10:07"));
}

std::size_t told(const World& world)
{
    const auto gaps = world.standing().front().gaps;
    return static_cast<std::size_t>(std::ranges::count_if(
        gaps, [](const std::string& gap) { return gap.find("accounting counted") != std::string::npos; }));
}

}  // namespace

TEST_CASE("the network says more bytes than were seen: the incident says so, once the report comes")
{
    World world;
    tell_a_post(world);
    CHECK(told(world) == 0);
    const auto before = world.revisions().size();
    world.tell(report(Kind::interim, "10:10", 9'000'000));
    CHECK(told(world) == 1);
    CHECK(world.revisions().size() == before + 1);
    CHECK(world.standing().front().coverage.network == 9'000'000);
    CHECK(world.standing().front().coverage.seen == 400'000);
    CHECK(
        std::ranges::count(world.standing().front().gaps,
                           "the network's accounting counted 8789 KiB of the device about that time, of which 391 KiB "
                           "were seen here: the rest went past the capture") == 1);
}

TEST_CASE("counters that agree but for headers are no gap, and no reason for a revision")
{
    World world;
    tell_a_post(world);
    const auto before = world.revisions().size();
    world.tell(report(Kind::interim, "10:10", 460'000));
    CHECK(told(world) == 0);
    CHECK(world.revisions().size() == before);
}

TEST_CASE("counters from before the capture began, or far from the incident, are not compared")
{
    World world;
    world.tell(report(Kind::start, "09:50", 0)).tell(seen("10:00:00", 1'000));
    world.tell(call_end(kAnna, "c1", "10:05")).tell(seen("10:06:00", 400'000)).tell(post(kAnnasPhone, "10:07"));
    world.tell(report(Kind::interim, "10:10", 9'000'000));
    CHECK(told(world) == 0);
    CHECK(world.standing().front().coverage.network == 0);
    world.tell(report(Kind::interim, "10:40", 90'000'000));
    CHECK(world.standing().front().coverage.network == 0);
}

}  // namespace breakwatch
