#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "feeds/radius/radius_detail.hpp"
#include "feeds/radius/radius_detail_record.hpp"
#include "unit/feeds/recorded_feeds.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::seconds;

namespace {

struct Tail {
    ScratchFolder folder;
    boost::asio::io_context io;
    std::vector<SessionEvent> events;
    std::vector<InputRefused> told;
    std::vector<FeedState> states;
    std::unique_ptr<Feed> feed;

    explicit Tail(std::chrono::milliseconds poll = std::chrono::milliseconds{5})
    {
        RadiusDetailSettings settings;
        settings.path = path();
        settings.poll = poll;
        feed = make_radius_detail(io, settings, [this](const Observation& seen) {
            if (const auto* event = std::get_if<SessionEvent>(&seen)) events.push_back(*event);
            if (const auto* note = std::get_if<InputRefused>(&seen)) told.push_back(*note);
            if (const auto* state = std::get_if<FeedState>(&seen)) states.push_back(*state);
        });
    }
    std::string path() const { return folder.file("detail"); }
    void append(const std::string& content) { write_file(path(), content, std::ios::app); }
    void run()
    {
        io.restart();
        io.run_for(std::chrono::milliseconds{60});
    }
};

std::string start(const std::string& session)
{
    return "Mon Nov 23 16:38:38 2026\n\tAcct-Status-Type = Start\n\tUser-Name = \"s1001\"\n"
           "\tAcct-Session-Id = \"" +
           session +
           "\"\n\tNAS-Identifier = \"wlc-floor\"\n\tCalling-Station-Id = \"02-1A-10-00-10-01\"\n"
           "\tTimestamp = 1795451918\n\n";
}

DetailRecord read(const std::string& record)
{
    DetailRecordReader reader(64 * 1024);
    std::istringstream lines(record);
    std::uint64_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        if (const auto result = reader.take(line, ++number, false)) return result->value();
    }
    throw std::runtime_error("no record in the text");
}

}  // namespace

TEST_CASE("the bindings of a recorded detail file are the true ones")
{
    Tail tail(std::chrono::milliseconds{0});
    write_file(tail.path(), read_file(data_path("radius_detail")));
    tail.feed->start();
    tail.io.run();
    BindingTable table;
    table.set_enrolment(recorded_staff());
    for (const auto& event : tail.events) table.observe(event);
    auto bindings = table.all();
    // The truth is of IPv4; before an address is told there is the device alone.
    std::erase_if(bindings, [](const Binding& b) { return b.ip.family != IpAddress::Family::v4; });

    const auto truth = read_jsonl("radius_bindings.jsonl");
    std::size_t equal = 0;
    for (const auto& row : truth) {
        const auto found = std::ranges::find_if(bindings, [&](const Binding& b) {
            const bool ends = row.at("to").is_null() ? !b.to : b.to && near(*b.to, time(row, "to"), seconds{1});
            return text(row, "user").find(b.staff.value) != std::string::npos && b.mac == mac(text(row, "mac")) &&
                   b.ip == ip(text(row, "ip")) && near(b.from, time(row, "from"), seconds{1}) && ends;
        });
        CAPTURE(boost::json::serialize(row));
        CHECK(found != bindings.end());
        if (found == bindings.end()) continue;
        bindings.erase(found);
        ++equal;
    }
    CHECK(bindings.empty());
    CHECK(tail.feed->status().refused == 0);
    MESSAGE("bindings equal to the truth: " << equal << " of " << truth.size());
}

TEST_CASE("quotes and escapes are undone")
{
    const auto record = read(
        "Mon Nov 23 16:38:39 2026\n\tUser-Name = \"CC\\\\s\\\"1005\\303\\251\\t\"\n"
        "\tCalled-Station-Id = \"00-1A-1E-20-00-01:A = B\"\n\tTimestamp = 1795451919\n\n");
    CHECK(record.accounting.user_name == "CC\\s\"1005\303\251\t");
    CHECK(record.accounting.called_station == "00-1A-1E-20-00-01:A = B");
}

TEST_CASE("Event-Timestamp is read in the server's zone, whatever its abbreviation")
{
    const std::string attribute = "\tEvent-Timestamp = \"Nov 24 2026 01:38:30 JST\"\n";
    const auto tokyo = read("Tue Nov 24 01:38:39 2026\n" + attribute + "\tTimestamp = 1795451919\n\n");
    CHECK(tokyo.accounting.event_time == at("16:38:30"));
    const auto utc = read(
        "who knows\n\tEvent-Timestamp = \"Nov 23 2026 16:38:30 UTC\"\n\tTimestamp = "
        "1795451919\n\n");
    CHECK(utc.accounting.event_time == at("16:38:30"));
    const auto unknown = read("who knows\n" + attribute + "\tTimestamp = 1795451919\n\n");
    CHECK_FALSE(unknown.accounting.event_time);
    CHECK(unknown.arrival == at("16:38:39"));
}

