// What a withdrawal means, over the parts it must reach: engine, sensor's filter, journal, store.
#include <doctest/doctest.h>

#include "app/device_filter_of.hpp"
#include "app/journal_keeper.hpp"
#include "store/store.hpp"
#include "support/engine_world.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("from the moment of withdrawal nobody looks at the person's devices; the incidents told before stay on disk")
{
    const auto key = std::make_shared<const IdentityKey>(IdentityKey::from_material("withdrawal test"));
    const auto store = make_memory_store({"siem"}, key);
    auto anna = enrolled(kAnna, kAnnasPhone);
    anna.withdrawn = at("10:30");
    const Enrolment enrolment({anna, enrolled(kBela, kBelasPhone)});
    World world;
    world.tell(enrolment);
    world.tell(Lease{kAnnasPhone, kAddress, at("09:00"), at("13:00"), {}, LeaseSource::dnsmasq_file, 0});
    world.tell(call_end(kAnna, "c1", "10:10")).tell(post(kAnnasPhone, "10:14"));
    REQUIRE(world.revisions().size() == 1);
    CHECK(store->record(world.revisions().front()));

    JournalKeeper journal(key, std::chrono::hours{26});
    const auto before = journal.update(world.engine(), enrolment, at("10:20"), at("10:20"));
    CHECK(before.owners.size() == 2);
    CHECK_FALSE(before.rows.empty());
    CHECK(device_filter_of(enrolment, world.engine().bound_addresses(), at("10:29"))->macs.contains(kAnnasPhone));

    world.tell(Tick{at("10:30")});
    CHECK(world.engine().bindings().empty());
    CHECK(world.engine().counters().calls == 0);
    const auto filter = device_filter_of(enrolment, world.engine().bound_addresses(), at("10:30"));
    CHECK_FALSE(filter->macs.contains(kAnnasPhone));
    CHECK_FALSE(filter->ips.contains(kAddress));
    CHECK(filter->macs.contains(kBelasPhone));
    const auto after = journal.update(world.engine(), enrolment, at("10:31"), at("10:31"));
    CHECK(after.owners == std::vector<std::string>{key->pseudonym(kBela).value});
    for (const auto& row : after.rows) CHECK(row.owner == key->pseudonym(kBela).value);

    world.tell(call_end(kAnna, "c2", "10:40")).tell(post(kAnnasPhone, "10:44")).finish();
    CHECK(world.revisions().size() == 1);
    CHECK(store->incidents_since(Timestamp::min())->size() == 1);
}
