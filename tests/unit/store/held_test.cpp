// Incidents that are held: kept as others are, and owed to nobody until they are raised.
#include <algorithm>

#include "unit/store/cases.hpp"

namespace breakwatch {
namespace {

using namespace test;

RecordIncident held(const std::string& id, std::uint32_t revision = 1, Timestamp raised = hour(0))
{
    auto effect = incident(id, revision, raised);
    effect.incident.held = true;
    return effect;
}

std::vector<Alert> owed(Store& store)
{
    auto alerts = store.owed("siem", 100);
    REQUIRE(alerts);
    return *alerts;
}

TEST_CASE("a held incident is kept, sealed and chained, and owed to nobody")
{
    const TemporaryFolder folder;
    auto store = open_in(folder);
    REQUIRE(store->record(held("bw-1")));
    CHECK(owed(*store).empty());
    const auto known = store->incidents_since(Timestamp::min());
    REQUIRE(known);
    REQUIRE(known->size() == 1);
    CHECK(known->front().incident.held);
    CHECK(known->front().staff == StaffId{"s1001"});
    const auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    CHECK(file->verify()->wrong.empty());
    const auto evidence = file->evidence("bw-1");
    REQUIRE(evidence);
    REQUIRE(evidence->size() == 1);
    CHECK(evidence->front().code == "BW-1005");
}

TEST_CASE("that an incident was held is part of the evidence")
{
    const TemporaryFolder folder;
    REQUIRE(open_in(folder)->record(held("bw-1")));
    sql(folder.path() / "breakwatch.db", "UPDATE alerts SET code = 'BW-1001'");
    CHECK_FALSE(CaseFile::open(folder.path())->verify()->wrong.empty());
}

TEST_CASE("a held incident that is raised is told once as new, then as a revision, and never held again")
{
    const TemporaryFolder folder;
    auto store = open_in(folder);
    REQUIRE(store->record(held("bw-1", 1)));
    REQUIRE(store->record(incident("bw-1", 2)));
    REQUIRE(store->record(held("bw-1", 3)));  // by an engine that forgot
    const auto alerts = owed(*store);
    REQUIRE(alerts.size() == 2);
    CHECK(alerts[0].code == "BW-1001");
    CHECK(alerts[1].code == "BW-1002");
    CHECK_FALSE(store->incidents_since(Timestamp::min())->front().incident.held);
    // The same as it was stored: nothing new.
    REQUIRE(store->record(held("bw-1", 3)));
    CHECK(owed(*store).size() == 2);
}

TEST_CASE("a receiver that looks for gaps finds none where incidents were held")
{
    const TemporaryFolder folder;
    auto store = open_in(folder);
    REQUIRE(store->record(held("bw-0", 1)));
    REQUIRE(store->record(health("first")));
    REQUIRE(store->record(held("bw-1", 1)));
    REQUIRE(store->record(held("bw-2", 1)));
    REQUIRE(store->record(ReportHealth{"BW-1005", Severity::informational, "alerts", "2 held", hour(1)}));
    REQUIRE(store->record(health("last")));
    REQUIRE(store->record(held("bw-3", 1)));
    const auto alerts = owed(*store);
    REQUIRE(alerts.size() == 3);
    CHECK(alerts[0].previous == 0);
    CHECK(alerts[1].previous == alerts[0].sequence);
    CHECK(alerts[2].previous == alerts[1].sequence);
    CHECK(store->last_sequence() == alerts[2].sequence);
}

TEST_CASE("what retention took away counts as told")
{
    const TemporaryFolder folder;
    auto store = open_in(folder);
    REQUIRE(store->record(health("old", hour(0))));
    REQUIRE(store->record(held("bw-1", 1, hour(40))));
    REQUIRE(store->record(health("young", hour(40))));
    REQUIRE(store->purge(hour(30), hour(40)));
    const auto alerts = owed(*store);
    REQUIRE(alerts.size() == 2);  // with the word of it
    CHECK(alerts[0].sequence == 3);
    CHECK(alerts[0].previous == 1);
    CHECK(alerts[1].previous == 3);
}

TEST_CASE("what is said of measuring survives the store")
{
    const TemporaryFolder folder;
    auto store = open_in(folder);
    auto effect = incident("bw-1");
    effect.incident.measured = false;
    effect.incident.rank = 97;
    REQUIRE(store->record(effect));
    const auto known = store->incidents_since(Timestamp::min())->front().incident;
    CHECK_FALSE(known.measured);
    CHECK(known.rank == 97U);
}

}  // namespace
}  // namespace breakwatch
