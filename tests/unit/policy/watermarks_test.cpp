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
    // A call ends after the post by event time: the finding waits for the horizon of the slower ring.
    const auto told = [](Duration lag, bool as_one) {
        EngineSettings settings;
        settings.horizon = 20s;
        World world(settings);
        world.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("20:00"), {}, LeaseSource::kea_file, 0});
        world.tell(call_start(kAnna, "c1", "09:50"));
        const SourceId other = as_one ? 0 : 1;
        world.tell(Tick{at("10:00:00")}, other);
        world.tell(post(kAnnasPhone, "10:00:00"), 0);
        world.tell(Tick{at("10:00:00") + lag}, other);
        world.tell(Tick{at("10:00:15")}, 0);
        world.tell(call_end(kAnna, "c1", "09:59"));
        world.tell(Tick{at("10:00:30") + lag}, other);
        world.tell(Tick{at("10:00:30") + lag}, 0);
        world.finish();
        return world.standing().size();
    };
    CHECK(told(15s, false) == 1);
    CHECK(told(29s, false) == 1);  // the ring of the post is at 10:00:15: within the bound
    CHECK(told(29s, true) == 0);   // one source that says that time went on
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
