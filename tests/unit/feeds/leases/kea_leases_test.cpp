#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "feeds/leases/kea_lease_files.hpp"
#include "unit/feeds/leases/kea_rows.hpp"
#include "unit/feeds/leases/lease_truth.hpp"
#include "unit/feeds/recorded_feeds.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::string deletion(const std::string& address, const std::string& last, Timestamp from)
{
    return address + ",02:1a:10:00:10:" + last + ",,0," + epoch(from) + ",1,0,0,x,0,\n";
}

struct Journal {
    ScratchFolder folder;
    std::vector<Lease> leases;
    std::vector<std::string> refusals;
    KeaLeaseFiles files{path(), 64 * 1024, [this](const std::string& where, const std::string& what) {
                            refusals.push_back(where + ": " + what);
                        }};

    std::string path() const { return folder.file("kea-leases4.csv"); }
    void append(const std::string& content) { write_file(path(), content, std::ios::app); }
    void look(Timestamp now)
    {
        for (bool more = true; more;) {
            const auto seen = files.look(now);
            leases.insert(leases.end(), seen.leases.begin(), seen.leases.end());
            more = seen.more;
        }
    }
    std::vector<Lease> told() { return std::exchange(leases, {}); }
};

// Does to a folder what Kea and its clean-up did, one recorded step after the other.
class RecordedFolder {
  public:
    explicit RecordedFolder(const ScratchFolder& folder) : folder_(folder) {}

    void step(const boost::json::object& seen)
    {
        const auto file = folder_.file(text(seen, "file"));
        if (seen.contains("gone")) {
            std::filesystem::remove(file);
            return;
        }
        const auto inode = seen.at("inode").as_int64();
        const auto known = names_.find(inode);
        if (known != names_.end() && known->second != file) std::filesystem::rename(known->second, file);
        if (known == names_.end()) std::filesystem::remove(file);
        names_[inode] = file;
        const auto content = text(seen, "text");
        const auto before = known == names_.end() ? 0U : std::filesystem::file_size(file);
        write_file(file, content.substr(before), std::ios::app);
    }

    // The moment between two renames is not in the recording: the new file is listed before the old
    // one has its new name.
    static void in_true_order(std::vector<boost::json::object>& steps)
    {
        for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
            if (text(steps[i + 1], "file") == text(steps[i], "file") + ".1") std::swap(steps[i], steps[i + 1]);
        }
    }

  private:
    const ScratchFolder& folder_;
    std::map<std::int64_t, std::string> names_;
};

// `every`: only each so manieth state is looked at, as a slow reader would.
std::vector<Lease> replay(const std::string& name, std::size_t every, Timestamp& last)
{
    ScratchFolder folder;
    RecordedFolder recorded(folder);
    std::vector<std::string> refusals;
    KeaLeaseFiles files(folder.file(name), 64 * 1024, [&](const std::string& where, const std::string& what) {
        refusals.push_back(where + ": " + what);
    });
    std::vector<Lease> leases;
    auto steps = read_jsonl("kea_files.jsonl");
    std::erase_if(steps, [&name](const auto& step) { return !text(step, "file").starts_with(name); });
    RecordedFolder::in_true_order(steps);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        recorded.step(steps[i]);
        last = time(steps[i], "at");
        if (i % every != 0 && i + 1 != steps.size()) continue;
        for (bool more = true; more;) {
            const auto seen = files.look(last);
            leases.insert(leases.end(), seen.leases.begin(), seen.leases.end());
            more = seen.more;
        }
    }
    CHECK(refusals.empty());
    return leases;
}

}  // namespace

TEST_CASE("the bindings of recorded Kea journals are the true ones, through every clean-up")
{
    Timestamp last;
    auto leases = replay("kea-leases4.csv", 1, last);
    const auto v6 = replay("kea-leases6.csv", 1, last);
    leases.insert(leases.end(), v6.begin(), v6.end());
    compare_with_truth(leases, "kea_bindings.jsonl", at("16:45:52"));
}

TEST_CASE("a reader that misses whole clean-ups ends with the same leases")
{
    const auto state = [](const std::vector<Lease>& leases) {
        std::map<IpAddress, Lease> held;
        for (const auto& lease : leases) {
            if (lease.ended)
                held.erase(lease.ip);
            else
                held[lease.ip] = lease;
        }
        std::string all;
        for (const auto& [ip, lease] : held) {
            if (lease.until > at("16:45:52"))
                all += to_string(ip) + " " + to_string(lease.mac) + " " + to_rfc3339(lease.until) + "\n";
        }
        return all;
    };
    for (const std::string name : {"kea-leases4.csv", "kea-leases6.csv"}) {
        Timestamp last;
        const auto whole = state(replay(name, 1, last));
        for (const std::size_t every : {2U, 3U, 7U, 20U, 50U, 1000U}) {
            CAPTURE(every);
            CHECK(state(replay(name, every, last)) == whole);
        }
    }
}

