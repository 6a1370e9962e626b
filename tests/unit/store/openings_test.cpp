// Two people open a name: what is sealed, approved and opened, and what is refused.
#include <fstream>
#include <iterator>

#include "policy/event_catalogue.hpp"
#include "store/opening_table.hpp"
#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr PassphraseCost kCheap{1, 8192};
constexpr Duration kDay = std::chrono::hours{24};

// Anna, bob and carol, and a store that seals to them.
struct Three {
    OpenerSecret anna = OpenerSecret::make();
    OpenerSecret bob = OpenerSecret::make();
    OpenerSecret carol = OpenerSecret::make();
    TemporaryFolder folder;

    std::vector<Opener> all() const
    {
        return {{"anna", to_string(anna.key())}, {"bob", to_string(bob.key())}, {"carol", to_string(carol.key())}};
    }
    std::unique_ptr<Store> open() const { return open_store(folder.path(), {"siem"}, key_of(), {}, all()).value(); }
    std::filesystem::path file() const { return folder.path() / "breakwatch.db"; }
    CaseFile cases() const { return CaseFile::open(folder.path()).value(); }
    OpeningAsk ask(const std::string& id) const
    {
        auto file = cases();
        const auto made = file.ask_opening(id, {"root", "complaint 311", hour(1)}, hour(1) + kDay);
        REQUIRE_MESSAGE(made, (made ? "" : made.error()));
        return *made;
    }
    std::string bring(const Approval& approval, Timestamp at = hour(2)) const
    {
        auto file = cases();
        const auto brought = file.bring_approval(approval, {"root", "", at});
        return brought ? "" : brought.error();
    }
    // Who it is about, or why that is not told.
    std::string open_name(const std::string& id, Timestamp at = hour(3)) const
    {
        auto file = cases();
        const auto staff = file.open_approved(id, "root", at, *key_of());
        return staff ? staff->value : staff.error();
    }
};

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("any two of three openers open a name, with their approval on record and told, and a request opens once")
{
    const Three three;
    const auto store = three.open();
    REQUIRE(store->record(incident("bw-1")));
    const std::vector<const OpenerSecret*> people{&three.anna, &three.bob, &three.carol};
    for (const auto& [one, other] : {std::pair{0, 1}, std::pair{2, 0}, std::pair{1, 2}}) {
        // As it travels: by its text.
        const auto ask = opening_ask_from_json(to_json(three.ask("bw-1"))).value();
        CHECK(has(three.open_name("bw-1"), "nobody approved yet"));
        for (const auto number : {one, other}) {
            const auto given = approve(ask, *people[static_cast<std::size_t>(number)], hour(2));
            REQUIRE(given);
            CHECK(three.bring(approval_from_json(to_json(*given)).value()) == "");
        }
        CHECK(three.open_name("bw-1") == "s1001");
        CHECK(has(three.open_name("bw-1"), "nobody asks to open bw-1"));
    }
    const auto audit = three.cases().audit().value();
    REQUIRE(audit.size() == 12);
    CHECK(audit[0].action == "identity-asked");
    CHECK(audit[1].action == "identity-approved");
    CHECK(audit[1].openers == "anna");
    CHECK(audit[3].action == "identity-opened");
    CHECK(audit[3].openers == "anna and bob");
    CHECK(audit[3].reason == "complaint 311");
    const auto told = store->owed("siem", 5).value();
    CHECK(told[1].code == event::kOpeningAsked.code);
    CHECK(told[2].code == event::kOpeningApproved.code);
    CHECK(told[4].code == event::kOpened.code);
    CHECK(three.cases().verify()->wrong.empty());
}

TEST_CASE("one person alone opens nothing that is sealed to openers: not by the key, and not by approving twice")
{
    const Three three;
    const auto store = three.open();
    REQUIRE(store->record(incident("bw-1")));
    auto file = three.cases();
    const auto alone = file.open_identity("bw-1", {"root", "why", hour(1)}, *key_of());
    REQUIRE(!alone);
    CHECK(has(alone.error(), "is sealed to anna, bob and carol, of whom two have to approve"));
    const auto ask = three.ask("bw-1");
    CHECK(three.bring(*approve(ask, three.anna, hour(2))) == "");
    CHECK(has(three.bring(*approve(ask, three.anna, hour(2))), "anna approved of request"));
    CHECK(has(three.open_name("bw-1"), "only anna approved; expected two different openers"));
    CHECK(has(approve(ask, OpenerSecret::make(), hour(2)).error(), "is of none of the openers"));
}

