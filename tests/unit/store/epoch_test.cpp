// No number is given twice within an epoch, whatever becomes of the database.
#include "store/epoch.hpp"

#include <filesystem>
#include <map>
#include <set>

#include "store/owe_again.hpp"
#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

namespace fs = std::filesystem;

// A receiver that drops what it has by epoch and number, and notes where two alerts had the same.
struct Receiver {
    std::map<std::pair<std::string, std::uint64_t>, std::string> has;
    bool confused = false;

    std::vector<Alert> take_from(Store& store)
    {
        const auto owed = store.owed("siem", 1'000).value();
        for (const auto& alert : owed) {
            const auto [known, first] = has.try_emplace({alert.epoch, alert.sequence}, alert.text);
            confused = confused || known->second != alert.text;
            REQUIRE(store.delivered("siem", alert.sequence));
        }
        return owed;
    }
};

fs::path database_of(const TemporaryFolder& folder)
{
    return folder.path() / "breakwatch.db";
}

// The database alone, as a person would who has it in a backup.
void put_back(const fs::path& copy, const TemporaryFolder& folder)
{
    for (const auto* log : {"breakwatch.db-wal", "breakwatch.db-shm"}) fs::remove(folder.path() / log);
    fs::copy_file(copy, database_of(folder), fs::copy_options::overwrite_existing);
}

void record(Store& store, const std::string& text)
{
    REQUIRE(store.record(health(text)));
}

}  // namespace

TEST_CASE("one epoch lasts over restarts, kills and what people record")
{
    const TemporaryFolder folder;
    Receiver receiver;
    std::set<std::string> epochs;
    for (int run = 0; run < 3; ++run) {
        const auto store = open_in(folder);
        record(*store, "run " + std::to_string(run));
        CHECK(owe_again(folder.path(), "siem", hour(9), {"alice", "receiver restored", hour(0)}) == 0U);
        for (const auto& alert : receiver.take_from(*store)) epochs.insert(alert.epoch);
        CHECK(store->epoch() == *epochs.begin());
    }
    CHECK(receiver.has.size() == 6);
    CHECK(epochs.size() == 1);
    CHECK(epochs.begin()->size() == 16);
}

TEST_CASE("an older copy that is put back goes on in another epoch, says so, and gives no number twice in one")
{
    const TemporaryFolder folder;
    const TemporaryFolder backup;
    Receiver receiver;
    {
        const auto store = open_in(folder);
        record(*store, "first");
        receiver.take_from(*store);
    }
    fs::copy_file(database_of(folder), backup.path() / "copy");
    {
        const auto store = open_in(folder);
        record(*store, "second");
        record(*store, "third");
        receiver.take_from(*store);
    }
    put_back(backup.path() / "copy", folder);
    // Whoever records first after that: the operator's tool as well as the daemon.
    CHECK(owe_again(folder.path(), "siem", hour(9), {"alice", "store restored", hour(0)}) == 0U);
    const auto store = open_in(folder);
    record(*store, "another second");
    const auto told = receiver.take_from(*store);
    REQUIRE(told.size() == 3);
    CHECK(told[0].code == "BW-3012");
    CHECK(told[0].text ==
          "store: the database ends with alert 1, and alert 3 was handed out: it was put back from an older copy, or "
          "cut; numbers go on in an epoch of their own");
    CHECK(told[0].previous == 0);
    CHECK(told[0].sequence == 2);
    CHECK(told[1].previous == 2);
    CHECK_FALSE(receiver.confused);
    CHECK(receiver.has.size() == 6);
    // What was there before keeps its epoch.
    CHECK(owe_again(folder.path(), "siem", hour(0), {"alice", "receiver restored", hour(0)}).value() > 0);
    receiver.take_from(*store);
    CHECK_FALSE(receiver.confused);
}

TEST_CASE("a tail that was cut, a database made anew, and a file beside it that is gone begin an epoch each")
{
    const TemporaryFolder folder;
    Receiver receiver;
    const auto live = [&](const std::string& text) {
        const auto store = open_in(folder);
        record(*store, text);
        const auto told = receiver.take_from(*store);
        CHECK_FALSE(receiver.confused);
        return std::pair{store->epoch(), told.front().code};
    };
    std::set<std::string> epochs{live("one").first, live("two").first};
    CHECK(epochs.size() == 1);

    sql(database_of(folder), "DELETE FROM alerts WHERE sequence = 2");
    const auto cut = live("another two");
    CHECK(cut.second == "BW-3012");

    for (const auto* file : {"breakwatch.db", "breakwatch.db-wal", "breakwatch.db-shm"})
        fs::remove(folder.path() / file);
    const auto anew = live("another one");
    CHECK(anew.second == "BW-3012");

    fs::remove(folder.path() / "handed-out");
    const auto unmarked = live("another third");
    CHECK(unmarked.second == "BW-3012");

    epochs.insert({cut.first, anew.first, unmarked.first});
    CHECK(epochs.size() == 4);
    CHECK(live("and on").second == "BW-3001");
}

TEST_CASE("a copy of the whole directory is told from the one that was written")
{
    const TemporaryFolder folder;
    const TemporaryFolder copy;
    {
        const auto store = open_in(folder);
        record(*store, "one");
        REQUIRE(store->owed("siem", 10));
    }
    for (const auto* file : {"breakwatch.db", "handed-out"}) fs::copy_file(folder.path() / file, copy.path() / file);
    CHECK(open_in(copy)->epoch() != open_in(folder)->epoch());
}

TEST_CASE("what cannot be noted as handed out is not handed out, and is owed still")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    record(*store, "one");
    {
        const SmallFiles full(16);
        CHECK_FALSE(store->owed("siem", 10));
    }
    CHECK(store->owed("siem", 10)->size() == 1);
}

TEST_CASE("a store in memory has no epoch, so that a replay says the same each time")
{
    const auto store = make_memory_store({"siem"}, key_of());
    record(*store, "one");
    CHECK(store->owed("siem", 10)->front().epoch.empty());
}
