// breakwatch calibrate as it is called: what each command ends with, and what a volunteer may type.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "cli/calibrate_command.hpp"
#include "cli/mark_reader.hpp"
#include "cli/options.hpp"
#include "cli/write_whole.hpp"
#include "config/load_config.hpp"
#include "learn/model_file.hpp"
#include "support/temporary_folder.hpp"
#include "unit/learn/samples.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

Outcome calibrate(const std::vector<std::string>& words)
{
    std::vector<const char*> arguments{"breakwatch", "calibrate"};
    for (const auto& word : words) arguments.push_back(word.c_str());
    return run_tool(static_cast<int>(arguments.size()), arguments.data());
}

// A model in force and six recordings, the last two of which are held back.
struct Site {
    TemporaryFolder folder;

    Site(const DetectorModel& model, Feature lessons, Feature held_back)
    {
        folder.write("in-force.yaml", to_yaml(model));
        std::uint64_t i = 0;
        for (const auto& recording : six_sessions(lessons, held_back)) folder.write(name(i++), to_text(recording));
    }
    static std::string name(std::uint64_t i) { return "r" + std::to_string(i) + ".jsonl"; }
    std::string file(std::string_view name) const { return (folder / name).string(); }
    Outcome fit(std::uint64_t recordings = 6) const
    {
        std::vector<std::string> words{"fit", "--model", file("in-force.yaml"), "-o", file("fitted.yaml")};
        for (std::uint64_t i = 0; i < recordings; ++i) words.push_back(file(name(i)));
        return calibrate(words);
    }
};

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

