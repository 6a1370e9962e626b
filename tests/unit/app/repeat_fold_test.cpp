#include "app/repeat_fold.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "policy/event_catalogue.hpp"

using namespace breakwatch;

namespace {

struct World {
    boost::asio::io_context io;
    std::vector<Effect> told;
    RepeatFold fold{io, [this](Effect effect) { told.push_back(std::move(effect)); }, std::chrono::milliseconds{20}};

    void flap(std::string_view code, const std::string& part, int times)
    {
        for (int i = 1; i <= times; ++i)
            fold.take(ReportHealth{code, Severity::error, part, std::to_string(i), Timestamp{std::chrono::seconds{i}}});
    }
    std::vector<std::string> texts() const
    {
        std::vector<std::string> all;
        for (const auto& effect : told) all.push_back(std::get<ReportHealth>(effect).text);
        return all;
    }
};

}  // namespace

TEST_CASE("of a part that flaps the first are told, and at the window's end how many more and the last")
{
    World world;
    world.flap(event::kFeedDown.code, "calls acd", 20);
    CHECK(world.texts() == std::vector<std::string>{"1", "2", "3", "4", "5"});
    world.io.run();
    REQUIRE(world.told.size() == 7);
    const auto& folded = std::get<ReportHealth>(world.told[5]);
    CHECK(folded.code == "BW-1101");
    CHECK(folded.subject == "calls acd");
    CHECK(folded.text == "14 more events BW-3001 came within a minute and are not told one by one");
    CHECK(folded.fields == std::vector<std::pair<std::string, std::string>>{
                               {"about", "BW-3001"}, {"count", "14"}, {"since", "1970-01-01T00:00:06.000Z"}});
    CHECK(world.texts()[6] == "20");
}

TEST_CASE("another part, another kind, and the next window are told by themselves")
{
    World world;
    world.flap(event::kFeedDown.code, "calls acd", 5);
    world.flap(event::kFeedDown.code, "calls crm", 5);
    world.flap(event::kRefused.code, "calls acd", 5);
    CHECK(world.told.size() == 15);
    world.io.run();
    CHECK(world.told.size() == 15);
    world.flap(event::kFeedDown.code, "calls acd", 5);
    CHECK(world.told.size() == 20);
}

TEST_CASE("incidents and what is attributed to nobody are never folded, and an end tells what waits")
{
    World world;
    for (int i = 0; i < 50; ++i) world.fold.take(RecordIncident{});
    world.flap(event::kUnattributed.code, "policy", 50);
    CHECK(world.told.size() == 100);
    world.flap(event::kFeedDown.code, "calls acd", 6);
    CHECK(world.told.size() == 105);
    world.fold.end_window();
    CHECK(world.told.size() == 106);
    world.io.run();
    CHECK(world.told.size() == 106);
}
