// A volunteer's session whose network is the seed case: what is kept of it, however it ends.
#include <doctest/doctest.h>

#include <cstdlib>

#include "capture/capture_file.hpp"
#include "cli/volunteer_session.hpp"
#include "support/moments.hpp"
#include "support/shipped_platforms.hpp"

using namespace breakwatch;

namespace {

const auto kVolunteer = test::mac("ae:a9:50:67:bc:13");
// When the seed case's phone has posted.
const Timestamp kPosted{std::chrono::milliseconds{1'795'453'213'656}};

// An interface that goes after the last packet.
class Going final : public PacketSource {
  public:
    Going()
    {
        const auto file = std::string(std::getenv("BREAKWATCH_SOURCE")) + "/tests/replay/seed-case/capture.pcap";
        auto source = CaptureFiles::open({file});
        if (!source) throw std::runtime_error(source.error());
        source_ = std::move(*source);
    }
    std::expected<State, std::string> next_batch(std::size_t limit, const Handler& handler) override
    {
        auto state = source_->next_batch(limit, handler);
        if (state && *state == State::ended) return std::unexpected("capture eth1: the interface has gone");
        return state;
    }
    SourceCounters counters() const override { return source_->counters(); }

  private:
    std::unique_ptr<PacketSource> source_;
};

WatchSetup of(const MacAddress& device)
{
    LiveSettings capture;
    capture.interface = "eth1";
    return {std::move(capture), device, {}, "", PlatformCatalog(test::shipped_platform_rows()), "", ""};
}

struct Site {
    WatchOptions options;
    WatchSetup setup;
    DeviceWatch watch;
    std::vector<std::string> told;
    Tell tell = [this](const std::string& line) { told.push_back(line); };
    InputLines lines{-1};
    MarkReader reader{lines};
    int looks = 0;
    VolunteerSession session{options, setup, watch, reader, tell, [this] { ++looks; }};

    explicit Site(const std::string& platform, const MacAddress& device = kVolunteer)
        : options{"", "eth1", to_string(device), "", platform, "text_post"},
          setup(of(device)),
          watch(std::make_unique<Going>(), device, setup.catalog)
    {}
};

}  // namespace

TEST_CASE("an interface that goes ends the session at once, and what came before it is kept with its marks")
{
    Site site("x");
    CHECK(site.reader.mark(kPosted).starts_with("mark 1"));
    site.session.run();
    CHECK(site.session.cut_short() == "capture eth1: the interface has gone");
    CHECK(site.looks > 0);
    const auto marked = site.session.conclude("r");
    REQUIRE(marked);
    CHECK(marked->recording.posts() == 1);
    CHECK(marked->recording.samples.size() > 3);
    CHECK(site.session.summary(*marked, "/k/r.rec").starts_with("/k/r.rec: 1 posts (text_post) among "));
}

TEST_CASE("a session that is thrown away keeps nothing, and says so")
{
    Site site("x");
    site.reader.discard();
    site.session.run();
    CHECK(site.session.cut_short().empty());
    CHECK(site.session.conclude("r").error().why == "the session was thrown away: nothing was written");
}

TEST_CASE("a device that did nothing on the platform leaves no recording")
{
    Site other("bluesky");
    other.session.run();
    const auto none = other.session.conclude("r");
    REQUIRE_FALSE(none);
    CHECK(none.error().exit_code == tool_not_found);
    CHECK(none.error().why.find("nothing on bluesky that could be a post") != std::string::npos);
}
