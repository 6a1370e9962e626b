// breakwatch calibrate kit without a network: what is asked for next, what is in its folder, what it says.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <set>

#include "cli/kit_folder.hpp"
#include "cli/kit_plan.hpp"
#include "cli/kit_texts.hpp"
#include "cli/options.hpp"
#include "learn/recording.hpp"
#include "support/temporary_folder.hpp"
#include "unit/learn/samples.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const KitWish kWish{"x", "", "text_post", 40, 60};

KitRecording session(const std::string& label, std::size_t number, std::size_t posts, double minutes = 12,
                     const std::string& app = "", const std::string& platform = "x")
{
    return {kit_file_name(platform, app, label, number), platform, app, label, number, posts, minutes};
}

std::vector<KitRecording> hour()
{
    return {session(kBrowseOnly, 1, 0, 20), session(kBrowseOnly, 2, 0, 20), session(kBrowseOnly, 3, 0, 20)};
}

std::vector<KitRecording> hour_and(const std::vector<std::size_t>& posts)
{
    auto recordings = hour();
    for (const auto count : posts) recordings.push_back(session("text_post", recordings.size() - 2, count));
    return recordings;
}

bool in(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

Outcome kit(const TemporaryFolder& folder, const std::vector<std::string>& more)
{
    static const auto config =
        std::string(std::getenv("BREAKWATCH_SOURCE")) + "/tests/replay/seed-case/breakwatch.yaml";
    std::vector<std::string> words{
        "breakwatch", "calibrate",    "kit",      "--config",         config, "-i", "nowhere0",
        "-o",         folder / "kit", "--device", "ae:a9:50:67:bc:13"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<const char*> arguments;
    for (const auto& word : words) arguments.push_back(word.c_str());
    return run_tool(static_cast<int>(arguments.size()), arguments.data());
}

}  // namespace

TEST_CASE("an empty folder asks for browsing first, in thirds of an hour")
{
    CHECK(next_step({}, kWish) == KitStep{kBrowseOnly, 0, 20});
    CHECK(next_step({session(kBrowseOnly, 1, 0, 20), session(kBrowseOnly, 2, 0, 31.5)}, kWish) ==
          KitStep{kBrowseOnly, 0, 9});
    CHECK(next_step({session(kBrowseOnly, 1, 0, 59.99)}, kWish) == KitStep{kBrowseOnly, 0, 1});
}

TEST_CASE("then come posts in tens, and what is missing of them")
{
    CHECK(next_step(hour(), kWish) == KitStep{"text_post", 10, 0});
    CHECK(next_step(hour_and({10, 10, 10}), kWish) == KitStep{"text_post", 10, 0});
    CHECK(next_step(hour_and({10, 10, 10, 7}), kWish) == KitStep{"text_post", 3, 0});
    CHECK_FALSE(next_step(hour_and({10, 10, 10, 10}), kWish));
    CHECK_FALSE(next_step(hour_and({10, 10, 10, 10, 10}), kWish));
}

TEST_CASE("few posts are parted over three sessions, too, for one in three is held back")
{
    const KitWish few{"x", "", "text_post", 20, 0};
    CHECK(next_step({}, few) == KitStep{"text_post", 7, 0});
    CHECK(next_step({session("text_post", 1, 7), session("text_post", 2, 7)}, few) == KitStep{"text_post", 6, 0});
    CHECK_FALSE(next_step({session("text_post", 1, 20)}, few));
    CHECK_FALSE(next_step({}, {"x", "", "text_post", 0, 0}));
}

TEST_CASE("posts that are enough in number, and of which a fit would hold back too few, ask for one session more")
{
    CHECK(next_step(hour_and({40}), kWish) == KitStep{"text_post", 10, 0});
    CHECK(next_step(hour_and({9, 9, 9, 9, 4}), kWish) == KitStep{"text_post", 10, 0});
    CHECK_FALSE(next_step(hour_and({9, 9, 9, 9, 4, 10}), kWish));
}

TEST_CASE("sessions of another platform, app or kind count for nothing")
{
    auto others = hour();
    others.push_back(session("text_post", 1, 40, 12, "lite"));
    others.push_back(session("story", 1, 40));
    others.push_back(session("text_post", 1, 40, 12, "", "reddit"));
    CHECK(progress_of(others, kWish).posts == 0);
    CHECK(next_step(others, kWish) == KitStep{"text_post", 10, 0});
    auto lite = kWish;
    lite.app = "lite";
    CHECK(progress_of(others, lite).posts == 40);
    CHECK(next_step(others, lite) == KitStep{kBrowseOnly, 0, 20});
    CHECK(in_words(progress_of(hour_and({10, 7}), kWish), kWish) ==
          "17 of 40 posts in 2 sessions; 60 of 60 minutes of browsing alone in 3 sessions");
}

TEST_CASE("a session's file is named by platform, app, kind and a number that none has had")
{
    CHECK(kit_file_name("x", "", "text_post", 1) == "x-text_post-1.rec");
    CHECK(kit_file_name("x", "lite", kBrowseOnly, 12) == "x-lite-browse_only-12.rec");
    for (const auto* app : {"", "lite", "2.0", "text_post"}) {
        KitRecording read{kit_file_name("x", app, "text_post", 12), "x", "", "text_post", 0, 0, 0};
        read_kit_name(read);
        CHECK(read.app == app);
        CHECK(read.number == 12);
    }
    for (const auto* name : {"monday.rec", "x-story-1.rec", "x-text_post-.rec", "x-text_post-1x.rec", "x-.rec",
                             "x-text_post-99999999999999999999999.rec", "reddit-text_post-1.rec", "-1.rec", ".rec"}) {
        KitRecording read{name, "x", "", "text_post", 0, 0, 0};
        read_kit_name(read);
        CHECK(read.app.empty());
        CHECK(read.number == 0);
    }
    CHECK(next_number({session("text_post", 1, 9), session("text_post", 7, 9)}, kWish, "text_post") == 8);
    CHECK(next_number(hour_and({9}), kWish, "story") == 1);
    CHECK(is_app_name("twitter_2.0"));
    for (const auto* name : {"", "a-b", "a/b", "..\n", "あ"}) CHECK_FALSE(is_app_name(name));
    CHECK_FALSE(is_app_name(std::string(33, 'a')));
}

TEST_CASE("at the end come the commands with the files: those that a fit may hold back last, browsing behind them")
{
    const auto text = next_commands(hour_and({10, 10, 10, 10}), "x", {"/k", "", ""});
    const std::string browsing = "/k/x-browse_only-1.rec /k/x-browse_only-2.rec /k/x-browse_only-3.rec";
    const std::string posts = "/k/x-text_post-1.rec /k/x-text_post-2.rec /k/x-text_post-3.rec /k/x-text_post-4.rec";
    CHECK(in(text, "breakwatch calibrate check " + browsing + " " + posts + "\n"));
    CHECK(in(text, "breakwatch calibrate fit -o /k/detector.yaml " + posts + " " + browsing + "\n"));
    CHECK(in(text, "breakwatch calibrate measure -o /k/measured.yaml " + browsing + " " + posts + "\n"));
    CHECK_FALSE(in(text, "does not count"));
    const auto odd = next_commands(hour_and({10, 10, 12, 1, 9}), "x", {"/my kit", "/etc/d.yaml", "/etc/m.yaml"});
    CHECK(in(odd, "fit --model /etc/d.yaml -o '/my kit/detector.yaml' '/my kit/x-text_post-4.rec'"));
    CHECK(in(odd, "measure --model /etc/d.yaml -o /etc/m.yaml "));
}

TEST_CASE("too few for a fit, or to count as measured, is said instead, and is not to replace the record in force")
{
    const auto text =
        next_commands({session("text_post", 1, 5), session("text_post", 1, 40, 9, "", "reddit")}, "x", {"/k", "", ""});
    CHECK_FALSE(in(text, "calibrate fit -o"));
    CHECK(in(text, "Too few posts to learn from"));
    CHECK(in(text, "measure -o /k/measured.yaml /k/x-text_post-1.rec\n"));
    CHECK(in(text, "does not count as measured: expected 20 posts and 0.5 hours"));
}

TEST_CASE("a folder is made for its owner alone, tells what is in it, and belongs to one kit at a time")
{
    const TemporaryFolder work;
    const auto path = work / "kit";
    auto folder = KitFolder::open(path);
    REQUIRE(folder);
    struct stat found{};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0700);
    CHECK(folder->read()->empty());
    auto browsing = session_of(Feature::wait, 10, 1);
    browsing.label = kBrowseOnly;
    work.write("kit/x-lite-browse_only-3.rec", to_text(browsing));
    work.write("kit/monday.rec", to_text(session_of(Feature::wait, 10, 2)));
    work.write("kit/x-text_post-1.rec.new", "half a");
    const auto read = folder->read();
    REQUIRE(read);
    REQUIRE(read->size() == 2);
    CHECK(read->at(0).file == "monday.rec");
    CHECK(read->at(0).posts == 2);
    CHECK(read->at(1).app == "lite");
    CHECK(read->at(1).number == 3);
    CHECK(read->at(1).minutes == doctest::Approx(30));
    const auto second = KitFolder::open(path);
    REQUIRE_FALSE(second);
    CHECK(in(second.error(), "another kit works in it"));
}

