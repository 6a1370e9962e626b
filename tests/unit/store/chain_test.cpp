// The chain against signed heads, its own and the SIEM's: what somebody with the file, or with the key, can change.
#include "store/ledger.hpp"
#include "unit/store/signed_chain.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

// Six incidents, a head signed after the third and after the last; what the SIEM has of it.
std::string fill(const TemporaryFolder& folder, const std::string& material = "a chain key for tests",
                 const std::string& names = "bw-")
{
    const auto store = open_signing(folder, material);
    for (int i = 1; i <= 6; ++i) {
        REQUIRE(store->record(incident(names + std::to_string(i))));
        if (i == 3) REQUIRE(store->sign(hour(1)));
    }
    REQUIRE(store->sign(hour(2)));
    return heads_at_siem(*store);
}

void change(const TemporaryFolder& folder, const std::string& text)
{
    sql(folder / "breakwatch.db", text);
}

}  // namespace

TEST_CASE("a chain that nobody touched is signed to its end, and is the one whose heads the SIEM has")
{
    const TemporaryFolder folder;
    const auto siem = fill(folder);
    const auto checked = verify_with(folder, siem);
    CHECK(first_wrong(checked).empty());
    CHECK(checked.key == chain_key_of()->public_key().hex());
    CHECK(checked.heads == 3);  // the first of an empty store
    CHECK(checked.signed_to == 6);
    CHECK(checked.signed_at == hour(2));
    CHECK(checked.outside == 6);
    CHECK(checked.outside_equal == 6);
    CHECK(checked.outside_last == 6);
}

TEST_CASE("an alert that is emptied as retention does shows, its incident deleted or not")
{
    for (const auto* all : {"", "DELETE FROM incidents WHERE sequence = 2;"}) {
        const TemporaryFolder folder;
        fill(folder);
        change(folder,
               std::string("UPDATE alerts SET fields = '[]', text = '', evidence = '' WHERE sequence = 2;") + all);
        CHECK(first_wrong(verify_with(folder)) == "alert 2 was emptied: no purge is recorded");
    }
}

TEST_CASE("a chain whose begin was moved shows")
{
    const TemporaryFolder folder;
    fill(folder);
    change(folder,
           "INSERT INTO meta VALUES ('anchor-sequence', '3'), ('anchor-hash', (SELECT hash FROM alerts WHERE sequence "
           "= 3));"
           "DELETE FROM incidents WHERE sequence <= 3; DELETE FROM outbox WHERE sequence <= 3; DELETE FROM alerts "
           "WHERE sequence <= 3");
    CHECK(first_wrong(verify_with(folder)) == "alerts 1 to 3 are missing: no purge is recorded");
}

TEST_CASE("an end that was cut off shows by the head that was signed over it, and by those that the SIEM has")
{
    const TemporaryFolder folder;
    const auto siem = fill(folder);
    change(folder,
           "DELETE FROM incidents WHERE sequence > 4; DELETE FROM outbox WHERE sequence > 4; DELETE FROM alerts WHERE "
           "sequence > 4");
    CHECK(first_wrong(verify_with(folder)).starts_with("alerts 5 to 6 are missing: their head was signed at"));
    change(folder, "DELETE FROM heads WHERE sequence > 4");
    CHECK(first_wrong(verify_with(folder)).empty());
    CHECK(
        first_wrong(verify_with(folder, siem)).starts_with("alerts 5 to 6 are missing: their heads are kept outside"));
}

TEST_CASE(
    "a chain that was written anew and signed with the same key shows by the SIEM's heads, from the first that differs")
{
    const TemporaryFolder folder;
    std::string siem;
    {
        const auto store = open_signing(folder);
        for (const auto* id : {"bw-1", "bw-2", "bw-3"}) REQUIRE(store->record(incident(id)));
        siem = heads_at_siem(*store);
    }
    change(folder,
           "DELETE FROM incidents WHERE sequence > 1; DELETE FROM outbox; DELETE FROM heads; DELETE FROM alerts WHERE "
           "sequence > 1");
    {
        const auto store = open_signing(folder);
        for (const auto* id : {"bw-8", "bw-9", "bw-10"}) REQUIRE(store->record(incident(id)));
        REQUIRE(store->sign(hour(3)));
    }
    CHECK(first_wrong(verify_with(folder)).empty());
    const auto checked = verify_with(folder, siem);
    CHECK(first_wrong(checked).starts_with("from alert 2 on this is not the chain whose heads are kept outside"));
    CHECK(first_wrong(checked).ends_with("up to alert 1 they agree"));
}

TEST_CASE("an older copy that was put back shows, whether it went on or not")
{
    const TemporaryFolder folder;
    const TemporaryFolder copy;
    std::string siem;
    {
        const auto store = open_signing(folder);
        REQUIRE(store->record(incident("bw-1")));
        REQUIRE(store->sign(hour(1)));
        change(folder, "VACUUM INTO '" + (copy / "breakwatch.db").string() + "'");
        REQUIRE(store->record(incident("bw-2")));
        siem = heads_at_siem(*store);
    }
    CHECK(first_wrong(verify_with(copy, siem)).starts_with("alerts 2 to 2 are missing: their heads are kept outside"));
    REQUIRE(open_signing(copy)->record(incident("bw-3")));
    CHECK(first_wrong(verify_with(copy, siem)).starts_with("from alert 2 on this is not the chain"));
}

TEST_CASE("a chain that was signed anew with another key shows by the key on paper, and by the SIEM's heads")
{
    const TemporaryFolder folder;
    const TemporaryFolder other;
    const auto siem = fill(folder);
    fill(other, "the key of somebody else", "bw-9");
    CHECK(first_wrong(verify_with(other)).empty());
    CHECK(first_wrong(verify_with(other, "", chain_key_of()->public_key()))
              .starts_with("the database says that its heads are signed with key"));
    CHECK(first_wrong(verify_with(other, siem)).find("are not signed with key") != std::string::npos);
}

