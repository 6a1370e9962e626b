#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "feeds/leases/dnsmasq_lease_table.hpp"
#include "feeds/leases/dnsmasq_leases.hpp"
#include "unit/feeds/leases/lease_truth.hpp"
#include "unit/feeds/recorded_feeds.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::string epoch(Timestamp time)
{
    return std::to_string(std::chrono::duration_cast<seconds>(time.time_since_epoch()).count());
}

// A lease of two minutes for the phone whose MAC and address end alike.
std::string line(const std::string& last, Timestamp at)
{
    return epoch(at + seconds{120}) + " 02:1a:10:00:10:" + last + " 10.77.10." + last + " name *\n";
}

}  // namespace

TEST_CASE("the bindings of recorded dnsmasq lease files are the true ones")
{
    DnsmasqLeaseTable table;
    std::vector<Lease> leases;
    std::size_t incomplete = 0;
    Timestamp last;
    for (const auto& row : read_jsonl("dnsmasq_files.jsonl")) {
        last = time(row, "at");
        const auto change = table.read(text(row, "text"), last);
        incomplete += change.complete ? 0U : 1U;
        CHECK(change.refusals.empty());
        leases.insert(leases.end(), change.leases.begin(), change.leases.end());
    }
    for (const auto& lease : table.settle(last + seconds{2})) leases.push_back(lease);
    CHECK(incomplete == 0);
    // Two clients turned up elsewhere, which the server noticed; one release was sent on the wrong
    // segment, so that dnsmasq took the address back only when the client asked for another.
    compare_with_truth(leases, "dnsmasq_bindings.jsonl", last,
                       {{"10.77.10.81 2026-11-23T16:42:18.035Z", at("16:43:06.213")},
                        {"10.77.10.82 2026-11-23T16:42:19.023Z", at("16:42:42.062")},
                        {"10.77.20.81 2026-11-23T16:43:06.197Z", at("16:43:16.020")}});
}

TEST_CASE("a file seen empty while it is written anew ends no lease")
{
    DnsmasqLeaseTable table;
    table.read(line("11", at("12:00")), at("12:00"));
    CHECK(table.read("", at("12:00:10")).leases.empty());
    CHECK(table.settle(at("12:00:12")).empty());
    CHECK(table.read(line("11", at("12:00")) + line("12", at("12:00:12")), at("12:00:12")).leases.size() == 1);
    CHECK(table.settle(at("12:01:50")).empty());
}

TEST_CASE(
    "a line that was gone when the file was next seen whole is missing since then, not since the file was seen empty")
{
    DnsmasqLeaseTable table;
    table.read(line("11", at("12:00")) + line("12", at("12:00")), at("12:00"));
    table.read("", at("12:00:10"));
    CHECK(table.read(line("12", at("12:00")), at("12:00:13")).leases.empty());
    const auto gone = table.settle(at("12:00:14"));
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].ended == at("12:00:13"));
}

TEST_CASE("a file that stays empty ends its leases when it became so")
{
    DnsmasqLeaseTable table;
    table.read(line("11", at("12:00")), at("12:00"));
    table.read("", at("12:00:10"));
    CHECK(table.settle(at("12:01:39")).empty());
    const auto gone = table.settle(at("12:01:40"));
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].ended == at("12:00:10"));
}

TEST_CASE("a half-written file changes nothing")
{
    DnsmasqLeaseTable table;
    table.read(line("11", at("12:00")) + line("12", at("12:00")), at("12:00"));
    const auto cut = line("11", at("12:01")).substr(0, 40);
    const auto change = table.read(cut, at("12:01"));
    CHECK_FALSE(change.complete);
    CHECK(change.leases.empty());
    CHECK(table.size() == 2);
}

TEST_CASE("a line that is gone ends its lease when it was first missed")
{
    DnsmasqLeaseTable table;
    table.read(line("11", at("12:00")) + line("12", at("12:00")), at("12:00"));
    CHECK(table.read(line("12", at("12:00")), at("12:00:30")).leases.empty());
    const auto gone = table.settle(at("12:00:31"));
    REQUIRE(gone.size() == 1);
    CHECK(gone[0].ip == ip("10.77.10.11"));
    CHECK(gone[0].ended == at("12:00:30"));
}

TEST_CASE("a renewal is told, an unchanged line is not")
{
    DnsmasqLeaseTable table;
    table.read(line("11", at("12:00")), at("12:00"));
    CHECK(table.read(line("11", at("12:00")), at("12:00:30")).leases.empty());
    const auto renewed = table.read(line("11", at("12:01")), at("12:01"));
    REQUIRE(renewed.leases.size() == 1);
    CHECK(renewed.leases[0].from == at("12:01"));
    CHECK(renewed.leases[0].until == at("12:03"));
}

TEST_CASE("an address that is another's now ends the lease of the one before, at once")
{
    DnsmasqLeaseTable table;
    table.read(epoch(at("13:00")) + " 02:1a:10:00:10:01 10.77.10.81 a *\n", at("12:00"));
    const auto change = table.read(epoch(at("13:00")) + " 02:1a:10:00:10:02 10.77.10.81 a *\n", at("12:30"));
    REQUIRE(change.leases.size() == 2);
    CHECK(change.leases[0].mac == mac("02:1a:10:00:10:01"));
    CHECK(change.leases[0].ended == at("12:30"));
    CHECK(change.leases[1].mac == mac("02:1a:10:00:10:02"));
}