TEST_CASE("IPv6 attributes and gigawords are read")
{
    const auto record = read(
        "x\n\tFramed-IPv6-Address = 2001:db8::7\n\tFramed-IPv6-Prefix = 2001:db8:77:a1::/64\n"
        "\tFramed-Interface-Id = 1a:10ff:fe00:1001\n\tAcct-Input-Gigawords = 3\n\tTimestamp = "
        "1795451919\n\n");
    CHECK(record.accounting.addresses == std::vector{ip("2001:db8::7")});
    CHECK(record.accounting.prefixes == std::vector{parse_subnet("2001:db8:77:a1::/64").value()});
    REQUIRE(record.accounting.interface_id);
    CHECK(record.accounting.interface_id->back() == 1);
    CHECK(record.accounting.gigawords_in == 3);
}

TEST_CASE("a record whose end is not written yet waits for it")
{
    Tail tail;
    const auto whole = start("A");
    for (std::size_t cut = 1; cut < whole.size(); cut += 37) {
        Tail torn;
        torn.append(whole.substr(0, cut));
        torn.feed->start();
        torn.run();
        CHECK(torn.events.empty());
        torn.append(whole.substr(cut));
        torn.run();
        CHECK(torn.events.size() == 1);
        CHECK(torn.told.empty());
    }
}

TEST_CASE("bad records are counted and told, and those before and after are all taken")
{
    struct Bad {
        const char* what;
        std::string record;
    };
    const std::vector<Bad> table{
        {"half a record and the next header after it", start("B").substr(0, 60)},
        {"a line of 10 MB", "Mon Nov 23 16:38:38 2026\n\tUser-Name = \"" + std::string(10'000'000, 'x') + "\"\n\n"},
        {"a first line of 10 MB", std::string(10'000'000, 'x') + "\n\tTimestamp = 1795451918\n\n"},
        {"a record of 10 MB",
         [] {
             std::string record = "Mon Nov 23 16:38:38 2026\n";
             while (record.size() < 10'000'000) record += "\tClass = 0x0102030405060708\n";
             return record + "\n";
         }()},
        {"no Timestamp", "Mon Nov 23 16:38:38 2026\n\tAcct-Status-Type = Start\n\n"},
        {"an address that is none",
         "Mon Nov 23 16:38:38 2026\n\tFramed-IP-Address = 10.77.10\n\tTimestamp = 1795451918\n\n"},
        {"not an attribute", "Mon Nov 23 16:38:38 2026\nnonsense\n\tTimestamp = 1795451918\n\n"},
        {"no session", "Mon Nov 23 16:38:38 2026\n\tAcct-Status-Type = Start\n\tTimestamp = 1795451918\n\n"},
    };
    for (const auto& bad : table) {
        CAPTURE(bad.what);
        Tail tail(std::chrono::milliseconds{0});
        write_file(tail.path(), start("A") + bad.record + start("C"));
        tail.feed->start();
        tail.io.run();
        CHECK(tail.events.size() == 2);
        CHECK(tail.feed->status().taken == 2);
        CHECK(tail.feed->status().refused == 1);
        REQUIRE(tail.told.size() == 1);
        CHECK(tail.told[0].where.starts_with(tail.path() + ":"));
    }
}

TEST_CASE("half a record at the end of a file that nobody writes any more is told")
{
    for (const auto& rest :
         {start("B").substr(0, 60), std::string("Mon Nov 23 16:38:38 2026\n"), std::string("garbage")}) {
        CAPTURE(rest);
        Tail tail(std::chrono::milliseconds{0});
        write_file(tail.path(), start("A") + rest);
        tail.feed->start();
        tail.io.run();
        CHECK(tail.events.size() == 1);
        CHECK(tail.feed->status().refused == 1);
    }
}

TEST_CASE("a rotated file is read to its end before the new one")
{
    Tail tail;
    tail.append(start("A"));
    tail.feed->start();
    tail.run();
    tail.append(start("B"));
    std::filesystem::rename(tail.path(), tail.folder.file("detail.1"));
    write_file(tail.path(), start("C"));
    tail.run();
    REQUIRE(tail.events.size() == 3);
    CHECK(tail.events[1].session_id == "B");
    CHECK(tail.events[2].session_id == "C");
    CHECK(tail.told.empty());
}

TEST_CASE("a truncated file is read again from its beginning, and a record cut in half is told")
{
    Tail tail;
    tail.append(start("A") + start("B").substr(0, 60));
    tail.feed->start();
    tail.run();
    write_file(tail.path(), start("C"));
    tail.run();
    REQUIRE(tail.events.size() == 2);
    CHECK(tail.events[1].session_id == "C");
    REQUIRE(tail.told.size() == 1);
    CHECK(tail.told[0].what.find("middle of this record") != std::string::npos);
}

TEST_CASE("a file that is not there is told, and its coming too")
{
    Tail tail;
    tail.feed->start();
    tail.run();
    REQUIRE(tail.states.size() == 1);
    CHECK_FALSE(tail.states[0].up);
    CHECK(tail.states[0].what.find("No such file") != std::string::npos);
    tail.append(start("A"));
    tail.run();
    CHECK(tail.states.size() == 2);
    CHECK(tail.events.size() == 1);
}

TEST_CASE("the same report under a new id counts once in a detail file as well")
{
    Tail tail(std::chrono::milliseconds{0});
    auto again = start("A");
    again.insert(again.find("\tTimestamp"), "\tAcct-Delay-Time = 2\n");
    again.replace(again.find("1795451918"), 10, "1795451920");
    write_file(tail.path(), start("A") + again);
    tail.feed->start();
    tail.io.run();
    CHECK(tail.events.size() == 1);
}
