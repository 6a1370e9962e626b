// What a restart needs, as it lies on disk.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "store/database.hpp"
#include "store/store.hpp"
#include "support/engine_world.hpp"
#include "support/temporary_folder.hpp"

namespace breakwatch {
namespace {

using namespace test;

std::shared_ptr<const IdentityKey> key_of(const char* material)
{
    return std::make_shared<const IdentityKey>(IdentityKey::from_material(material));
}

MemoryChanges changes()
{
    SessionEvent session;
    session.nas = "wlc-1";
    session.user = "anna.staff";
    session.mac = kAnnasPhone;
    session.addresses = {kAddress};
    session.at = at("10:00");
    KeptFinding held{post(kAnnasPhone, "10:04")};
    held.duty.shift = DutyInterval{kAnna, at("09:00"), at("17:00"), DutyActivity::shift, "hq"};
    held.key = IncidentKey{kAnna, "post-after-call", "x", {Occasion::Kind::call, "acd", "c1"}};
    held.call = {"acd", "c1", kAnna, "billing", at("09:55"), at("10:00"), "caller"};
    MemoryChanges all;
    all.rows.push_back({session, kAnna, at("23:00"), ""});
    all.rows.push_back(
        {HeldAddress{kAddress, {at("10:00"), kAnnasPhone, at("10:10"), at("11:00"), AddressUse::Source::wire_lease, 7}},
         kAnna, at("23:00"), "a"});
    all.rows.push_back({EndedAddress{kAddress, {}, at("10:20")}, {}, at("12:00"), ""});
    all.rows.push_back({Suspicion{Suspicion::Kind::evidence_lost, "", at("10:00"), {}, {}}, {}, at("12:00"), ""});
    all.rows.push_back({call_end(kBela, "c7", "10:02"), kBela, at("15:00"), ""});
    all.rows.push_back(
        {AgentStateEvent{"acd", kAnna, AgentStateEvent::Kind::pause, AgentStateEvent::Reason::meal, "", at("10:03")},
         kAnna, at("23:00"), ""});
    all.rows.push_back({held, kAnna, at("23:00"), "f"});
    RecordedExchange recorded{post(kAnnasPhone, "10:05", 0.1234567890123), {}, {"c1"}};
    recorded.judgement.key = held.key;
    recorded.judgement.call = held.call;
    all.rows.push_back({recorded, kAnna, at("23:00"), ""});
    KeptMention mention{
        {"operator", "C-17", "x", at("10:05"), std::chrono::seconds{60}}, 2, true, held.key, held.finding};
    all.rows.push_back({mention, kAnna, at("23:00"), "m"});
    all.rows.push_back({WatchedSpan{at("09:00"), at("10:30")}, {}, at("23:00"), "w"});
    all.rows.push_back({BudgetScore{*held.key, at("10:04"), 9'862, true}, kAnna, at("23:00"), "b"});
    return all;
}

}  // namespace

TEST_CASE("what is kept comes back as it was, in its order, and tells nothing without the key")
{
    const TemporaryFolder folder;
    const auto key = key_of("memory");
    const std::vector<std::string> owners{key->pseudonym(kAnna).value, key->pseudonym(kBela).value};
    const auto none = [](const std::string& what) { FAIL(what); };
    {
        auto store = open_store(folder.path(), {}, key);
        REQUIRE(store);
        CHECK((*store)->keep_memory(seal(changes(), *key)) == 0U);
        CHECK((*store)->keep_memory(seal(changes(), *key)) == 0U);  // told again: the same
    }
    for (const auto* name : {"breakwatch.db", "breakwatch.db-wal"}) {
        std::ifstream file(folder / name, std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(file), {});
        for (const auto* word : {"anna.staff", "02:1a:10", "s1001", "10.77.20.31"})
            CHECK(bytes.find(word) == std::string::npos);
    }
    auto store = open_store(folder.path(), {}, key);
    REQUIRE(store);
    const auto all = (*store)->memory(owners, none);
    REQUIRE(all);
    REQUIRE(all->size() == 11);
    CHECK(std::get<SessionEvent>(all->at(0)).addresses == std::vector{kAddress});
    CHECK(std::get<HeldAddress>(all->at(1)).holding ==
          AddressUse{at("10:00"), kAnnasPhone, at("10:10"), at("11:00"), AddressUse::Source::wire_lease, 7});
    CHECK(std::get<CallEvent>(all->at(4)).staff == kBela);
    const auto& held = std::get<KeptFinding>(all->at(6));
    CHECK(held.key == IncidentKey{kAnna, "post-after-call", "x", {Occasion::Kind::call, "acd", "c1"}});
    CHECK(held.finding.confidence == post(kAnnasPhone, "10:04").confidence);
    CHECK(held.duty.shift->end == at("17:00"));
    CHECK(held.call.ended == at("10:00"));
    const auto& recorded = std::get<RecordedExchange>(all->at(7));
    CHECK(recorded.finding.confidence == 0.1234567890123);
    CHECK(recorded.judgement.key == held.key);
    CHECK(recorded.contacts == std::vector<std::string>{"c1"});
    const auto& mention = std::get<KeptMention>(all->at(8));
    CHECK(mention.mention.within == std::chrono::seconds{60});
    CHECK(mention.final);
    CHECK(mention.finding.confidence == held.finding.confidence);
    CHECK(std::get<WatchedSpan>(all->at(9)).until == at("10:30"));
    CHECK(std::get<BudgetScore>(all->at(10)) == BudgetScore{*held.key, at("10:04"), 9'862, true});

    // What is decided, out of date, or of somebody who withdrew, goes.
    MemoryChanges decided;
    decided.rows.push_back({KeptFinding{}, {}, {}, "f", true});
    REQUIRE((*store)->keep_memory(seal(decided, *key)));
    CHECK((*store)->memory(owners, none)->size() == 10);
    REQUIRE((*store)->tidy_memory(at("13:00"), {owners[0]}));
    CHECK((*store)->memory(owners, none)->size() == 7);
    decided = {{}, {kAnna}};
    REQUIRE((*store)->keep_memory(seal(decided, *key)));
    CHECK((*store)->memory(owners, none)->size() == 1);  // that the network was watched is about nobody
}

TEST_CASE("a piece that cannot be read back is told and left out, the rest is there")
{
    const TemporaryFolder folder;
    const auto key = key_of("memory");
    auto store = open_store(folder.path(), {}, key);
    REQUIRE(store);
    auto update = seal(changes(), *key);
    update.put[0].sealed = key->seal_text("[99,{}]");
    update.put[1].sealed = key->seal_text("[0,{\"ip\":7}]");
    update.put[2].sealed = "spoilt";
    REQUIRE((*store)->keep_memory(update));
    std::vector<std::string> told;
    const auto left = (*store)->memory({key->pseudonym(kAnna).value, key->pseudonym(kBela).value},
                                       [&](const std::string& what) { told.push_back(what); });
    REQUIRE(left);
    CHECK(left->size() == 8);
    CHECK(told.size() == 3);
}

}  // namespace breakwatch