TEST_CASE("a recording that is spoilt is named and refused, and nothing is written")
{
    const TemporaryFolder work;
    const auto whole = to_text(session_of(Feature::wait, 10, 1));
    const auto head = whole.substr(0, whole.find('\n') + 1);
    for (const auto& content :
         {std::string("not a recording\n"), std::string(), head + "{\"act\":1}\n", whole.substr(0, whole.size() - 9)}) {
        work.write("kit/x-text_post-1.rec", content);
        const auto outcome = kit(work, {"--platform", "x"});
        CHECK(outcome.exit_code == tool_failure);
        CHECK(in(outcome.err, "x-text_post-1.rec"));
        CHECK(work.read("kit/x-text_post-1.rec") == content);
    }
    std::filesystem::remove(work / "kit/x-text_post-1.rec");
    std::filesystem::create_directory(work / "kit/folder.rec");
    CHECK(in(kit(work, {"--platform", "x"}).err, "folder.rec: is no file"));
}

TEST_CASE("a folder that cannot be had is told before anybody begins")
{
    const TemporaryFolder work;
    CHECK(in(KitFolder::open(work / "no/such").error(), "No such file or directory"));
    work.write("file", "");
    CHECK(in(KitFolder::open(work / "file").error(), "Not a directory"));
}