TEST_CASE("columns are found by their names")
{
    Journal journal;
    journal.append("state,expire,extra,address,valid_lifetime,hwaddr\n0," + epoch(at("13:00")) +
                   ",a&#x2cb,10.77.10.81,3600,02:1a:10:00:10:01\n");
    journal.look(at("12:00"));
    REQUIRE(journal.leases.size() == 1);
    CHECK(journal.leases[0].mac == mac("02:1a:10:00:10:01"));
    CHECK(journal.leases[0].from == at("12:00"));
    CHECK(journal.leases[0].until == at("13:00"));
}

TEST_CASE("a release ends the lease when it is seen")
{
    Journal journal;
    journal.append(kHeader4 + row("10.77.10.50", "01", at("12:00")));
    journal.look(at("12:00:01"));
    journal.told();
    journal.append(deletion("10.77.10.50", "01", at("12:00")));
    journal.look(at("12:20"));
    const auto told = journal.told();
    REQUIRE(told.size() == 1);
    CHECK(told[0].ended == at("12:20"));
}

TEST_CASE("a release of the past, whose time no row tells, is dated as early as it can have been")
{
    Journal journal;
    journal.append(kHeader4 + row("10.77.10.50", "01", at("12:00")) + row("10.77.10.51", "02", at("12:10")) +
                   deletion("10.77.10.50", "01", at("12:00")) + row("10.77.10.52", "03", at("12:30")));
    journal.look(at("18:00"));
    const auto told = journal.told();
    REQUIRE(told.size() == 4);
    CHECK(told[2].ended == at("12:10"));
}

TEST_CASE("declined, reclaimed and released addresses are nobody's")
{
    for (const std::string state : {"1", "2", "3"}) {
        CAPTURE(state);
        Journal journal;
        journal.append(kHeader4 + row("10.77.10.50", "01", at("12:00")));
        journal.look(at("12:00:01"));
        journal.told();
        journal.append("10.77.10.50,,,3600," + epoch(at("13:30")) + ",1,0,0,," + state + ",\n");
        journal.look(at("12:30"));
        const auto told = journal.told();
        // A reclaimed lease had run out before: its end was told with it.
        CHECK(told.size() == (state == "2" ? 0U : 1U));
        if (!told.empty()) CHECK(told[0].ended == at("12:30"));
    }
}

TEST_CASE("an address that is another's now ends the lease of the one before")
{
    Journal journal;
    journal.append(kHeader4 + row("10.77.10.50", "01", at("12:00")) + row("10.77.10.50", "02", at("12:20")));
    journal.look(at("12:20:01"));
    const auto told = journal.told();
    REQUIRE(told.size() == 3);
    CHECK(told[1].mac == mac("02:1a:10:00:10:01"));
    CHECK(told[1].ended == at("12:20"));
    CHECK(told[2].mac == mac("02:1a:10:00:10:02"));
}

TEST_CASE("a DHCPv6 lease without hwaddr is of its DUID's MAC; a delegated prefix is no address")
{
    Journal journal;
    const auto until = epoch(at("13:00"));
    journal.append(kHeader6 + "fd77:10::100,00:03:00:01:02:1a:10:00:10:05,3600," + until +
                   ",1,40,0,7,128,0,0,x,,0,,,0\nfd77:10:100::,00:03:00:01:02:1a:10:00:10:05,3600," + until +
                   ",1,40,2,7,56,0,0,x,,0,,,0\n");
    journal.look(at("12:00"));
    REQUIRE(journal.leases.size() == 1);
    CHECK(journal.leases[0].mac == mac("02:1a:10:00:10:05"));
    CHECK(journal.refusals.empty());
}