// A pipe to type into.
class Keyboard {
  public:
    Keyboard() { REQUIRE(::pipe(ends_.data()) == 0); }
    ~Keyboard()
    {
        close();
        ::close(ends_[0]);
    }
    Keyboard(const Keyboard&) = delete;
    Keyboard& operator=(const Keyboard&) = delete;
    int input() const { return ends_[0]; }
    void type(const std::string& text) const
    {
        CHECK(::write(ends_[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    void close()
    {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

  private:
    std::array<int, 2> ends_{};
};

const auto kNoon = at("12:00");

}  // namespace

TEST_CASE("a fit that is better is written, loads, and exits 0 with both figures")
{
    const Site site(one_split(Feature::wait, 250, 2), Feature::wait, Feature::wait);
    const auto outcome = site.fit();
    CHECK(outcome.exit_code == tool_success);
    CHECK(has(outcome.out, "learned from 48 posts; held back: 2 recordings with 24 posts"));
    CHECK(has(outcome.out, "in force:"));
    CHECK(has(outcome.out, "fitted here:"));
    CHECK(has(outcome.out, "written to " + site.file("fitted.yaml")));
    const auto fitted = load_detector_model(site.file("fitted.yaml"));
    REQUIRE(fitted);
    REQUIRE(adaptation_for(*fitted, "x") != nullptr);
    CHECK(adaptation_for(*fitted, "x")->fitted_on == "48 of 72 posts");
}

TEST_CASE("a fit that is no better exits 6, says why, and writes nothing")
{
    const Site site(one_split(Feature::wait, 150, 4), Feature::pause, Feature::wait);
    const auto outcome = site.fit();
    CHECK(outcome.exit_code == tool_no_better);
    CHECK(has(outcome.out, "NOT INSTALLED: it "));
    CHECK_FALSE(std::filesystem::exists(site.file("fitted.yaml")));
}

TEST_CASE("too few posts exit 1 with the number that is needed, and write nothing")
{
    const Site site(one_split(Feature::wait, 250, 2), Feature::wait, Feature::wait);
    for (const auto* held : {"r1.jsonl", "r2.jsonl"})
        site.folder.write(held, to_text(session_of(Feature::wait, 45, 3)));
    const auto outcome = site.fit(3);
    CHECK(outcome.exit_code == tool_failure);
    CHECK(outcome.err == "breakwatch: nothing was fitted: found 9 posts held back; expected at least 10\n");
    CHECK_FALSE(std::filesystem::exists(site.file("fitted.yaml")));
}

TEST_CASE("measure writes down what the numbers in force do here, and leaves other platforms' rows alone")
{
    const Site site(one_split(Feature::wait, 150, 4), Feature::wait, Feature::wait);
    auto browsing = session_of(Feature::wait, 50, 9);
    for (auto& sample : browsing.samples) sample.post = false;
    browsing.label = kBrowseOnly;
    browsing.hours = 0.5;
    site.folder.write("browse.jsonl", to_text(browsing));
    site.folder.write("measured.yaml", measured_to_yaml({{"reddit", 20, 7, 0.5, 100, 0}}, "2026-11-24"));
    const std::vector<std::string> words{"measure",
                                         "--model",
                                         site.file("in-force.yaml"),
                                         "-o",
                                         site.file("measured.yaml"),
                                         site.file("r0.jsonl"),
                                         site.file("r1.jsonl"),
                                         site.file("browse.jsonl")};
    const auto outcome = calibrate(words);
    CHECK(outcome.exit_code == tool_success);
    CHECK(has(outcome.out, "measured here, x: 24 of 24 posts found; in 0.5 hours of browsing 10 false of 50 actions"));
    CHECK(has(outcome.out, "20.00 an hour, at most 33.92"));
    const auto read = load_measured(site.file("measured.yaml"));
    REQUIRE(read);
    CHECK(read->record == MeasuredRecord{{"reddit", 20, 7, 0.5, 100, 0}, {"x", 24, 24, 0.5, 50, 10}});
    // Of other numbers, they say nothing of these.
    site.folder.write("measured.yaml", measured_to_yaml({{"reddit", 20, 7, 0.5, 100, 0}}, "2025-01-01"));
    CHECK(calibrate(words).exit_code == tool_success);
    CHECK(load_measured(site.file("measured.yaml"))->record.size() == 1);
    const auto few = calibrate({"check", "--model", site.file("in-force.yaml"), site.file("r0.jsonl")});
    CHECK(has(few.out, "by these recordings: measured here, x: 12 of 12 posts found"));
    CHECK(has(few.out, "not enough to count as measured: expected 20 posts and 0.5 hours"));
}

TEST_CASE("check tells each recording and all together; a file that is none is named")
{
    const Site site(one_split(Feature::wait, 250, 2), Feature::wait, Feature::wait);
    const auto outcome =
        calibrate({"check", "--model", site.file("in-force.yaml"), site.file("r0.jsonl"), site.file("r1.jsonl")});
    CHECK(outcome.exit_code == tool_success);
    CHECK(has(outcome.out, "to be reviewed by 2027-05-24"));
    CHECK(has(outcome.out, "r0.jsonl:"));
    CHECK(has(outcome.out, "of 24 posts found"));
    CHECK(has(outcome.out, "what the model was made from is not stated in it"));
    const auto shipped = calibrate({"check", site.file("r0.jsonl")});
    CHECK(has(shipped.out, "distance from what it was made from: "));
    CHECK(has(shipped.out, "BW-3005 from 0.65 over 500 requests on"));
    const auto wrong = calibrate({"check", site.file("in-force.yaml")});
    CHECK(wrong.exit_code == tool_failure);
    CHECK(has(wrong.err, site.file("in-force.yaml") + ":1: expected the head of a recording"));
}

TEST_CASE("a recording needs a capture or a device, and a device a label")
{
    CHECK(calibrate({"record", "--platform", "x", "-o", "r"}).exit_code == tool_usage);
    CHECK(calibrate({"record", "--platform", "x", "-o", "r", "--device", "02:1a:10:00:10:01"}).exit_code == tool_usage);
    CHECK(calibrate({"record", "--platform", "x", "-o", "r", "--label", "text_post", "walk.pcap"}).exit_code ==
          tool_usage);
    CHECK(calibrate({"record", "--platform", "x", "-o", "r", "--device", "02:1a:10:00:10:01", "--label", "story",
                     "walk.pcap"})
              .exit_code == tool_usage);
}

TEST_CASE("what cannot be watched is refused with what was found, before anything is opened")
{
    const auto config = std::string(std::getenv("BREAKWATCH_SOURCE")) + "/tests/replay/seed-case/breakwatch.yaml";
    const auto record = [&](const std::string& device, const std::string& platform, const std::string& label) {
        return calibrate({"record", "--config", config, "-i", "nowhere0", "--device", device, "--platform", platform,
                          "--label", label, "-o", "r"});
    };
    const auto enrolled = "ae:a9:50:67:bc:13";
    CHECK(record(enrolled, "myspace", "text_post").err ==
          "breakwatch: --platform: found 'myspace'; expected a platform of the table\n");
    CHECK(record(enrolled, "x", "rant").err ==
          "breakwatch: --label: found 'rant'; expected text_post, media_post, story or browse_only\n");
    CHECK(record("phone", "x", "story").err ==
          "breakwatch: --device: found 'phone'; expected the MAC address of a device\n");
    CHECK(record("ff:ff:ff:ff:ff:ff", "x", "story").exit_code == tool_usage);
    const auto stranger = record("02:1a:10:00:10:01", "x", "story");
    CHECK(stranger.exit_code == tool_not_found);
    CHECK(has(stranger.err, "02:1a:10:00:10:01 is no device of anybody who is enrolled now"));
    CHECK(has(calibrate({"record", "--config", "/nowhere.yaml", "--device", enrolled, "--platform", "x", "--label",
                         "story", "-o", "r"})
                  .err,
              "/nowhere.yaml"));
    CHECK_FALSE(std::filesystem::exists("r"));
}

TEST_CASE("each line is a mark at the time it is read, u takes the last one back")
{
    Keyboard keyboard;
    InputLines lines(keyboard.input());
    MarkReader reader(lines);
    CHECK(reader.look(kNoon).empty());
    keyboard.type("\n");
    CHECK(reader.look(kNoon) == std::vector<std::string>{"mark 1 at 12:00:00 UTC"});
    keyboard.type("\n u \r\nhelp\n");
    const auto said = reader.look(kNoon + std::chrono::seconds{5});
    REQUIRE(said.size() == 3);
    CHECK(said[1] == "mark 2 is taken back");
    CHECK(said[2].starts_with("not understood, nothing was marked"));
    CHECK(reader.marks() == std::vector{kNoon});
    keyboard.type("u\nu\n");
    CHECK(reader.look(kNoon).back() == "there is no mark to take back");
    CHECK(reader.marks().empty());
}

TEST_CASE("e ends a session and x throws it away; what is typed after that is no mark of it")
{
    Keyboard keyboard;
    InputLines lines(keyboard.input());
    MarkReader reader(lines);
    keyboard.type("\ne\n\n\n");
    CHECK(reader.look(kNoon).size() == 1);
    CHECK(reader.ended());
    CHECK_FALSE(reader.discarded());
    CHECK(reader.marks().size() == 1);
    MarkReader next(lines);
    CHECK_FALSE(next.ended());
    keyboard.type("x\n");
    CHECK(next.look(kNoon).empty());
    CHECK(next.ended());
    CHECK(next.discarded());
}

TEST_CASE("an Enter by mistake does not spoil an hour of browsing: it is not taken, and told")
{
    Keyboard keyboard;
    InputLines lines(keyboard.input());
    MarkReader reader(lines, true);
    keyboard.type("\n");
    const auto said = reader.look(kNoon);
    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with("not taken: nothing is published in a session of browse_only"));
    CHECK(reader.marks().empty());
    CHECK_FALSE(reader.ended());
}

TEST_CASE("input that was at its end before a session ends none: marks come by the page")
{
    Keyboard keyboard;
    InputLines lines(keyboard.input());
    keyboard.close();
    CHECK(lines.look().empty());
    MarkReader reader(lines);
    CHECK(reader.look(kNoon).empty());
    CHECK_FALSE(reader.ended());
    CHECK(reader.mark(kNoon) == "mark 1 at 12:00:00 UTC");
    CHECK(reader.marks() == std::vector{kNoon});
}

TEST_CASE("half a line waits for its end, and the end of input is seen")
{
    Keyboard keyboard;
    InputLines lines(keyboard.input());
    MarkReader reader(lines);
    keyboard.type("u");
    CHECK(reader.look(kNoon).empty());
    CHECK_FALSE(reader.ended());
    keyboard.close();
    CHECK(reader.look(kNoon).empty());
    CHECK(reader.ended());
    CHECK(reader.marks().empty());
}

TEST_CASE("more marks than a session holds are refused, each told")
{
    Keyboard keyboard;
    InputLines lines(keyboard.input());
    MarkReader reader(lines);
    std::size_t refused = 0;
    auto now = kNoon;
    for (std::size_t set = 0; set < MarkReader::kMostMarks + 500; ++set)
        refused += reader.mark(now += std::chrono::seconds{3}).starts_with("not taken") ? 1U : 0U;
    CHECK(reader.marks().size() == MarkReader::kMostMarks);
    CHECK(refused == 500);
}

TEST_CASE("a key that is pressed twice, or held, marks once")
{
    Keyboard keyboard;
    InputLines lines(keyboard.input());
    MarkReader reader(lines);
    keyboard.type(std::string(500, '\n'));
    const auto said = reader.look(kNoon);
    CHECK(said.size() == 500);
    CHECK(said.back() == "not taken: less than 2 s after the mark before");
    CHECK(reader.marks().size() == 1);
    CHECK(reader.mark(kNoon + std::chrono::seconds{2}).starts_with("mark 2 at"));
}

TEST_CASE("a file is written whole, for its owner alone, or not at all")
{
    const TemporaryFolder folder;
    CHECK(write_whole(folder / "r", "first").empty());
    CHECK(write_whole(folder / "r", "second").empty());
    CHECK(folder.read("r") == "second");
    struct stat found{};
    REQUIRE(::stat((folder / "r").c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600);
    CHECK(has(write_whole(folder / "no-such-folder/r", "x"), "No such file or directory"));
    folder.write("precious", "kept");
    std::filesystem::create_symlink(folder / "precious", folder / "s.new");
    CHECK(has(write_whole(folder / "s", "x"), "symbolic links"));
    CHECK(folder.read("precious") == "kept");
}
