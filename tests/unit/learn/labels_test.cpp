// The lab's label files: what a line must have, and which request of an action is the publish call.
#include <doctest/doctest.h>

#include "learn/lab.hpp"
#include "support/capture_files.hpp"
#include "support/moments.hpp"
#include "support/temporary_folder.hpp"

using namespace breakwatch;
using test::TemporaryFolder;

namespace {

const std::string kScroll =
    R"({"t_start": 1795453133.25, "t_end": 1795453134.5, "client_mac": "66:64:70:a6:6b:bc", "platform": "x", "action": "scroll", "is_post": false})";

std::string post_with(const std::string& requests)
{
    return R"({"t_start": 1795453140, "t_end": 1795453142, "client_mac": "66:64:70:a6:6b:bc", "platform": "x", "action": "text_post",)"
           R"( "is_post": true, "t_publish": 1795453141, "transport": "h2", "client": "chromium", "reqs": [)" +
           requests + "]}";
}

std::expected<std::vector<LabAction>, std::string> labels(const std::string& text)
{
    const TemporaryFolder folder;
    auto read = read_labels(folder.write("s.labels.jsonl", text));
    if (!read) return std::unexpected(read.error().substr((folder / "").string().size()));
    return read;
}

std::string error_of(const std::string& text)
{
    const auto read = labels(text);
    return read ? "" : read.error();
}

Timestamp second(double seconds)
{
    return Timestamp{std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)}};
}

}  // namespace

TEST_CASE("an action is read with its times, device and platform")
{
    const auto read = labels(kScroll + "\n" + post_with("") + "\n");
    REQUIRE(read);
    REQUIRE(read->size() == 2);
    const auto& scroll = read->front();
    CHECK(scroll.mac == test::mac("66:64:70:a6:6b:bc"));
    CHECK(scroll.platform == "x");
    CHECK(scroll.action == "scroll");
    CHECK_FALSE(scroll.is_post);
    CHECK(scroll.start == second(1795453133.25));
    CHECK(scroll.end == second(1795453134.5));
    const auto& post = read->back();
    CHECK(post.is_post);
    CHECK(post.transport == "h2");
    CHECK(post.client == "chromium");
    CHECK(post.publish == second(1795453141));
}

TEST_CASE("the publish call is the last request still unanswered when the client made it, preflights left out")
{
    const auto read =
        labels(post_with(R"({"host": "upload.x.com", "m": "POST", "t0": 1795453140.1, "t1": 1795453140.4},)"
                         R"({"host": "api.x.com", "m": "POST", "t0": 1795453141.02, "t1": 1795453141.3},)"
                         R"({"host": "log.x.com", "m": "OPTIONS", "t0": 1795453141.2, "t1": 1795453141.25})"));
    REQUIRE(read);
    CHECK(read->front().host == "api.x.com");
    CHECK(read->front().publish == second(1795453141.02));
}

TEST_CASE("a line that is wrong is named, with what was expected")
{
    CHECK(error_of(kScroll + "\nnonsense\n") == "s.labels.jsonl:2: not a JSON object");
    CHECK(error_of(kScroll + "\n[1]\n") == "s.labels.jsonl:2: not a JSON object");
    const auto with = [](std::string line, const std::string& from, const std::string& to) {
        return line.replace(line.find(from), from.size(), to);
    };
    CHECK(error_of(with(kScroll, "66:64:70:a6:6b:bc", "a phone")) ==
          "s.labels.jsonl:1: expected client_mac, a MAC address");
    CHECK(error_of(with(kScroll, "\"x\"", "7")) == "s.labels.jsonl:1: expected platform, a name");
    CHECK(error_of(with(kScroll, "1795453134.5", "\"later\"")) ==
          "s.labels.jsonl:1: expected t_start and t_end, in seconds since 1970");
    CHECK(error_of(with(kScroll, "1795453134.5", "1e300")) ==
          "s.labels.jsonl:1: expected t_start and t_end, in seconds since 1970");
    CHECK(error_of(with(kScroll, "false", "\"no\"")) == "s.labels.jsonl:1: expected is_post, true or false");
    CHECK(error_of(with(post_with(""), "t_publish", "t_public")) ==
          "s.labels.jsonl:1: expected t_publish of a post, in seconds since 1970");
    CHECK(error_of(post_with("7, {}")).empty());
}

TEST_CASE("a capture without labels is told by the missing file's name")
{
    const TemporaryFolder folder;
    const auto read = read_session(folder / "walk.pcap", PlatformCatalog{});
    REQUIRE_FALSE(read);
    CHECK(read.error() == (folder / "walk.labels.jsonl").string() + ": cannot be opened");
}

TEST_CASE("a session says of its capture that packets stayed out of order of time")
{
    using namespace test;
    const TemporaryFolder folder;
    const auto write = [&](const Octets& records) {
        const auto capture = pcap_header() + records;
        return folder.write("s.pcap", std::string(capture.begin(), capture.end()));
    };
    folder.write("s.labels.jsonl", kScroll);
    const auto first = pcap_record(200, 0, Octets(60, 1)), hour_back = pcap_record(1, 0, Octets(60, 1));
    const auto jumped = read_session(write(first + hour_back), PlatformCatalog{});
    REQUIRE(jumped);
    CHECK(jumped->complaint.starts_with("1 of 2 packets are earlier"));
    CHECK(read_session(write(hour_back + first), PlatformCatalog{})->complaint.empty());
}

TEST_CASE("a session named like one of an earlier folder, and more, is its variation; the seed case is no lesson")
{
    using namespace test;
    const TemporaryFolder recorded, drawn;
    const auto capture = pcap_header() + pcap_record(1, 0, Octets(60, 1));
    const auto put = [&](const TemporaryFolder& folder, const std::string& name) {
        folder.write(name + ".pcap", std::string(capture.begin(), capture.end()));
        folder.write(name + ".labels.jsonl", kScroll);
    };
    for (const auto* name : {"d1-x", "d10-x", "seed-case"}) put(recorded, name);
    for (const auto* name : {"d1-x-s1", "d10-x-s1", "e1"}) put(drawn, name);
    const auto all = read_labs({(recorded / "").string(), (drawn / "").string()}, PlatformCatalog{});
    REQUIRE(all);
    std::vector<std::string> told;
    for (const auto& each : *all) told.push_back(each.name + " of " + each.origin);
    CHECK(told == std::vector<std::string>{"d1-x of ", "d10-x of ", "d1-x-s1 of d1-x", "d10-x-s1 of d10-x", "e1 of "});
    CHECK(all->back().folder == (drawn / "").string());
    CHECK_FALSE(read_labs({(recorded / "").string(), "/nonexistent"}, PlatformCatalog{}));
}