TEST_CASE("heads that were taken away, changed or made up show")
{
    const TemporaryFolder folder;
    fill(folder);
    std::filesystem::copy_file(folder / "breakwatch.db", folder / "kept.db");
    const auto back = [&] {
        std::filesystem::copy_file(folder / "kept.db", folder / "breakwatch.db",
                                   std::filesystem::copy_options::overwrite_existing);
    };
    change(folder, "DELETE FROM heads");
    CHECK(first_wrong(verify_with(folder)).starts_with("no signed head is kept"));
    back();
    change(folder, "UPDATE heads SET signature = zeroblob(64) WHERE sequence = 3");
    CHECK(first_wrong(verify_with(folder)).starts_with("the head of alert 3 that is kept is not signed with key"));
    back();
    change(folder, "UPDATE heads SET at = at + 1 WHERE sequence = 3");
    CHECK(first_wrong(verify_with(folder)).starts_with("the head of alert 3 that is kept is not signed with key"));
    back();
    change(folder, "DELETE FROM heads WHERE sequence = 3");
    CHECK(first_wrong(verify_with(folder)) ==
          "a head that was signed before that of alert 6 is missing: that of alert 3");
    back();
    change(folder, "DELETE FROM meta WHERE key = 'chain-key'");
    REQUIRE(ChainKey::open_or_make(folder.path()));
    CHECK(first_wrong(verify_with(folder)).starts_with("the database does not say with which key"));
    back();
    change(folder, "UPDATE meta SET value = 'x' WHERE key = 'chain-key'");
    CHECK(first_wrong(verify_with(folder)) == "store: the key that its heads are signed with is none: it was changed");
}

TEST_CASE("a store has a signed head from its first moment, and without one it was changed")
{
    const TemporaryFolder folder;
    open_signing(folder);
    CHECK(first_wrong(verify_with(folder)).empty());
    change(folder, "DELETE FROM heads");
    CHECK(first_wrong(verify_with(folder)).starts_with("no signed head is kept"));
}

TEST_CASE("a store is signed with one key only")
{
    const TemporaryFolder folder;
    fill(folder);
    const auto other = open_store(folder.path(), {"siem"}, key_of(), chain_key_of("another"));
    REQUIRE_FALSE(other);
    CHECK(other.error().starts_with("store: the chain key is not the one"));
}

TEST_CASE(
    "what retention took away is told by a record of its own, which names the cutoff; heads of before are no fault")
{
    const TemporaryFolder folder;
    std::string siem;
    {
        const auto store = open_signing(folder);
        REQUIRE(store->record(incident("bw-old", 1, hour(0))));
        REQUIRE(store->record(incident("bw-new", 1, hour(50))));
        REQUIRE(store->record(incident("bw-late", 1, hour(1))));
        REQUIRE(store->record(incident("bw-last", 1, hour(60))));
        REQUIRE(store->sign(hour(60)));
        siem = heads_at_siem(*store);
        REQUIRE(store->purge(hour(40), hour(70)) == 2U);
        REQUIRE(store->sign(hour(71)));
    }
    const auto checked = verify_with(folder, siem);
    CHECK(first_wrong(checked).empty());
    CHECK(checked.first == 2);
    CHECK(checked.last == 5);
    CHECK(checked.signed_to == 5);
    const auto audit = CaseFile::open(folder.path())->audit();
    REQUIRE(audit);
    REQUIRE(audit->size() == 1);
    CHECK(audit->front().action == "purged");
    CHECK(audit->front().subject == "2 incidents, 2 records");
    change(folder, "UPDATE alerts SET fields = '[]', text = '', evidence = '' WHERE sequence = 2");
    CHECK(first_wrong(verify_with(folder)) ==
          "alert 2 was emptied: the last purge that is recorded (alert 5) did not take that away");
}

TEST_CASE("retention of nothing but alerts waits until a day of them is due")
{
    const TemporaryFolder folder;
    const auto store = open_signing(folder);
    REQUIRE(store->record(health("down", hour(0))));
    REQUIRE(store->purge(hour(23), hour(23)) == 0U);
    CHECK(store->last_sequence() == 1);
    REQUIRE(store->purge(hour(25), hour(25)) == 0U);
    CHECK(store->last_sequence() == 2);
    REQUIRE(store->purge(hour(26), hour(26)) == 0U);
    CHECK(store->last_sequence() == 2);
}

TEST_CASE("what a version before took away for its age is recorded when its database is taken over")
{
    const TemporaryFolder folder;
    {
        const auto store = open_in(folder);
        for (const auto* id : {"bw-1", "bw-2", "bw-3"}) REQUIRE(store->record(incident(id)));
    }
    change(folder,
           "DELETE FROM incidents WHERE sequence < 3; UPDATE alerts SET fields = '[]', text = '', evidence = '' WHERE "
           "sequence = 2; INSERT INTO meta VALUES ('anchor-sequence', '1'), ('anchor-hash', (SELECT hash FROM alerts "
           "WHERE sequence = 1)); DELETE FROM outbox WHERE sequence = 1; DELETE FROM alerts WHERE sequence = 1; DROP "
           "TABLE heads; DROP TABLE sealed_identities; DROP TABLE opening_requests; DROP TABLE opening_approvals; "
           "PRAGMA user_version = 5");
    REQUIRE(open_signing(folder)->sign(hour(9)));
    const auto checked = verify_with(folder);
    CHECK(first_wrong(checked).empty());
    CHECK(checked.last == 4);
    CHECK(checked.signed_to == 4);
}
