// What is recorded is there once, whole, in order, and owed to every sink; what is older than the retention is gone.
#include "store/store.hpp"

#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

std::vector<std::uint64_t> numbers(const std::vector<Alert>& alerts)
{
    std::vector<std::uint64_t> all;
    for (const auto& alert : alerts) all.push_back(alert.sequence);
    return all;
}

}  // namespace

TEST_CASE("an incident gets the next number and is owed to every sink until delivered there")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder, {"siem", "archive"});
    CHECK(store->record(health("down")) == 1U);
    CHECK(store->record(incident("bw-1")) == 2U);
    CHECK(store->last_sequence() == 2);
    for (const auto* sink : {"siem", "archive"}) {
        const auto owed = store->owed(sink, 10);
        REQUIRE(owed);
        CHECK(numbers(*owed) == std::vector<std::uint64_t>{1, 2});
        CHECK(owed->at(1).previous == 1);
        CHECK(owed->at(1).code == "BW-1001");
    }
    REQUIRE(store->delivered("siem", 1));
    CHECK(numbers(*store->owed("siem", 10)) == std::vector<std::uint64_t>{2});
    CHECK(store->backlog("siem") == 1);
    CHECK(store->backlog("archive") == 2);
    CHECK(numbers(*store->owed("archive", 1)) == std::vector<std::uint64_t>{1});
    CHECK(numbers(*store->owed("archive", 10, 1)) == std::vector<std::uint64_t>{2});
    const std::vector<SequenceRange> both{{1, 1}, {2, 2}};
    REQUIRE(store->delivered("archive", both));
    CHECK(store->owed("archive", 10)->empty());
    CHECK(numbers(*store->owed("siem", 10)) == std::vector<std::uint64_t>{2});
}

TEST_CASE("the same revision again changes nothing and gives the old number")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")) == 1U);
    REQUIRE(store->record(health("down")) == 2U);
    CHECK(store->record(incident("bw-1")) == 1U);
    CHECK(store->last_sequence() == 2);
    CHECK(store->backlog("siem") == 2);
}

TEST_CASE("a revision that is known and says something else is stored as the next")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")) == 1U);
    auto other = incident("bw-1", 1, hour(1));
    other.incident.finding_count += 1;
    CHECK(store->record(other) == 2U);
    const auto known = store->incidents_since(hour(0));
    REQUIRE(known);
    REQUIRE(known->size() == 1);
    CHECK(known->front().incident.revision == 2);
    CHECK(store->owed("siem", 10)->at(1).code == "BW-1002");
    CHECK(store->record(incident("bw-1")) == 1U);
    CHECK(store->count_older(hour(2)) == 1U);
    CHECK(store->count_older(hour(1)) == 0U);
}

TEST_CASE("a later revision is one more alert and the same incident")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")) == 1U);
    REQUIRE(store->record(incident("bw-1", 2, hour(1))) == 2U);
    const auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    const auto all = file->incidents();
    REQUIRE(all);
    REQUIRE(all->size() == 1);
    CHECK(all->front().revision == 2);
    CHECK(store->owed("siem", 10)->at(1).code == "BW-1002");
}

TEST_CASE("reopened, the store has everything and goes on counting")
{
    const TemporaryFolder folder;
    {
        const auto store = open_in(folder);
        REQUIRE(store->record(incident("bw-1")));
        REQUIRE(store->delivered("siem", 1));
        REQUIRE(store->record(incident("bw-2", 1, hour(2))));
    }
    const auto store = open_in(folder);
    CHECK(numbers(*store->owed("siem", 10)) == std::vector<std::uint64_t>{2});
    CHECK(store->record(incident("bw-3")) == 3U);
    const auto known = store->incidents_since(hour(1));
    REQUIRE(known);
    REQUIRE(known->size() == 1);
    CHECK(known->front().incident.id == "bw-2");
    CHECK(known->front().staff == StaffId{"s1001"});
}

TEST_CASE("a sink that is new is owed what comes from now on; one that is gone is owed nothing")
{
    const TemporaryFolder folder;
    REQUIRE(open_in(folder, {"old"})->record(incident("bw-1")));
    const auto store = open_in(folder, {"new"});
    REQUIRE(store->record(incident("bw-2")));
    CHECK(numbers(*store->owed("new", 10)) == std::vector<std::uint64_t>{2});
    CHECK(store->backlog("old") == 0);
}

