// Octets that are no UTF-8: none gets in, and a store of before that holds some gives all the rest.
#include <boost/json.hpp>

#include "policy/text.hpp"
#include "store/incident_json.hpp"
#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr const char* kShiftJis = "\x91\xe5\x8d\xe3";

// What an earlier version wrote: 'billing' and "calls:acd" in octets that are no UTF-8.
void spoil(const TemporaryFolder& folder, const std::string& id)
{
    (void)sql(
        folder / "breakwatch.db",
        "UPDATE alerts SET evidence = CAST(replace(CAST(evidence AS BLOB), CAST('billing' AS BLOB), X'91e58de3') AS "
        "TEXT), "
        "fields = CAST(replace(CAST(fields AS BLOB), CAST('x' AS BLOB), X'91') AS TEXT), text = CAST(X'91e5' AS TEXT) "
        "WHERE incident = '" +
            id + "'");
}

}  // namespace

TEST_CASE("what is no UTF-8 is replaced before it is stored, and can be read back")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto bad = incident("bw-1");
    bad.incident.call.queue = kShiftJis;
    bad.incident.duty.site = "St\xf6rung";
    bad.incident.binding.zone = "pause\x01\xff";
    bad.incident.reasons = {"cut \xe5\xa4"};
    REQUIRE(store->record(bad));
    REQUIRE(store->record(health(std::string("refused: '") + kShiftJis + "'")));
    const auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    const auto all = file->incidents();
    REQUIRE(all);
    REQUIRE(all->size() == 1);
    CHECK(all->front().call.queue == Text(kShiftJis).str());
    CHECK(all->front().duty.site == "St\ufffdrung");
    CHECK(file->spoilt().empty());
    CHECK(file->verify()->wrong.empty());
    const auto owed = store->owed("siem", 10);
    REQUIRE(owed);
    for (const auto& alert : *owed) {
        CHECK(!alert.fields.empty());
        CHECK(!first_broken(alert.text));
        for (const auto& [name, value] : alert.fields) CHECK(!first_broken(value));
    }
}

TEST_CASE("a store that holds such octets already gives every incident, the spoilt one with what can be read")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    for (const auto* id : {"bw-1", "bw-2", "bw-3"}) REQUIRE(store->record(incident(id)));
    spoil(folder, "bw-2");
    const auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    const auto all = file->incidents();
    REQUIRE(all);
    REQUIRE(all->size() == 3);
    CHECK(!first_broken(to_json(all->at(1))));
    CHECK(all->at(1).id == "bw-2");
    CHECK(all->at(1).call.queue == Text(kShiftJis).str());
    CHECK(store->incidents_since(hour(-1))->size() == 3);
    CHECK(file->verify()->wrong == std::vector<std::string>{"alert 2 was changed"});
    const auto owed = store->owed("siem", 10);
    REQUIRE(owed);
    REQUIRE(owed->size() == 3);
    CHECK(owed->at(1).fields.front().second == "bw-2");
    CHECK(!first_broken(owed->at(1).text));
}

TEST_CASE("a row that cannot be read at all is named, and takes no other away")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    for (const auto* id : {"bw-1", "bw-2", "bw-3"}) REQUIRE(store->record(incident(id)));
    (void)sql(folder / "breakwatch.db",
              "UPDATE alerts SET evidence = '{\"id\":', fields = '[[', text = '' WHERE incident = 'bw-2'");
    const auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    CHECK(file->incidents()->size() == 2);
    REQUIRE(file->spoilt().size() == 1);
    CHECK(file->spoilt().front().find("bw-2 cannot be read back") != std::string::npos);
    CHECK(!file->incident("bw-2"));
    CHECK(file->incident("bw-3")->has_value());
    std::vector<std::string> told;
    CHECK(store->incidents_since(hour(-1), [&](const std::string& what) { told.push_back(what); })->size() == 2);
    CHECK(told.size() == 1);
    // Its alert is owed all the same, and blocks nothing behind it.
    const auto owed = store->owed("siem", 10);
    REQUIRE(owed->size() == 3);
    CHECK(owed->at(1).fields.front().first == "note");
    CHECK(owed->at(2).fields.front().second == "bw-3");
}

TEST_CASE("a spoilt entry of the audit trail hides no other")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")));
    auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    REQUIRE(file->set_state("bw-1", {IncidentState::triaged, {}}, {"anna", "case 311, \x91\xe5", hour(1)}));
    REQUIRE(file->set_state("bw-1", {IncidentState::answered, {}}, {"anna", "case 311 is answered", hour(2)}));
    CHECK(!first_broken(file->audit()->front().reason));
    (void)sql(folder / "breakwatch.db", "UPDATE alerts SET evidence = '{' WHERE sequence = 2");
    const auto entries = file->audit();
    REQUIRE(entries);
    REQUIRE(entries->size() == 2);
    CHECK(entries->front().action == "unreadable");
    CHECK(file->incident("bw-1")->value().state == IncidentState::answered);
}
