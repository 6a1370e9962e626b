// Event time of several sources, and what is concluded of two rings: the same as of one.
#include "policy/watermarks.hpp"

#include <doctest/doctest.h>

#include "support/engine_world.hpp"

namespace breakwatch::test {

using namespace std::chrono_literals;

TEST_CASE("time is the slowest source's, no more than the bound behind the latest, and an ended one is not waited for")
{
    Watermarks marks;
    CHECK(marks.time() == Timestamp{});
    marks.saw(0, at("10:00:07"));
    CHECK(marks.time() == at("10:00:07"));
    marks.saw(0, at("10:00:05"));
    CHECK(marks.time() == at("10:00:07"));
    marks.saw(1, at("10:00:03"));
    CHECK(marks.time() == at("10:00:03"));
    marks.saw(0, at("10:01:00"));
    CHECK(marks.time() == at("10:00:50"));
    marks.ended(1);
    CHECK(marks.time() == at("10:01:00"));
    marks.ended(0);
    CHECK(marks.time() == at("10:01:00"));
    marks.saw(1, at("10:00:58"));
    CHECK(marks.time() == at("10:00:58"));
}

TEST_CASE("a ring that lags does not lose what waits for later facts to the one that is ahead")
{
    const auto waiting_after = [](Duration lag, SourceId other) {
        EngineSettings settings;
        settings.horizon = 20s;
        World world(settings);
        world.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("20:00"), {}, LeaseSource::kea_file, 0});
        world.tell(Tick{at("10:00:00")}, other);
        world.tell(post(kAnnasPhone, "10:00:00"), 0);
        world.tell(Tick{at("10:00:00") + lag}, other);
        world.tell(Tick{at("10:00:15")}, 0);
        return world.engine().counters().pending_findings;
    };
    CHECK(waiting_after(15s, 1) == 1);
    CHECK(waiting_after(29s, 1) == 1);  // the ring of the post is at 10:00:15: within the bound
    CHECK(waiting_after(29s, 0) == 0);  // one source that says that time went on
}

TEST_CASE("a ring that ends does not hold the others back")
{
    EngineSettings settings;
    settings.horizon = 2s;
    World world(settings);
    world.tell(Tick{at("10:00:00")}, 1);
    world.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("20:00"), {}, LeaseSource::kea_file, 0});
    world.tell(post(kAnnasPhone, "10:00:01"), 0);
    world.tell(Tick{at("10:00:08")}, 0);
    CHECK(world.engine().counters().pending_findings == 1);
    world.end_source(1);
    CHECK(world.engine().counters().pending_findings == 0);
}

}  // namespace breakwatch::test