TEST_CASE("incident and outbox rows are one transaction: what fails in its middle leaves nothing behind")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    sql(folder / "breakwatch.db",
        "CREATE TRIGGER broken BEFORE INSERT ON incidents BEGIN SELECT RAISE(ABORT, 'broken'); END");
    const auto refused = store->record(incident("bw-1"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().find("broken while recording an incident") != std::string::npos);
    CHECK(store->last_sequence() == 0);
    CHECK(store->backlog("siem") == 0);

    sql(folder / "breakwatch.db", "DROP TRIGGER broken");
    CHECK(store->record(incident("bw-1")) == 1U);
}

TEST_CASE("a disk that takes no more is an error that loses nothing, and the incident is taken once there is room")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-0")));
    auto big = incident("bw-1");
    big.incident.reasons.assign(64, std::string(1 << 16, 'r'));
    {
        const SmallFiles limit(1 << 20);
        const auto refused = store->record(big);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("breakwatch.db") != std::string::npos);
        CHECK(store->last_sequence() == 1);
        CHECK(store->backlog("siem") == 1);
    }
    CHECK(store->record(big) == 2U);
    CHECK(CaseFile::open(folder.path())->verify()->wrong.empty());
}

TEST_CASE("the staff id is in the database sealed only")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto effect = incident("bw-1");
    effect.staff = StaffId{"STAFF-KOENIGIN-7"};
    REQUIRE(store->record(effect));
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
        CHECK(folder.read(entry.path().filename().string()).find("KOENIGIN") == std::string::npos);
    CHECK(store->incidents_since(hour(-1))->front().staff.value == "STAFF-KOENIGIN-7");
}

TEST_CASE("a database made with another key is refused, and left as it was")
{
    const TemporaryFolder folder;
    REQUIRE(open_in(folder)->record(incident("bw-1")));
    const auto other = open_store(folder.path(), {"siem"}, key_of("another key"));
    REQUIRE_FALSE(other);
    CHECK(other.error().find("identity key is not the one this database was made with") != std::string::npos);
    CHECK(open_in(folder)->last_sequence() == 1);
}

TEST_CASE("a database of a later version is refused")
{
    const TemporaryFolder folder;
    (void)open_in(folder);
    sql(folder / "breakwatch.db", "PRAGMA user_version = 999");
    const auto later = open_store(folder.path(), {"siem"}, key_of());
    REQUIRE_FALSE(later);
    CHECK(later.error().find("of a later version of breakwatch") != std::string::npos);
    CHECK(later.error().find("found 999") != std::string::npos);
}

TEST_CASE("a file that is no database, or a folder that is not there, is told")
{
    const TemporaryFolder folder;
    folder.write("breakwatch.db", std::string(8192, 'x'));
    const auto garbage = open_store(folder.path(), {"siem"}, key_of());
    REQUIRE_FALSE(garbage);
    CHECK(garbage.error().find("not a database") != std::string::npos);
    const auto nowhere = open_store(folder / "none", {"siem"}, key_of());
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().find("unable to open database file") != std::string::npos);
}

TEST_CASE("purging takes what is older than the retention, content too, and the chain still holds")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-old", 1, hour(0))));
    REQUIRE(store->record(health("down", hour(1))));
    REQUIRE(store->record(incident("bw-new", 1, hour(10))));
    // Late: an older time between younger ones loses its content and keeps its place.
    auto late = incident("bw-late", 1, hour(2));
    late.incident.reasons = {"SECRETREASON"};
    REQUIRE(store->record(late));
    REQUIRE(store->record(incident("bw-newest", 1, hour(11))));

    CHECK(store->purge(hour(5), hour(5)) == 2U);
    const auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    const auto left = file->incidents();
    REQUIRE(left);
    REQUIRE(left->size() == 2);
    CHECK(left->at(0).id == "bw-new");
    const auto checked = file->verify();
    REQUIRE(checked);
    CHECK(checked->wrong.empty());
    CHECK(checked->first == 3);
    CHECK(checked->last == 6);  // that it was purged
    CHECK(sql(folder / "breakwatch.db", "SELECT count(*) FROM alerts WHERE evidence LIKE '%SECRETREASON%'") == "0");

    // All gone, the numbers go on.
    CHECK(store->purge(hour(100), hour(100)) == 2U);
    CHECK(store->last_sequence() == 7);
    CHECK(store->record(health("up", hour(101))) == 8U);
    CHECK(file->verify()->wrong.empty());
}
