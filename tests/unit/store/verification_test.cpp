// The chain of alerts shows whoever changed the file.
#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

// Five alerts, then `change`, then what verification says, one a line.
std::string after(const std::string& change)
{
    const TemporaryFolder folder;
    {
        const auto store = open_in(folder);
        for (const auto* id : {"bw-1", "bw-2", "bw-3", "bw-4"}) REQUIRE(store->record(incident(id)));
        REQUIRE(store->record(health("down")));
    }
    if (!change.empty()) sql(folder / "breakwatch.db", change);
    const auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    const auto checked = file->verify();
    REQUIRE(checked);
    std::string all;
    for (const auto& line : checked->wrong) all += line + "\n";
    return all;
}

}  // namespace

TEST_CASE("a ledger that nobody touched verifies")
{
    CHECK(after("").empty());
}

TEST_CASE("a changed row is found by its number, whichever part was changed")
{
    CHECK(after("UPDATE alerts SET evidence = replace(evidence, '\"x\"', '\"y\"') WHERE sequence = 2") ==
          "alert 2 was changed\n");
    CHECK(after("UPDATE alerts SET text = 'nothing happened' WHERE sequence = 3") == "alert 3 was changed\n");
    CHECK(after("UPDATE alerts SET severity = 6 WHERE sequence = 4") == "alert 4 was changed\n");
    CHECK(after("UPDATE alerts SET incident = 'bw-9' WHERE sequence = 1").starts_with("alert 1 was changed\n"));
    CHECK(after("UPDATE alerts SET at = at + 1 WHERE sequence = 5") ==
          "alert 5 does not follow from the one before it\n");
}

TEST_CASE("an incident taken off the list, or set back, is found")
{
    CHECK(after("DELETE FROM incidents WHERE id = 'bw-2'") ==
          "incident bw-2 was taken off the list; alert 2 tells it\n");
    CHECK(after("UPDATE incidents SET sequence = 1 WHERE id = 'bw-2'") ==
          "incident bw-2 is listed as of alert 1; its last revision is alert 2\n");
}

TEST_CASE("a sealed identity put in the place of another is not told")
{
    const TemporaryFolder folder;
    {
        const auto store = open_in(folder);
        auto other = incident("bw-2");
        other.staff = StaffId{"s1002"};
        other.incident.subject = key_of()->pseudonym(other.staff);
        REQUIRE(store->record(incident("bw-1")));
        REQUIRE(store->record(other));
    }
    sql(folder / "breakwatch.db",
        "UPDATE incidents SET staff = (SELECT staff FROM incidents WHERE id = 'bw-2') WHERE id = 'bw-1'");
    auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    CHECK_FALSE(file->open_identity("bw-1", {"kenji", "complaint", hour(1)}, *key_of()));
    CHECK(file->open_identity("bw-2", {"kenji", "complaint", hour(1)}, *key_of()) == StaffId{"s1002"});
}

TEST_CASE("a removed row is found")
{
    CHECK(after("DELETE FROM alerts WHERE sequence = 3").starts_with("alerts 3 to 3 are missing\n"));
    CHECK(after("DELETE FROM alerts WHERE sequence = 1").starts_with("alerts 1 to 1 are missing\n"));
}

TEST_CASE("two swapped rows are found")
{
    CHECK_FALSE(after("UPDATE alerts SET sequence = 99 WHERE sequence = 2;"
                      "UPDATE alerts SET sequence = 2 WHERE sequence = 3;"
                      "UPDATE alerts SET sequence = 3 WHERE sequence = 99")
                    .empty());
}

TEST_CASE("a volunteer's device that is watched stands in the audit trail by pseudonym, and in the chain")
{
    const TemporaryFolder folder;
    REQUIRE(open_in(folder)->record(incident("bw-1")));
    auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    const auto volunteer = key_of()->pseudonym(StaffId{"s1001"});
    REQUIRE(file->record_watch(volunteer, {"kenji", "calibration of x, text_post", hour(1)}));
    const auto audit = file->audit();
    REQUIRE(audit);
    REQUIRE(audit->size() == 1);
    CHECK(audit->front().action == "device-watched");
    CHECK(audit->front().subject == volunteer.value);
    CHECK(file->verify()->wrong.empty());
    CHECK(open_in(folder)->backlog("siem") == 2);
}

TEST_CASE("an opened identity is recorded before it is told, and stands in the chain")
{
    const TemporaryFolder folder;
    REQUIRE(open_in(folder)->record(incident("bw-1")));
    auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    const auto staff = file->open_identity("bw-1", {"kenji", "customer complaint 77", hour(1)}, *key_of());
    REQUIRE(staff);
    CHECK(staff->value == "s1001");
    const auto audit = file->audit();
    REQUIRE(audit);
    REQUIRE(audit->size() == 1);
    CHECK(audit->front().who == "kenji");
    CHECK(audit->front().reason == "customer complaint 77");
    CHECK(file->verify()->wrong.empty());
    CHECK(open_in(folder)->backlog("siem") == 2);

    CHECK_FALSE(file->open_identity("bw-2", {"kenji", "x", hour(1)}, *key_of()));
    CHECK_FALSE(file->open_identity("bw-1", {"kenji", "x", hour(1)}, *key_of("another")));
    CHECK(file->audit()->size() == 1);
}
