#include "feeds/calls/asterisk/call_queue_log.hpp"

#include <doctest/doctest.h>

#include <sstream>

#include "unit/feeds/calls/call_truth.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Type = CallStatement::Type;

SaidCalls read_all(QueueLog& log, const std::string& text)
{
    SaidCalls said;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto statements = log.read(line);
        REQUIRE(statements);
        said.take(*statements);
    }
    return said;
}

CallStatements one(QueueLog& log, const std::string& line)
{
    const auto statements = log.read(line);
    REQUIRE(statements);
    return *statements;
}

}  // namespace

TEST_CASE("the queue_log of a real Asterisk gives the calls that were recorded, all of them")
{
    for (const auto* run : {"ami", "ami-b"}) {
        CAPTURE(run);
        QueueLog log;
        const auto said = read_all(log, read_file(data_path(std::string(run) + "/queue_log")));
        check_equal(said.all(), true_calls(run), 1s);
    }
}

TEST_CASE("the queue_log of a real Asterisk gives the pauses that were recorded")
{
    for (const auto* run : {"ami", "ami-b"}) {
        CAPTURE(run);
        QueueLog log;
        auto said = read_all(log, read_file(data_path(std::string(run) + "/queue_log")));
        std::erase_if(said.states,
                      [](const auto& each) { return each.type == Type::login || each.type == Type::logout; });
        const auto truth = read_jsonl(std::string(run) + "/breaks.jsonl");
        // One member was added paused, which is no event of its own in the truth.
        REQUIRE(said.states.size() == truth.size() + 1);
        CHECK(said.states.front().type == Type::pause);
        for (const auto& row : truth) {
            const auto type = row.at("paused").as_bool() ? Type::pause : Type::unpause;
            CHECK(std::ranges::count_if(said.states, [&](const auto& each) {
                      return each.type == type && each.queue == text(row, "queue") &&
                             each.agents.front() == text(row, "agent_name") && near(each.at, time(row, "at"), 1s);
                  }) == 1);
        }
    }
}

TEST_CASE("a call that a killed server left open ends when the server is back")
{
    QueueLog log;
    one(log, "1795451813|c1|support|Anna|CONNECT|1|pbx1-2|1");
    one(log, "1795451814|c2|support|Bela|CONNECT|1|pbx1-3|1");
    one(log, "1795451820|c2|support|Bela|COMPLETEAGENT|1|6|1");
    auto ends = one(log, "1795451884|NONE|NONE|NONE|QUEUESTART|");
    std::erase_if(ends, [](const auto& each) { return each.type == Type::heartbeat; });
    REQUIRE(ends.size() == 1);
    CHECK(ends[0].type == Type::call_end);
    CHECK(ends[0].id == "c1");
    CHECK(ends[0].agents.front() == "Anna");
    CHECK(ends[0].queue == "support");
    CHECK(ends[0].ended_by == "server");
    CHECK(to_rfc3339(ends[0].at) == "2026-11-23T16:38:04.000Z");
    CHECK(one(log, "1795451890|NONE|NONE|NONE|QUEUESTART|").size() == 1);
}

TEST_CASE("a call that comes back to the same agent is another call")
{
    QueueLog log;
    SaidCalls said;
    said.take(one(log, "1795451800|c1|support|Anna|CONNECT|1|leg1|1"));
    said.take(one(log, "1795451810|c1|support|Anna|BLINDTRANSFER|2007|ctx|1|10|1"));
    said.take(one(log, "1795451820|c1|sales|Anna|CONNECT|1|leg2|1"));
    said.take(one(log, "1795451830|c1|sales|Anna|COMPLETECALLER|1|10|1"));
    CHECK(said.all().size() == 2);
}

TEST_CASE("an end whose start is in a file that is gone gives the call by its talk time")
{
    QueueLog log;
    SaidCalls said;
    said.take(one(log, "1795451830|c1|sales|Anna|ATTENDEDTRANSFER|LINK|a|b|3|12|1"));
    REQUIRE(said.all().size() == 1);
    CHECK(said.all()[0].ended_by == "transfer");
    CHECK(*said.all()[0].ended - *said.all()[0].answered == 12s);
}

TEST_CASE("a repeated line repeats the same call, and an end before its start is the same call")
{
    QueueLog log;
    SaidCalls said;
    said.take(one(log, "1795451830|c1|sales|Anna|COMPLETEAGENT|3|12|1"));
    for (int i = 0; i < 2; ++i) said.take(one(log, "1795451818|c1|sales|Anna|CONNECT|1|leg1|1"));
    said.take(one(log, "1795451830|c1|sales|Anna|COMPLETEAGENT|3|12|1"));
    CHECK(said.all().size() == 1);
}

TEST_CASE("bad lines of a queue_log are refused without their values")
{
    QueueLog log;
    for (const auto* line :
         {"", "x", "1795451830||sales|Anna|CONNECT|1|leg|1", "1795451830|c1|sales||COMPLETEAGENT|1|1|1",
          "1795451830|c1|sales", "yesterday|c1|sales|Anna|CONNECT|1", "-5|c|q|a|CONNECT",
          "99999999999999999999|c|q|a|CONNECT", "1795451830x|c|q|a|CONNECT|+4930123456"}) {
        const auto refused = log.read(line);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("4930") == std::string::npos);
    }
    CHECK(one(log, "1795451830.250|c1|sales|Anna|CONNECT|1|leg|1").front().at.time_since_epoch() == 1795451830250ms);
}

TEST_CASE("calls without an end take no more room than they may")
{
    QueueLog log;
    for (std::size_t i = 0; i < QueueLog::kMostCalls + 10; ++i) {
        one(log, "1795451813|c" + std::to_string(i) + "|support|Anna|CONNECT|1|leg|1");
    }
    CHECK(one(log, "1795451884|NONE|NONE|NONE|QUEUESTART|").size() < QueueLog::kMostCalls);
}

}  // namespace breakwatch
