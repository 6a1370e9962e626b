// What rings say, told as one would have told it.
#include "app/ring_order.hpp"

#include <doctest/doctest.h>

#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Rings {
    CaptureOutlet::Queue queue{4'096};
    CaptureOutlet outlet{queue, 3, 4'096};
    RingOrder order;
    std::vector<Handed> told;

    explicit Rings(unsigned count, std::size_t most_waiting = 1'000)
        : order(count, outlet, SensorLimits(), LinkConfig(), most_waiting)
    {}
    static StatementRecord::Said lease(Timestamp time, std::uint8_t host)
    {
        Lease lease;
        lease.mac = {{2, 0, 0, 0, 0, host}};
        lease.ip = ip("10.77.0." + std::to_string(host));
        lease.from = time;
        lease.until = time + std::chrono::hours{1};
        return {static_cast<std::uint64_t>(time.time_since_epoch().count()), Phase::packet, 0, LeaseSaid{lease}};
    }
    void take(unsigned ring, RingOrder::Said said, Timestamp until, std::uint32_t catalog = 0)
    {
        order.take(ring, said, until, catalog);
        CHECK(said.empty());
        queue.drain([this](const Handed& handed) { told.push_back(handed); });
    }
    std::vector<int> hosts(std::uint32_t catalog = 0) const
    {
        std::vector<int> hosts;
        for (const auto& each : told) {
            const auto* lease = std::get_if<Lease>(&each.observation);
            if (lease != nullptr && each.catalog == catalog) hosts.push_back(lease->mac.octets[5]);
        }
        return hosts;
    }
    std::vector<Timestamp> ticks() const
    {
        std::vector<Timestamp> ticks;
        for (const auto& each : told) {
            if (const auto* tick = std::get_if<Tick>(&each.observation)) ticks.push_back(tick->now);
        }
        return ticks;
    }
};

Timestamp after(int milliseconds)
{
    return at("09:00") + std::chrono::milliseconds{milliseconds};
}

}  // namespace

TEST_CASE("what rings say comes in the order of time, once all of them have come past it")
{
    Rings rings(2);
    rings.take(0, {rings.lease(after(10), 1), rings.lease(after(30), 3)}, after(40));
    CHECK(rings.told.empty());
    rings.take(1, {rings.lease(after(20), 2)}, after(30));
    CHECK(rings.hosts() == std::vector{1, 2});
    rings.take(1, {}, after(31));
    CHECK(rings.hosts() == std::vector{1, 2, 3});
    CHECK(rings.told.front().source == 3);
}

TEST_CASE("a second is told as over when it is so for all rings, and after all that was said of it")
{
    Rings rings(2);
    rings.take(0, {rings.lease(after(900), 1)}, after(2'500));
    CHECK(rings.ticks().empty());
    rings.take(1, {}, after(1'999));
    CHECK(rings.ticks() == std::vector{after(1'000)});
    CHECK(std::holds_alternative<Tick>(rings.told.back().observation));
    CHECK(rings.hosts() == std::vector{1});
    rings.take(1, {}, after(3'000));
    CHECK(rings.ticks() == std::vector{after(1'000), after(2'000)});
}

TEST_CASE("nothing of a later catalogue comes before all of the one before, whichever ring goes on first")
{
    Rings rings(3);
    for (unsigned ring = 0; ring < 3; ++ring) rings.take(ring, {}, after(1));
    rings.take(0, {rings.lease(after(10), 1)}, after(20), 1);
    rings.take(1, {rings.lease(after(40), 4)}, after(50), 0);
    CHECK_FALSE(rings.order.may_renew(0));
    CHECK(rings.order.may_renew(1));
    rings.take(2, {}, after(60), 1);
    CHECK(rings.hosts(1).empty());
    rings.take(1, {}, after(60), 2);
    CHECK(rings.hosts(0) == std::vector{4});
    CHECK(rings.order.may_renew(0));
    CHECK_FALSE(rings.order.may_renew(1));
    rings.take(0, {}, after(70), 1);
    rings.take(2, {}, after(70), 1);
    rings.take(1, {}, after(70), 2);
    CHECK(rings.hosts(1) == std::vector{1});
    std::uint32_t last = 0;
    for (const auto& each : rings.told) {
        CHECK(each.catalog >= last);
        last = each.catalog;
    }
}

TEST_CASE("a ring that hangs holds up so much and no more")
{
    Rings rings(2, 100);
    for (int i = 0; i < 100; ++i) rings.take(0, {rings.lease(after(i), static_cast<std::uint8_t>(i))}, after(i + 1));
    CHECK(rings.hosts().empty());
    rings.take(0, {rings.lease(after(100), 100)}, after(101));
    CHECK(rings.hosts().size() == 101);
    CHECK(rings.ticks().empty());
}

TEST_CASE("an interface is up when all of its rings are")
{
    Rings rings(2);
    const auto states = [&] {
        std::vector<bool> up;
        for (const auto& each : rings.told) {
            if (const auto* state = std::get_if<FeedState>(&each.observation)) up.push_back(state->up);
        }
        return up;
    };
    rings.order.state(0, true, "capture:eth1", "open", after(0));
    rings.take(0, {}, after(1));
    CHECK(states().empty());
    rings.order.state(1, true, "capture:eth1", "open", after(0));
    rings.order.state(1, false, "capture:eth1", "gone", after(2));
    rings.order.state(0, false, "capture:eth1", "gone", after(2));
    rings.order.state(0, true, "capture:eth1", "open", after(3));
    rings.order.state(1, true, "capture:eth1", "open", after(3));
    rings.take(0, {}, after(4));
    CHECK(states() == std::vector{true, false, true});
}