TEST_CASE("an approval is of one request, one incident and its time")
{
    const Three three;
    const auto store = three.open();
    REQUIRE(store->record(incident("bw-1")));
    REQUIRE(store->record(incident("bw-2")));
    const auto first = three.ask("bw-1");
    const auto other = three.ask("bw-2");
    auto turned = *approve(first, three.anna, hour(2));
    turned.request = other.id;
    turned.incident = "bw-2";
    CHECK(has(three.bring(turned), "its signature does not hold"));
    auto reworded = first;
    reworded.reason = "something else";
    CHECK(has(three.bring(*approve(reworded, three.anna, hour(2))), "another wording"));
    // Shown bw-1, and given the boxes of bw-2.
    auto exchanged = first;
    exchanged.identity = other.identity;
    CHECK(has(approve(exchanged, three.anna, hour(2)).error(), "are of another incident than bw-1"));

    CHECK(has(approve(first, three.anna, hour(26)).error(), "ended at"));
    const auto late = approve(first, three.anna, hour(2));
    CHECK(three.bring(*late) == "");
    CHECK(three.bring(*approve(first, three.bob, hour(2))) == "");
    CHECK(has(three.open_name("bw-1", hour(26)), "the request's time is over"));
    CHECK(has(three.bring(*late, hour(26)), "the request's time is over"));
}

TEST_CASE("a changed approval or box is found, and nobody is named")
{
    const Three three;
    const auto store = three.open();
    REQUIRE(store->record(incident("bw-1")));
    REQUIRE(store->record(incident("bw-2")));
    const auto ask = three.ask("bw-1");
    const auto given = *approve(ask, three.anna, hour(2));
    for (auto change : std::vector<void (*)(Approval&)>{[](Approval& each) { each.shares[40] ^= 1; },
                                                        [](Approval& each) { each.signature[5] ^= 1; },
                                                        [](Approval& each) { each.at += std::chrono::seconds{1}; },
                                                        [](Approval& each) { each.opener.name = "bob"; }}) {
        auto changed = given;
        change(changed);
        CHECK(three.bring(changed) != "");
    }
    auto cut = to_json(given);
    cut.resize(cut.size() / 2);
    CHECK(has(approval_from_json(cut).error(), "cut or changed"));

    CHECK(three.bring(given) == "");
    CHECK(three.bring(*approve(ask, three.bob, hour(2))) == "");
    sql(three.file(),
        "UPDATE sealed_identities SET sealed = (SELECT sealed FROM sealed_identities WHERE incident = "
        "'bw-2') WHERE incident = 'bw-1'");
    CHECK(has(three.open_name("bw-1"), "was changed"));
    sql(three.file(), "UPDATE sealed_identities SET sealed = '{}' WHERE incident = 'bw-1'");
    CHECK(has(three.open_name("bw-1"), "cannot be read back"));
    // Nor by taking the seal away: what the key opens is gone.
    REQUIRE(store->tidy_memory(hour(80), {}));
    sql(three.file(), "DELETE FROM sealed_identities");
    auto file = three.cases();
    CHECK(!file.open_identity("bw-1", {"root", "why", hour(40)}, *key_of()));
}

TEST_CASE(
    "what the identity key can open is gone once nothing can extend the incident, and comes with a later revision")
{
    const Three three;
    auto store = three.open();
    REQUIRE(store->record(incident("bw-1")));
    REQUIRE(store->tidy_memory(hour(71), {}));
    CHECK(store->incidents_since(hour(-1))->front().staff.value == "s1001");
    REQUIRE(store->tidy_memory(hour(73), {}));
    CHECK(store->incidents_since(hour(-1))->front().staff.value.empty());
    CHECK(sql(three.file(), "SELECT length(staff) FROM incidents") == "0");
    REQUIRE(store->record(incident("bw-1", 2, hour(74))));
    CHECK(store->incidents_since(hour(-1))->front().staff.value == "s1001");
    // The boxes are the first's all the same.
    CHECK(sql(three.file(), "SELECT count(*) FROM sealed_identities") == "1");
    const auto ask = three.ask("bw-1");
    CHECK(three.bring(*approve(ask, three.anna, hour(2))) == "");
    CHECK(three.bring(*approve(ask, three.bob, hour(2))) == "");
    CHECK(three.open_name("bw-1") == "s1001");
    REQUIRE(store->purge(hour(90), hour(90)) == 1U);
    CHECK(sql(three.file(), "SELECT count(*) FROM sealed_identities") == "0");
}

