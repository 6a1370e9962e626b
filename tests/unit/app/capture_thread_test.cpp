// The capture thread between a source that may break and a main thread that may be slow.
#include "app/capture_thread.hpp"

#include <doctest/doctest.h>
#include <poll.h>

#include "support/moments.hpp"
#include "unit/app/announcements.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Main {
    CaptureOutlet::Queue output;
    CaptureOutlet outlet;
    CaptureThread capture;
    std::vector<IpAddress> sighted;
    std::vector<std::uint32_t> catalogs;  // of each
    std::vector<FeedState> states;

    Main(std::size_t room, unsigned count, const std::string& breaks_with = "")
        : output(room),
          outlet(output, 0, MemoryPlan().rows_of_capture(Table::waiting)),
          capture(nowhere(), 0, std::make_unique<Announcements>(count, breaks_with),
                  std::make_shared<const PlatformCatalog>(), everybody(), outlet)
    {}
    static CaptureConfig nowhere()
    {
        CaptureConfig config;
        config.interfaces = {"no-such-if0"};
        return config;
    }
    void drain()
    {
        output.drain([this](const Handed& handed) {
            const auto& observation = handed.observation;
            catalogs.push_back(handed.catalog);
            if (const auto* sighting = std::get_if<AddressSighting>(&observation)) sighted.push_back(sighting->ip);
            if (const auto* state = std::get_if<FeedState>(&observation)) states.push_back(*state);
        });
    }
    // As the main loop does, until `done`: drains when woken, renews the filter, looks at the status.
    template <typename Done>
    bool run_until(Done done)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!done() && std::chrono::steady_clock::now() < end) {
            pollfd waiting{output.descriptor(), POLLIN, 0};
            ::poll(&waiting, 1, 20);
            drain();
            capture.set_filter(everybody());
            (void)capture.status();
        }
        return done();
    }
};

}  // namespace

TEST_CASE("what was seen of enrolled devices arrives once, in order, while filters are replaced and the status is read")
{
    Main main(256, 5'000);
    main.capture.start();
    REQUIRE(main.run_until([&] { return main.sighted.size() == 5'000; }));
    main.capture.stop();
    CHECK(main.sighted.front() == ip("10.77.0.0"));
    CHECK(main.sighted.back() == ip("10.77.19.135"));
    CHECK(std::is_sorted(main.sighted.begin(), main.sighted.end()));
    REQUIRE_FALSE(main.states.empty());
    CHECK(main.states.front().up);
    CHECK(main.capture.status().decode.packets == 5'000);
}

TEST_CASE("who has which address is kept when the queue is full, and handed over after the end")
{
    Main main(2, 500);
    main.capture.start();
    while (main.capture.status().decode.packets < 500) std::this_thread::sleep_for(std::chrono::milliseconds{20});
    main.capture.stop();
    do {
        main.drain();
    } while (!main.outlet.flush());
    main.drain();
    CHECK(main.sighted.size() == 500);
    CHECK(std::is_sorted(main.sighted.begin(), main.sighted.end()));
}

TEST_CASE("a source that breaks is told with its reason, looked for again, and does not hold up the end")
{
    Main main(256, 1, "capture no-such-if0: the interface has gone");
    main.capture.start();
    REQUIRE(main.run_until([&] { return !main.states.empty() && !main.states.back().up; }));
    CHECK(main.states.back().feed == "capture:no-such-if0");
    CHECK(main.states.back().what == "capture no-such-if0: the interface has gone");
    CHECK_FALSE(main.capture.status().up);
    const auto before = std::chrono::steady_clock::now();
    main.capture.stop();
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds{5});
}

TEST_CASE(
    "an exception on the thread does not end the process: it is found in words, and what was seen before it is there")
{
    Main main(2, 50, "throws");
    main.capture.start();
    REQUIRE(main.run_until([&] { return main.capture.fault().has_value(); }));
    CHECK(main.capture.fault() == "std::bad_alloc");
    main.capture.stop();
    do {
        main.drain();
    } while (!main.outlet.flush());
    main.drain();
    CHECK(main.sighted.size() == 50);
}

TEST_CASE("the thread beats on a quiet link and while the interface is away")
{
    const auto beats = [](Main& main) {
        main.capture.start();
        REQUIRE(main.run_until([&] { return !main.states.empty(); }));
        const auto before = main.capture.pulse().count();
        return main.run_until([&] { return main.capture.pulse().count() >= before + 3; });
    };
    Main quiet(256, 1);
    CHECK(beats(quiet));
    Main away(256, 1, "capture no-such-if0: the interface has gone");
    CHECK(beats(away));
}

TEST_CASE("what is handed over says by which catalogue it was made, and a new one is in force within a batch")
{
    Main main(256, 10);
    main.capture.start();
    REQUIRE(main.run_until([&] { return main.sighted.size() == 10; }));
    CHECK(main.catalogs.back() == 0);
    main.capture.use(std::make_shared<const PlatformCatalog>(), 1);
    main.capture.use(std::make_shared<const PlatformCatalog>(), 2);
    REQUIRE(main.run_until([&] { return main.catalogs.back() == 2; }));
    CHECK(std::is_sorted(main.catalogs.begin(), main.catalogs.end()));
}

TEST_CASE("a new catalogue is in force also while the interface is away")
{
    Main main(256, 1, "capture no-such-if0: the interface has gone");
    main.capture.start();
    REQUIRE(main.run_until([&] { return !main.states.empty() && !main.states.back().up; }));
    main.capture.use(std::make_shared<const PlatformCatalog>(), 1);
    CHECK(main.run_until([&] { return main.catalogs.back() == 1; }));
}
