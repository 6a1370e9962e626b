#include "cli/status_command.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>

#include "unit/cli/told_case.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

std::string status(const std::string& capture, const std::string& feed, const std::string& sink)
{
    return R"({"version":"0.1.0","started":"2026-11-23T08:00:00.000Z","now":"2026-11-23T10:00:00.000Z","capture":{"interface":"eth1",)"
           R"("packets":1000000,"bytes":5000000,"flows":12,"exchanges":34,"encrypted_hellos":1,"refused_full":{"flows":0},)"
           R"("not_understood":{"truncated":3,"bad_length":0},)" +
           capture + R"(},"engine":{"incidents":2,"findings":9},"feeds":[{"name":"calls:acd","taken":1200,)" + feed +
           R"(}],"sinks":[{"name":"siem","sent":7,"failures":0,"truncated":0,)" + sink +
           R"(}],"last_sequence":9,"waiting_for_store":0})";
}

const std::string kCapture = R"("up":true,"dropped_by_kernel":0,"dropped_by_interface":0)";
const std::string kFeed = R"("up":true,"refused":0,"last_event":"2026-11-23T09:59:30.000Z","last_refusal":"")";
const std::string kSink = R"("connected":true,"backlog":0,"last_error":"")";

}  // namespace

TEST_CASE("a healthy daemon fits on a screen and ends with zero")
{
    const auto outcome = tell_status(status(kCapture, kFeed, kSink), at("10:00:01"));
    CHECK(outcome.exit_code == tool_success);
    for (const auto* part : {"nothing is wrong", "eth1, up", "1 000 000", "all were seen", "truncated 3", "calls:acd",
                             "31 s ago", "siem", "connected", "last sequence number 9"})
        CHECK_MESSAGE(contains(outcome.out, part), part);
    CHECK(!contains(outcome.out, "bad_length"));
}

TEST_CASE("how often each rule was right is told with its interval, by platform where there are several")
{
    auto text = status(kCapture, kFeed, kSink);
    const std::string end = R"("waiting_for_store":0)";
    text.replace(
        text.find(end), end.size(),
        end + R"(,"verdicts":[{"rule":"post-after-call","true":3,"false":1,"unknown":2,"platforms":[)" +
            R"({"platform":"instagram","true":0,"false":0,"unknown":2},{"platform":"x","true":3,"false":1,"unknown":0}]},)" +
            R"({"rule":"story","true":9,"false":0,"unknown":0,"platforms":[{"platform":"x","true":9}]}])");
    const auto outcome = tell_status(text, at("10:00:01"));
    CHECK(outcome.exit_code == tool_success);
    for (const auto* line : {"VERDICTS         TRUE  FALSE  UNKNOWN  RIGHT      95 % INTERVAL\n",
                             "post-after-call  3     1      2        75 %       19 % to 99 %\n",
                             "  instagram      0     0      2        not known  0 % to 100 %\n",
                             "  x              3     1      0        75 %       19 % to 99 %\n",
                             "story            9     0      0        100 %      66 % to 100 %\n"})
        CHECK_MESSAGE(contains(outcome.out, line), outcome.out);
    CHECK(!contains(tell_status(status(kCapture, kFeed, kSink), at("10:00:01")).out, "VERDICTS"));
}

TEST_CASE("what cannot be seen is never nothing wrong")
{
    auto text = status(kCapture, kFeed, kSink);
    text.replace(text.find("\"capture\""), 0, R"("blind":["only one direction is seen: set the mirror to both"],)");
    const auto outcome = tell_status(text, at("10:00:01"));
    CHECK(outcome.exit_code == tool_unwell);
    CHECK(contains(outcome.out, "only one direction is seen"));
    CHECK(!contains(outcome.out, "nothing is wrong"));
}

TEST_CASE("possible posts of which half could not be judged are wrong")
{
    auto text = status(kCapture, kFeed, kSink);
    const std::string engine = R"("engine":{)";
    text.replace(text.find(engine), engine.size(), engine + R"("possible_posts":8,"unjudgeable":5,)");
    CHECK(contains(tell_status(text, at("10:00:01")).out, "5 of 8 possible posts could not be judged"));
}

