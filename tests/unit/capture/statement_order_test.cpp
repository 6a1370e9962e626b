#include "capture/statement_order.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

// What was said, by a word or a sum.
struct Heard final : StatementSink {
    std::vector<std::string> words;

    void take(Statement&& statement, std::uint64_t) override
    {
        if (const auto* said = std::get_if<SuspicionSaid>(&statement)) words.emplace_back(said->what);
        if (const auto* said = std::get_if<VolumeSaid>(&statement))
            words.push_back(to_string(said->volume.device.ip) + " vlan " + std::to_string(said->volume.device.vlan) +
                            " up " + std::to_string(said->volume.up) + " down " + std::to_string(said->volume.down));
    }
};

Statement word(std::string_view what)
{
    return SuspicionSaid{.kind = Suspicion::Kind::flood, .what = what, .at = at("09:00")};
}

Statement volume(const char* address, std::uint16_t vlan, std::uint64_t up, std::uint64_t since)
{
    VolumeSaid said;
    said.volume.device.ip = ip(address);
    said.volume.device.vlan = vlan;
    said.volume.from = at("09:00");
    said.volume.up = up;
    said.volume.down = 1;
    said.since = since;
    return said;
}

}  // namespace

TEST_CASE("what several sensors said is told by packet, what time ended before what the packet shows")
{
    std::vector<std::vector<StatementRecord::Said>> records;
    StatementRecord first;
    first.at(3, Phase::packet);
    first.take(word("third"), 9);
    first.take(word("third, and then"), 1);
    first.at(7, Phase::flows_ended);
    first.take(word("flow 5 ends"), 5);
    first.at(7, Phase::packet);
    first.take(word("seventh"), 0);
    StatementRecord second;
    second.at(2, Phase::packet);
    second.take(word("second"), 0);
    second.at(7, Phase::flows_ended);
    second.take(word("flow 4 ends"), 4);
    second.at(7, Phase::time_passed);
    second.take(word("silence"), 1);
    records = {first.said(), second.said()};
    Heard heard;
    tell_in_order(records, heard);
    CHECK(heard.words == std::vector<std::string>{"second", "third", "third, and then", "flow 4 ends", "flow 5 ends",
                                                  "silence", "seventh"});
    CHECK(records[0].empty());
}

TEST_CASE("parts of a slice's volume are told as their sum, with the place that the device was seen in first")
{
    std::vector<std::vector<StatementRecord::Said>> records;
    StatementRecord first;
    first.at(9, Phase::time_passed);
    first.take(word("silence"), 1);
    first.take(volume("10.77.20.6", 0, 5, 1), 0);
    first.take(volume("10.77.20.7", 20, 100, 8), 0);
    first.at(9, Phase::packet);
    first.take(word("ninth"), 0);
    StatementRecord second;
    second.at(9, Phase::time_passed);
    second.take(volume("10.77.20.7", 10, 11, 4), 0);
    records = {first.said(), second.said()};
    Heard heard;
    tell_in_order(records, heard);
    CHECK(heard.words == std::vector<std::string>{"silence", "10.77.20.6 vlan 0 up 5 down 1",
                                                  "10.77.20.7 vlan 10 up 111 down 2", "ninth"});
}