TEST_CASE("a DHCPv6 row that keeps the hwaddr of the lease before it is not that device's")
{
    // As Kea 2.2 writes it when an expired lease goes to another client.
    const auto row6 = [](const std::string& duid, const std::string& hwaddr, const char* until, const char* source) {
        return "fd77:10::100," + duid + ",3600," + epoch(at(until)) + ",1,40,0,7,128,0,0,," + hwaddr + ",0,,1," +
               source + "\n";
    };
    const std::string first = "00:01:00:01:32:98:97:aa:5a:f7:2d:b0:22:d2";
    const std::string second = "00:01:00:01:32:98:98:21:02:1a:10:00:10:06";
    Journal journal;
    SUBCASE("where it was taken from the DUID, the DUID has the right one")
    {
        journal.append(kHeader6 + row6(first, "5a:f7:2d:b0:22:d2", "13:00", "2") +
                       row6(second, "5a:f7:2d:b0:22:d2", "14:00", "2"));
        journal.look(at("13:30"));
        REQUIRE(journal.leases.size() == 2);
        CHECK(journal.leases[0].mac == mac("5a:f7:2d:b0:22:d2"));
        CHECK(journal.leases[1].mac == mac("02:1a:10:00:10:06"));
        CHECK(journal.leases[1].from == at("13:00"));
    }
    SUBCASE("where it was seen on the wire, the address is nobody's, for as long as that client has it")
    {
        journal.append(kHeader6 + row6(first, "5a:f7:2d:b0:22:d2", "13:00", "4") +
                       row6("00:04:11:22", "5a:f7:2d:b0:22:d2", "14:00", "4") +
                       row6("00:04:11:22", "5a:f7:2d:b0:22:d2", "14:30", "4"));
        journal.look(at("13:30"));
        REQUIRE(journal.leases.size() == 3);
        CHECK(journal.leases[0].mac == mac("5a:f7:2d:b0:22:d2"));
        CHECK(journal.leases[1].mac.is_zero());
        CHECK(journal.leases[2].mac.is_zero());
    }
    CHECK(journal.refusals.empty());
}

TEST_CASE("a row whose end is not written yet waits for it")
{
    Journal journal;
    const auto whole = row("10.77.10.50", "01", at("12:00"));
    journal.append(kHeader4 + whole.substr(0, 30));
    journal.look(at("12:00"));
    CHECK(journal.leases.empty());
    journal.append(whole.substr(30));
    journal.look(at("12:00"));
    CHECK(journal.leases.size() == 1);
    CHECK(journal.refusals.empty());
}

TEST_CASE("bad rows are told, and those before and after are all taken")
{
    const auto until = epoch(at("13:00"));
    const std::vector<std::string> table{"10.77.10.50,02:1a:10:00:10:01,,3600",
                                         "10.77.10,02:1a:10:00:10:01,,3600," + until + ",1,0,0,x,0,",
                                         "10.77.10.50,02:1a:10,,3600," + until + ",1,0,0,x,0,",
                                         "10.77.10.50,02:1a:10:00:10:01,,-1," + until + ",1,0,0,x,0,",
                                         "10.77.10.50,02:1a:10:00:10:01,,3600,99999999999999,1,0,0,x,0,",
                                         "10.77.10.50,02:1a:10:00:10:01,,3600,12,1,0,0,x,0,",
                                         "10.77.10.50,02:1a:10:00:10:01,,3600," + until + ",1,0,0,x,77,",
                                         "10.77.10.50,02:1a:10:00:10:01,,3600," + until + ",1,0,0,comma, comma,0,",
                                         std::string(10'000'000, ',')};
    for (const auto& bad : table) {
        CAPTURE(bad.substr(0, 80));
        Journal journal;
        journal.append(kHeader4 + row("10.77.10.51", "02", at("12:00")) + bad + "\n" +
                       row("10.77.10.52", "03", at("12:00")));
        journal.look(at("12:00"));
        CHECK(journal.leases.size() == 2);
        REQUIRE(journal.refusals.size() == 1);
        CHECK(journal.refusals[0].starts_with(journal.path() + ":3: "));
    }
}

TEST_CASE("a file with another header is refused, with the column that is missing")
{
    Journal journal;
    journal.append("address,mac\n10.77.10.50,02:1a:10:00:10:01\n");
    journal.look(at("12:00"));
    CHECK(journal.leases.empty());
    REQUIRE(journal.refusals.size() == 1);
    CHECK(journal.refusals[0].find("hwaddr") != std::string::npos);
}

TEST_CASE("a truncated journal is read anew, and what it lacks has ended")
{
    Journal journal;
    journal.append(kHeader4 + row("10.77.10.50", "01", at("12:00")) + row("10.77.10.51", "02", at("12:00")));
    journal.look(at("12:00"));
    journal.told();
    write_file(journal.path(), kHeader4 + row("10.77.10.51", "02", at("12:00")));
    journal.look(at("12:10"));
    journal.look(at("12:10"));
    const auto told = journal.told();
    REQUIRE(told.size() == 1);
    CHECK(told[0].ip == ip("10.77.10.50"));
    CHECK(told[0].ended == at("12:10"));
}

TEST_CASE("files that a killed server left behind are part of the state")
{
    Journal journal;
    write_file(journal.folder.file("kea-leases4.csv.2"), kHeader4 + row("10.77.10.50", "01", at("11:00")));
    write_file(journal.folder.file("kea-leases4.csv.1"), kHeader4 + row("10.77.10.51", "02", at("11:30")));
    write_file(journal.folder.file("kea-leases4.csv.output"), kHeader4 + row("10.77.10.99", "09", at("11:30")));
    journal.append(kHeader4 + row("10.77.10.52", "03", at("12:00")));
    journal.look(at("12:00"));
    CHECK(journal.leases.size() == 3);
}