TEST_CASE("how much of the enrolled devices' traffic could be named is told once there is some")
{
    auto text = status(kCapture, kFeed, kSink);
    CHECK(!contains(tell_status(text, at("10:00:01")).out, "coverage"));
    const std::string engine = R"("engine":{)";
    text.replace(text.find(engine), engine.size(),
                 engine + R"("named_bytes":700,"dns_named_bytes":200,"hidden_bytes":60,"unnamed_bytes":40,)");
    const auto told = tell_status(text, at("10:00:01")).out;
    CHECK(contains(told, "coverage"));
    CHECK(contains(told, " 90 % of "));
    CHECK(!contains(told, "named_bytes"));
}

TEST_CASE("events of nobody are counted beside each feed")
{
    CHECK(contains(tell_status(status(kCapture, R"("unmapped":77,)" + kFeed, kSink), at("10:00:01")).out, "77"));
}

TEST_CASE("a stale status says that the daemon does not run or hangs")
{
    const auto outcome = tell_status(status(kCapture, kFeed, kSink), at("10:05:00"));
    CHECK(outcome.exit_code == tool_unwell);
    CHECK(contains(outcome.out, "does not run, or hangs"));
    CHECK(contains(outcome.out, "5 min"));
}

TEST_CASE("a stale status says whether the process is gone or hangs, and what to do")
{
    auto content = status(kCapture, kFeed, kSink);
    content.insert(1, R"("pid":4711,)");
    const auto gone = tell_status(content, at("10:05:00"), [](std::uint64_t) { return false; });
    CHECK(contains(gone.out, "process 4711 is gone"));
    CHECK(contains(gone.out, "systemctl start breakwatchd"));
    const auto hangs = tell_status(content, at("10:05:00"), [](std::uint64_t pid) { return pid == 4711; });
    CHECK(contains(hangs.out, "the daemon hangs (process 4711"));
    CHECK(contains(hangs.out, "systemctl restart breakwatchd"));
}

TEST_CASE("a status that may not be read is not taken for a daemon that does not run")
{
    if (::geteuid() == 0) {
        MESSAGE("skipped: root may read everything");
        return;
    }
    char name[] = "/tmp/breakwatch-status-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(name);
    std::filesystem::permissions(folder, std::filesystem::perms::none);
    const auto outcome = run_status({.runtime = folder, .json = false});
    CHECK(outcome.exit_code == tool_failure);
    CHECK(!contains(outcome.err, "does not run"));
    CHECK(contains(outcome.err, "sudo breakwatch status"));
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(folder);
}

TEST_CASE("lost packets, a silent feed and a SIEM out of reach are each told with why")
{
    const auto outcome =
        tell_status(status(R"("up":true,"dropped_by_kernel":50000,"dropped_by_interface":0)",
                           R"("up":false,"refused":2,"last_event":null,"last_refusal":"calls.ndjson:17: t: missing")",
                           R"("connected":false,"backlog":4,"last_error":"127.0.0.1:514: connection refused")"),
                    at("10:00:01"));
    CHECK(outcome.exit_code == tool_unwell);
    for (const auto* part :
         {"packets were lost: 95.2381 % were seen", "feed calls:acd is down or silent: calls.ndjson:17",
          "4 alerts wait to be sent: 127.0.0.1:514", "CUT OFF", "never"})
        CHECK_MESSAGE(contains(outcome.out, part), part);
}

TEST_CASE("a status of another version, or no status, is not taken for a healthy one")
{
    CHECK(tell_status("{}", at("10:00:00")).exit_code == tool_unwell);
    CHECK(tell_status("not json", at("10:00:00")).exit_code == tool_failure);
    const auto gone = run_status({.runtime = "/nonexistent", .json = false});
    CHECK(gone.exit_code == tool_unwell);
    CHECK(contains(gone.err, "does not run"));
}

TEST_CASE("what a feed said cannot steer the terminal")
{
    const auto outcome = tell_status(
        status(kCapture, R"("up":false,"refused":1,"last_event":null,"last_refusal":"\u001b[2J\u202e")", kSink),
        at("10:00:01"));
    CHECK(!contains(outcome.out, "\x1b"));
    CHECK(!contains(outcome.out, "\xe2\x80\xae"));
}