TEST_CASE("what a kit is wrongly asked for is said in one line")
{
    const TemporaryFolder work;
    CHECK(kit(work, {"--platform", "x", "--label", "browse_only"}).err ==
          "breakwatch: --label: found 'browse_only'; expected text_post, media_post or story: browsing alone is a part "
          "of each kit\n");
    CHECK(in(kit(work, {"--platform", "x", "--label", "rant"}).err, "--label: found 'rant'"));
    CHECK(kit(work, {"--platform", "myspace"}).exit_code == tool_usage);
    CHECK(in(kit(work, {"--platform", "x", "--app", "a/b"}).err, "--app: found 'a/b'"));
    CHECK(kit(work, {"--platform", "x", "--posts", "-1"}).exit_code == tool_usage);
    CHECK(kit(work, {"--platform", "x", "--browse", "1h"}).exit_code == tool_usage);
    CHECK(in(kit(work, {"--platform", "x", "--posts", "0", "--browse", "0"}).err, "both 0: there is nothing to do"));
    CHECK(in(kit(work, {"--platform", "x/y"}).err, "expected a name without '/'"));
    CHECK(kit(work, {}).exit_code == tool_usage);
    for (const auto* address : {"8080", "10.0.0.5", "0.0.0.0:80", "[::]:80", "::1:80", "[10.0.0.5]:80",
                                "10.0.0.5:99999", "10.0.0.5:", "host:80", "10.0.0.5:80x", "[::1:80"}) {
        const auto outcome = kit(work, {"--platform", "x", "--listen", address});
        CHECK(outcome.exit_code == tool_usage);
        CHECK(outcome.err.starts_with("breakwatch: --listen: found '" + std::string(address) + "'"));
    }
    CHECK_FALSE(std::filesystem::exists(work / "kit"));
}

TEST_CASE("a kit whose sessions are all there ends with the commands, and watches nobody")
{
    const TemporaryFolder work;
    for (std::size_t i = 1; i <= 3; ++i)
        work.write("kit/" + kit_file_name("x", "", "text_post", i), to_text(session_of(Feature::wait, 75, i)));
    const auto outcome = kit(work, {"--platform", "x", "--posts", "40", "--browse", "0"});
    CHECK(outcome.exit_code == tool_success);
    CHECK(in(outcome.out, "All is there."));
    CHECK(in(outcome.out, "calibrate fit -o " + (work / "kit/detector.yaml").string()));
}

TEST_CASE("each step has its words in both languages, the same number of them, and the paper says them too")
{
    std::set<std::string> seen;
    for (const auto* label : {"browse_only", "text_post", "media_post", "story"}) {
        const auto japanese = kit_text(label, "ja");
        const auto english = kit_text(label, "en");
        CHECK(english.size() == 5);
        CHECK(japanese.size() == english.size());
        for (const auto& line : japanese) CHECK(static_cast<unsigned char>(line[0]) > 0x7f);
        CHECK(seen.insert(english[1]).second);
    }
    CHECK(kit_text("rant", "en").empty());
    CHECK(kit_text("text_post", "fr").empty());
}
