// The feed of Kea's files: when it reads, rests and tells that there is nothing.
#include <doctest/doctest.h>

#include <boost/asio/io_context.hpp>
#include <string>
#include <variant>
#include <vector>

#include "feeds/leases/kea_leases.hpp"
#include "unit/feeds/leases/kea_rows.hpp"
#include "unit/feeds/leases/lease_truth.hpp"
#include "unit/feeds/recorded_feeds.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::milliseconds;

TEST_CASE("the feed reads all there is and rests, when it is not to follow")
{
    ScratchFolder folder;
    boost::asio::io_context io;
    KeaLeasesSettings settings;
    settings.path = folder.file("kea-leases4.csv");
    settings.poll = milliseconds{0};
    std::size_t leases = 0;
    std::string content = kHeader4;
    for (int i = 0; i < 20'000; ++i) {
        content += row("10.77." + std::to_string(i / 250) + "." + std::to_string(i % 250), "01", at("12:00"));
    }
    write_file(settings.path, content);
    const auto feed = make_kea_leases(
        io, settings, [&](const Observation& seen) { leases += std::holds_alternative<Lease>(seen) ? 1U : 0U; });
    feed->start();
    io.run();
    CHECK(leases == 20'000);
    CHECK(feed->status().up);
    CHECK(feed->status().last_event == at("12:00"));
}

TEST_CASE("a journal that is not there is told, and its coming too")
{
    ScratchFolder folder;
    boost::asio::io_context io;
    KeaLeasesSettings settings;
    settings.path = folder.file("kea-leases4.csv");
    settings.poll = milliseconds{5};
    std::vector<FeedState> states;
    const auto feed = make_kea_leases(io, settings, [&](const Observation& seen) {
        if (const auto* state = std::get_if<FeedState>(&seen)) states.push_back(*state);
    });
    feed->start();
    io.run_for(milliseconds{30});
    REQUIRE(states.size() == 1);
    CHECK_FALSE(states[0].up);
    write_file(settings.path, kHeader4);
    io.restart();
    io.run_for(milliseconds{30});
    REQUIRE(states.size() == 2);
    CHECK(states[1].up);
}