TEST_CASE("who is an opener no more still opens the incidents of his time, and none of later")
{
    const Three three;
    REQUIRE(three.open()->record(incident("bw-1")));
    const auto dora = OpenerSecret::make();
    const auto store = open_store(three.folder.path(), {"siem"}, key_of(), {},
                                  {{"carol", to_string(three.carol.key())}, {"dora", to_string(dora.key())}})
                           .value();
    REQUIRE(store->record(incident("bw-1", 2)));
    REQUIRE(store->record(incident("bw-2")));
    const auto old = three.ask("bw-1");
    CHECK(three.bring(*approve(old, three.anna, hour(2))) == "");
    CHECK(three.bring(*approve(old, three.bob, hour(2))) == "");
    CHECK(!approve(old, dora, hour(2)));
    CHECK(three.open_name("bw-1") == "s1001");
    CHECK(!approve(three.ask("bw-2"), three.anna, hour(2)));
}

TEST_CASE("a store of before, and one without openers, opens by one person with a reason")
{
    const Three three;
    REQUIRE(open_in(three.folder)->record(incident("bw-1")));
    sql(three.file(),
        "DROP TABLE sealed_identities; DROP TABLE opening_requests; DROP TABLE opening_approvals; PRAGMA "
        "user_version = 6");
    auto file = three.cases();
    CHECK(file.open_identity("bw-1", {"root", "why", hour(1)}, *key_of()) == StaffId{"s1001"});
    CHECK(has(file.ask_opening("bw-1", {"root", "why", hour(1)}, hour(2)).error(), "earlier version"));
    const auto store = three.open();
    REQUIRE(store->tidy_memory(hour(80), {}));
    CHECK(file.open_identity("bw-1", {"root", "why", hour(1)}, *key_of()) == StaffId{"s1001"});
    CHECK(has(file.ask_opening("bw-1", {"root", "why", hour(1)}, hour(2)).error(), "is sealed to no openers"));
}

TEST_CASE("no file of the state directory has the staff id, or what one opener and the identity key could read it by")
{
    const Three three;
    auto store = three.open();
    REQUIRE(store->record(incident("bw-1")));
    (void)three.ask("bw-1");
    REQUIRE(store->tidy_memory(hour(80), {}));
    store.reset();
    for (const auto& each : std::filesystem::directory_iterator(three.folder.path())) {
        std::ifstream in(each.path(), std::ios::binary);
        const std::string content(std::istreambuf_iterator<char>(in), {});
        CHECK(!has(content, "s1001"));
    }
    CHECK(sql(three.file(), "SELECT count(*) FROM incidents WHERE staff <> x''") == "0");
    CHECK(sql(three.file(), "SELECT count(*) FROM opening_requests") == "0");
}

TEST_CASE("a key file opens with its passphrase alone, and a changed one is told")
{
    const auto secret = OpenerSecret::make();
    const auto content = secret.lock("correct horse battery", kCheap);
    CHECK(OpenerSecret::unlock(content, "correct horse battery")->key() == secret.key());
    CHECK(has(OpenerSecret::unlock(content, "correct horse").error(), "the passphrase is wrong"));
    auto changed = content;
    changed[changed.find("\"sealed\":\"") + 60] ^= 1;
    CHECK(!OpenerSecret::unlock(changed, "correct horse battery"));
    auto of_another = content;
    of_another.replace(of_another.find("bwo1-"), to_string(secret.key()).size(), to_string(OpenerSecret::make().key()));
    CHECK(has(OpenerSecret::unlock(of_another, "correct horse battery").error(), "was changed"));
    auto greedy = content;
    greedy.replace(greedy.find("8192"), 4, "99999999999999");
    CHECK(has(OpenerSecret::unlock(greedy, "correct horse battery").error(), "is no opener's key file"));
    CHECK(!OpenerSecret::unlock("", "x"));
}

TEST_CASE("a public key typed from paper is taken as it was printed, and with no digit wrong")
{
    const auto key = OpenerSecret::make().key();
    CHECK(parse_opener_key(to_string(key)) == key);
    auto wrong = to_string(key);
    wrong[20] = wrong[20] == '0' ? '1' : '0';
    CHECK(has(parse_opener_key(wrong).error(), "by its checksum"));
    CHECK(has(parse_opener_key("bwo1-00").error(), "136 hexadecimal digits"));
    CHECK(!parse_opener_key(""));
}
