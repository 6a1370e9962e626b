// Reminders of what is due: each once, whatever becomes of the clock and the process.
#include "store/site_facts.hpp"
#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using namespace std::chrono_literals;

namespace {

using enum IncidentState;

const DueClock kTriagedInTenHours{.contractual = {.triaged = 10h, .owners = {"security"}}, .statutory = {}};

std::size_t tell(Store& store, Timestamp now, const DueClock& clock = kTriagedInTenHours)
{
    const auto told = store.tell_due(clock, now);
    REQUIRE_MESSAGE(told, (told ? "" : told.error()));
    return *told;
}

// "50 contractual triaged security" of each, in order.
std::vector<std::string> reminders(Store& store)
{
    std::vector<std::string> all;
    const auto owed = store.owed("siem", 1'000).value();
    for (const auto& alert : owed) {
        if (alert.code != "BW-5001") continue;
        std::map<std::string, std::string> fields(alert.fields.begin(), alert.fields.end());
        all.push_back(fields["passed"] + " " + fields["basis"] + " " + fields["state"] + " " + fields["role"]);
    }
    return all;
}

CaseFile file_in(const TemporaryFolder& folder)
{
    auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    return std::move(*file);
}

void set(const TemporaryFolder& folder, IncidentState state)
{
    REQUIRE(file_in(folder).set_state("bw-1", {state, {}}, {"anna", "case 311", hour(1)}));
}

}  // namespace

TEST_CASE("each reminder is told once, over restarts, and none again when the clock is set back")
{
    const TemporaryFolder folder;
    auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")));
    CHECK(tell(*store, hour(4)) == 0);
    CHECK(tell(*store, hour(5)) == 1);
    CHECK(tell(*store, hour(5)) == 0);
    store = open_in(folder);
    CHECK(tell(*store, hour(6)) == 0);
    CHECK(tell(*store, hour(8)) == 1);
    CHECK(tell(*store, hour(1)) == 0);  // set back
    CHECK(tell(*store, hour(5)) == 0);
    store = open_in(folder);
    CHECK(tell(*store, hour(8)) == 0);
    CHECK(tell(*store, hour(10)) == 1);
    CHECK(tell(*store, hour(33)) == 0);
    CHECK(tell(*store, hour(34)) == 1);
    CHECK(reminders(*store) ==
          std::vector<std::string>{"50 contractual triaged security", "80 contractual triaged security",
                                   "100 contractual triaged security", "100 contractual triaged security"});
    CHECK(file_in(folder).verify()->wrong.empty());
}

TEST_CASE("after a long stop there is one reminder, not twenty")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")));
    CHECK(tell(*store, hour(24 * 20)) == 1);
    CHECK(tell(*store, hour(24 * 20)) == 0);
    CHECK(reminders(*store).size() == 1);
}

TEST_CASE("a state ends what was due by it; reopened, it is due again, and what was told is not repeated")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")));
    CHECK(tell(*store, hour(5)) == 1);
    set(folder, triaged);
    CHECK(tell(*store, hour(9)) == 0);
    set(folder, closed);
    set(folder, detected);
    CHECK(tell(*store, hour(5)) == 0);
    CHECK(tell(*store, hour(8)) == 1);
}

TEST_CASE("what is held, withdrawn or gone is not reminded of")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto held = incident("bw-held");
    held.incident.held = true;
    REQUIRE(store->record(held));
    REQUIRE(store->record(incident("bw-1")));
    auto withdrawn = incident("bw-1", 2);
    withdrawn.incident.finding_count = 0;
    withdrawn.incident.state = closed;
    REQUIRE(store->record(withdrawn));
    REQUIRE(store->record(incident("bw-old")));
    CHECK(tell(*store, hour(5)) == 1);
    REQUIRE(store->purge(hour(1), hour(5)));
    CHECK(tell(*store, hour(10)) == 0);
    CHECK(sql(folder / "breakwatch.db", "SELECT count(*) FROM reminders") == "0");
}

TEST_CASE("a promise is told, reminded of from when it was made, and replaced by one to the same role")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")));
    const OpeningRequest anna{"anna", "", hour(10)};
    REQUIRE(file_in(folder).make_promise("bw-1", {"customer", hour(10), hour(20)}, anna));
    CHECK(tell(*store, hour(14), {}) == 0);
    CHECK(tell(*store, hour(15), {}) == 1);
    // Today becomes tomorrow.
    REQUIRE(file_in(folder).make_promise("bw-1", {"customer", hour(16), hour(36)}, anna));
    CHECK(tell(*store, hour(25), {}) == 0);
    CHECK(tell(*store, hour(26), {}) == 1);
    const auto due = file_in(folder).due({});
    REQUIRE(due);
    REQUIRE(due->size() == 1);
    CHECK(due->front().item.due == hour(36));
    CHECK(due->front().told == 1);
    CHECK(file_in(folder).audit()->size() == 2);
    set(folder, answered);
    CHECK(tell(*store, hour(40), {}) == 0);
    const auto late = file_in(folder).make_promise("bw-1", {"customer", hour(41), hour(42)}, anna);
    REQUIRE_FALSE(late);
    CHECK(late.error().find("expected one of which an answer is still to come") != std::string::npos);
    CHECK(reminders(*store) ==
          std::vector<std::string>{"50 promise answered customer", "50 promise answered customer"});
}

TEST_CASE("what cannot be stored is told once it can, and once")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")));
    {
        const SmallFiles full(4'096);
        CHECK_FALSE(store->tell_due(kTriagedInTenHours, hour(5)));
    }
    CHECK(tell(*store, hour(5)) == 1);
    CHECK(reminders(*store).size() == 1);
}

TEST_CASE("one that is no false alarm is closed without its principal told only with a reason for that")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(incident("bw-1")));
    REQUIRE(store->record(incident("bw-2")));
    REQUIRE(store->record(incident("bw-3")));
    SiteFacts site;
    site.due.principal_notified = 4h;
    REQUIRE(record_site_facts(folder.path(), site));
    const OpeningRequest anna{"anna", "case 311", hour(1)};
    const auto refused = file_in(folder).set_state("bw-1", {closed, Verdict::confirmed}, anna);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().find("--principal-not-told") != std::string::npos);
    CHECK(file_in(folder).audit()->empty());
    CHECK(file_in(folder).set_state("bw-1", {closed, Verdict::confirmed}, anna, "it is our own line"));
    CHECK(file_in(folder).audit()->back().reason == "case 311; the principal was not told: it is our own line");
    CHECK(file_in(folder).set_state("bw-2", {closed, Verdict::false_alarm}, anna));
    CHECK(file_in(folder).set_state("bw-3", {principal_notified, {}}, anna));
    CHECK(file_in(folder).set_state("bw-3", {closed, Verdict::confirmed}, anna));
}
