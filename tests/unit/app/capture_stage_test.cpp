// Several captures as one stream on the main thread.
#include "app/capture_stage.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "unit/app/announcements.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Seen {
    SourceId source = 0;
    std::uint32_t catalog = 0;  // in force when it came
    bool sighting = false;
    bool tick = false;
};

struct Main {
    boost::asio::io_context io;
    std::vector<Seen> seen;
    std::vector<std::uint32_t> catalogs;
    std::atomic<bool> held{false};
    CaptureStage stage;

    // The first announces `first` addresses; the second `second`, and is held where it is asked for.
    Main(unsigned first, unsigned second, const std::string& breaks_with = "")
        : stage(io, two_interfaces(), sources(first, second, breaks_with, held),
                std::make_shared<const PlatformCatalog>(), everybody(), MemoryPlan(),
                {[this](const Observation& observation, SourceId source) {
                     seen.push_back({source, catalogs.empty() ? 0 : catalogs.back(),
                                     std::holds_alternative<AddressSighting>(observation),
                                     std::holds_alternative<Tick>(observation)});
                 },
                 [this](std::uint32_t number) { catalogs.push_back(number); }})
    {
        stage.start();
    }
    static CaptureConfig two_interfaces()
    {
        CaptureConfig config;
        config.interfaces = {"no-such-if0", "no-such-if1"};
        return config;
    }
    static std::vector<std::unique_ptr<PacketSource>> sources(unsigned first, unsigned second,
                                                              const std::string& breaks_with,
                                                              const std::atomic<bool>& held)
    {
        std::vector<std::unique_ptr<PacketSource>> both;
        both.push_back(std::make_unique<Announcements>(first));
        both.push_back(std::make_unique<Announcements>(second, breaks_with, &held));
        return both;
    }
    template <typename Done>
    bool run_until(Done done, std::chrono::milliseconds limit = std::chrono::seconds{30})
    {
        const auto end = std::chrono::steady_clock::now() + limit;
        while (!done() && std::chrono::steady_clock::now() < end) io.run_one_for(std::chrono::milliseconds{20});
        return done();
    }
    long sightings(SourceId source, std::uint32_t catalog = 0) const
    {
        return std::ranges::count_if(
            seen, [&](const Seen& each) { return each.sighting && each.source == source && each.catalog == catalog; });
    }
    long ticks(SourceId source) const
    {
        return std::ranges::count_if(seen, [&](const Seen& each) { return each.tick && each.source == source; });
    }
    bool heard_under(SourceId source, std::uint32_t catalog) const
    {
        return std::ranges::any_of(seen,
                                   [&](const Seen& each) { return each.source == source && each.catalog == catalog; });
    }
};

}  // namespace

TEST_CASE("what each interface shows comes once, with the number of its interface")
{
    Main main(3'000, 2'000);
    REQUIRE(main.run_until([&] { return main.sightings(0) == 3'000 && main.sightings(1) == 2'000; }));
    main.stage.stop();
    const auto status = main.stage.status();
    REQUIRE(status.size() == 2);
    CHECK(status[0].decode.packets == 3'000);
    CHECK(status[1].interface == "no-such-if1");
    const auto all = total(status);
    CHECK(all.decode.packets == 5'000);
    CHECK(all.sensor.sightings == 5'000);
    CHECK(all.interface == "no-such-if0, no-such-if1");
    CHECK(main.stage.pulses().size() == 2);
}

TEST_CASE("a stop brings what both have seen and still hold")
{
    Main main(3'000, 2'000);
    const auto packets = [&] { return total(main.stage.status()).decode.packets; };
    for (int i = 0; i < 500 && packets() < 5'000; ++i) std::this_thread::sleep_for(std::chrono::milliseconds{20});
    main.stage.stop();
    CHECK(main.sightings(0) == 3'000);
    CHECK(main.sightings(1) == 2'000);
}

TEST_CASE("a new catalogue is in force for all captures at once: the first that has come to it waits for the others")
{
    Main main(10, 10);
    REQUIRE(main.run_until([&] { return main.sightings(0) == 10 && main.sightings(1) == 10; }));
    main.held = true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});  // the second is in its batch
    main.stage.use(std::make_shared<const PlatformCatalog>(), 1);
    CHECK_FALSE(main.run_until([&] { return !main.catalogs.empty(); }, std::chrono::milliseconds{2'500}));
    main.held = false;
    REQUIRE(main.run_until([&] { return main.heard_under(0, 1) && main.heard_under(1, 1); }));
    CHECK(main.catalogs == std::vector<std::uint32_t>{1});
    main.stage.use(std::make_shared<const PlatformCatalog>(), 2);
    main.stage.use(std::make_shared<const PlatformCatalog>(), 3);
    REQUIRE(main.run_until([&] { return !main.catalogs.empty() && main.catalogs.back() == 3; }));
    CHECK(std::ranges::is_sorted(main.catalogs));
}

TEST_CASE("where the main thread was held up, none of the captures runs ahead of the other by more than a tick")
{
    Main main(10, 10);
    std::this_thread::sleep_for(std::chrono::milliseconds{4'300});
    REQUIRE(main.run_until([&] { return main.ticks(0) >= 3 && main.ticks(1) >= 3; }));
    long first = 0;
    long second = 0;
    for (const auto& each : main.seen) {
        if (each.tick) ++(each.source == 0 ? first : second);
        CHECK(std::abs(first - second) <= 1);
    }
}

TEST_CASE("a new catalogue does not wait for an interface that is away, nor for captures that have ended")
{
    Main away(10, 1, "capture no-such-if1: the interface has gone");
    REQUIRE(away.run_until([&] { return total(away.stage.status()).last_error != ""; }));
    away.stage.use(std::make_shared<const PlatformCatalog>(), 1);
    CHECK(away.run_until([&] { return away.catalogs == std::vector<std::uint32_t>{1}; }));
    CHECK_FALSE(total(away.stage.status()).up);

    Main ended(10, 10);
    REQUIRE(ended.run_until([&] { return ended.sightings(0) == 10 && ended.sightings(1) == 10; }));
    ended.held = true;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    ended.stage.use(std::make_shared<const PlatformCatalog>(), 1);
    std::this_thread::sleep_for(std::chrono::milliseconds{1'300});  // the first has ticked under it, the second cannot
    ended.held = false;
    ended.stage.stop();
    CHECK(ended.catalogs == std::vector<std::uint32_t>{1});
}

TEST_CASE("a thread that ends by itself is told with its interface")
{
    Main main(10, 5, "throws");
    REQUIRE(main.run_until([&] { return main.stage.fault().has_value(); }));
    CHECK(main.stage.fault()->first == "capture thread of no-such-if1");
    CHECK(main.stage.fault()->second == "std::bad_alloc");
}