TEST_CASE("expiry 0 is a lease without end, told once")
{
    DnsmasqLeaseTable table;
    const std::string forever = "0 02:1a:10:00:10:01 10.77.10.81 a *\n";
    const auto change = table.read(forever, at("12:00"));
    REQUIRE(change.leases.size() == 1);
    CHECK(change.leases[0].until > at("12:00") + hours{24 * 365});
    CHECK(table.read(forever, at("12:10")).leases.empty());
}

TEST_CASE("the hardware type before a MAC is passed over")
{
    DnsmasqLeaseTable table;
    const auto change = table.read(epoch(at("13:00")) + " 06-02:1a:10:00:10:01 10.77.10.81 a *\n", at("12:00"));
    REQUIRE(change.leases.size() == 1);
    CHECK(change.leases[0].mac == mac("02:1a:10:00:10:01"));
}

TEST_CASE("a DHCPv6 lease is of the MAC that the client's DHCPv4 lease has now, else of its DUID's")
{
    const auto until = epoch(at("13:00"));
    const std::string duid = "00:01:00:01:32:97:29:6c:02:1a:10:00:10:03";
    const auto six = "duid 00:01:00:01:32:97:29:67:d6:88:cd:66:19:17\n" + until + " 7 fd77:10::90 a " + duid + "\n";
    DnsmasqLeaseTable alone;
    CHECK(alone.read(six, at("12:00")).leases.at(0).mac == mac("02:1a:10:00:10:03"));
    DnsmasqLeaseTable both;
    const auto four = until + " 5a:3c:91:7e:02:1b 10.77.10.90 a ff:91:7e:02:1b:" + duid + "\n";
    CHECK(both.read(four + six, at("12:00")).leases.at(1).mac == mac("5a:3c:91:7e:02:1b"));
}

TEST_CASE("bad lines of a lease file are told once, and the others are taken")
{
    const std::vector<std::string> table{"half",
                                         "1795452258 02:1a:10:00:10:01",
                                         "7200 02:1a:10:00:10:01 10.77.10.81 a *",
                                         "99999999999999999999 02:1a:10:00:10:01 10.77.10.81 a *",
                                         "1795452258 02:1a:10:00:10 10.77.10.81 a *",
                                         "1795452258 02:1a:10:00:10:01 10.77.10 a *",
                                         "1795452258 * 10.77.10.81 a *",
                                         std::string(10'000'000, 'x')};
    for (const auto& bad : table) {
        CAPTURE(bad.substr(0, 60));
        DnsmasqLeaseTable leases;
        const auto file = line("11", at("12:00")) + bad + "\n" + line("12", at("12:00"));
        const auto change = leases.read(file, at("12:00"));
        CHECK(change.leases.size() == 2);
        REQUIRE(change.refusals.size() == 1);
        CHECK(change.refusals[0].line == 2);
        CHECK(leases.read(file, at("12:00:01")).refusals.empty());
    }
}

TEST_CASE("clock jumps of an hour in both directions lose no lease")
{
    DnsmasqLeaseTable table;
    for (const auto& now : {at("12:00"), at("13:00"), at("12:00:10"), at("11:00")}) {
        table.read(line("11", now), now);
        CHECK(table.settle(now).empty());
        CHECK(table.size() == 1);
    }
}

TEST_CASE("leases of one file are bounded")
{
    DnsmasqLeaseTable table;
    std::string file;
    const auto until = epoch(at("13:00"));
    for (std::size_t i = 0; i < DnsmasqLeaseTable::kLeases + 10; ++i) {
        file += until + " 02:1a:10:00:10:01 10." + std::to_string(i >> 16U) + "." + std::to_string(i >> 8U & 255U) +
                "." + std::to_string(i & 255U) + " a *\n";
    }
    const auto change = table.read(file, at("12:00"));
    CHECK(table.size() == DnsmasqLeaseTable::kLeases);
    CHECK(change.refusals.size() == 10);
}

TEST_CASE("a lease file is watched: written, rewritten in place, too large, gone and back")
{
    ScratchFolder folder;
    boost::asio::io_context io;
    std::vector<Lease> leases;
    std::vector<FeedState> states;
    std::vector<InputRefused> told;
    DnsmasqLeasesSettings settings;
    settings.path = folder.file("dnsmasq.leases");
    settings.poll = milliseconds{5};
    settings.largest_file = 1'000;
    const auto feed = make_dnsmasq_leases(io, settings, [&](const Observation& seen) {
        if (const auto* lease = std::get_if<Lease>(&seen)) leases.push_back(*lease);
        if (const auto* state = std::get_if<FeedState>(&seen)) states.push_back(*state);
        if (const auto* note = std::get_if<InputRefused>(&seen)) told.push_back(*note);
    });
    const auto run = [&io] {
        io.restart();
        io.run_for(milliseconds{60});
    };
    const auto now = std::chrono::system_clock::now();
    feed->start();
    run();
    REQUIRE(states.size() == 1);
    CHECK_FALSE(states[0].up);

    write_file(settings.path, line("11", now));
    run();
    write_file(settings.path, line("11", now + seconds{30}) + line("12", now));
    run();
    CHECK(leases.size() == 3);
    CHECK(states.size() == 2);

    write_file(settings.path, std::string(2'000, 'x'));
    run();
    REQUIRE(told.size() == 1);
    CHECK(told[0].what.find("larger") != std::string::npos);

    write_file(settings.path, line("11", now + seconds{60}) + line("12", now));
    run();
    CHECK(leases.size() == 4);
    CHECK(feed->status().up);
    CHECK(feed->status().taken == 4);
}
