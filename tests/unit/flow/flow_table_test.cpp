#include "flow/flow_table.hpp"

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

#include "policy/share.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr Duration kTcpIdle = std::chrono::minutes{5};
constexpr Duration kUdpIdle = std::chrono::minutes{2};

FiveTuple tuple(std::uint32_t number, Protocol protocol = Protocol::tcp)
{
    FiveTuple made{{ip("10.77.0.0"), static_cast<std::uint16_t>(number)}, {ip("198.51.100.7"), 443}, protocol};
    made.originator.ip.octets[2] = static_cast<std::uint8_t>(number >> 16U);
    return made;
}

// A sender for every flow, so that no share fills where the table is what is tested.
SourceShares::Bucket share_of_sender(std::uint32_t number)
{
    return static_cast<SourceShares::Bucket>(number % SourceShares::kBuckets);
}

struct Table {
    std::vector<std::uint16_t> ended;
    FlowTable flows;

    explicit Table(std::size_t capacity)
        : flows(capacity, kTcpIdle, kUdpIdle, [this](FlowEntry& flow) { ended.push_back(flow.tuple.originator.port); })
    {}
    bool add(std::uint32_t number, Protocol protocol, Timestamp now)
    {
        bool evicted = false;
        const auto key = FlowKey::of(tuple(number, protocol));
        auto& flow = flows.insert(key, flows.hash_of(key), share_of_sender(number), now, evicted);
        flow.tuple = tuple(number, protocol);
        return evicted;
    }
    FlowEntry* find(std::uint32_t number, Protocol protocol = Protocol::tcp)
    {
        return flows.find(FlowKey::of(tuple(number, protocol)));
    }
};

}  // namespace

TEST_CASE("both directions of a conversation are one flow; its protocol and ports tell it apart")
{
    auto there = tuple(7);
    auto back = there;
    std::swap(back.originator, back.responder);
    CHECK(FlowKey::of(there) == FlowKey::of(back));
    CHECK(FlowHash(HashKey{})(FlowKey::of(there)) == FlowHash(HashKey{})(FlowKey::of(back)));
    CHECK_FALSE(FlowKey::of(there) == FlowKey::of(tuple(8)));
    CHECK_FALSE(FlowKey::of(there) == FlowKey::of(tuple(7, Protocol::udp)));
    auto v6 = there;
    v6.originator.ip = ip("2001:db8::1");
    auto other = there;
    other.originator.ip = ip("2001:db8::2");
    CHECK(FlowHash(HashKey{})(FlowKey::of(v6)) != FlowHash(HashKey{})(FlowKey::of(other)));
}

TEST_CASE("a full table gives up the UDP flow idle for longest, and a TCP flow only when there is no other")
{
    Table table(3);
    CHECK_FALSE(table.add(1, Protocol::tcp, at("09:00")));
    CHECK_FALSE(table.add(2, Protocol::udp, at("09:00")));
    CHECK_FALSE(table.add(3, Protocol::udp, at("09:00")));
    table.flows.touch(*table.find(2, Protocol::udp), at("09:01"));
    CHECK(table.add(4, Protocol::tcp, at("09:01")));
    CHECK(table.ended == std::vector<std::uint16_t>{3});
    CHECK(table.add(5, Protocol::tcp, at("09:01")));
    CHECK(table.add(6, Protocol::tcp, at("09:01")));
    CHECK(table.ended == std::vector<std::uint16_t>{3, 2, 1});
    CHECK(table.flows.size() == 3);
}

TEST_CASE("flows end by silence, TCP later than UDP")
{
    Table table(10);
    table.add(1, Protocol::tcp, at("09:00"));
    table.add(2, Protocol::udp, at("09:00"));
    table.add(3, Protocol::udp, at("09:01"));
    table.flows.expire(at("09:02"));
    CHECK(table.ended.empty());
    table.flows.expire(at("09:02:01"));
    CHECK(table.ended == std::vector<std::uint16_t>{2});
    table.flows.touch(*table.find(1), at("09:04"));
    table.flows.expire(at("09:08"));
    CHECK(table.ended == std::vector<std::uint16_t>{2, 3});
    table.flows.expire(at("09:09:01"));
    CHECK(table.ended == std::vector<std::uint16_t>{2, 3, 1});
    CHECK(table.flows.size() == 0);
}

TEST_CASE("time that goes back ends nothing and makes nobody older")
{
    Table table(10);
    table.add(1, Protocol::udp, at("09:00"));
    table.flows.touch(*table.find(1, Protocol::udp), at("08:00"));
    CHECK(table.find(1, Protocol::udp)->last_seen == at("09:00"));
    table.flows.expire(at("08:30"));
    CHECK(table.ended.empty());
}

TEST_CASE("the end of the table ends every flow once")
{
    Table table(10'000);
    for (std::uint32_t i = 0; i < 5'000; ++i) table.add(i, i % 2 == 0 ? Protocol::tcp : Protocol::udp, at("09:00"));
    table.flows.clear();
    CHECK(table.flows.size() == 0);
    CHECK(std::set<std::uint16_t>(table.ended.begin(), table.ended.end()).size() == 5'000);
    CHECK(table.ended.size() == 5'000);
}

TEST_CASE("flows that come and go at random are found as a map finds them")
{
    Table table(100'000);
    std::map<std::uint32_t, FlowEntry*> model;
    std::mt19937 random(11);
    for (int step = 0; step < 60'000; ++step) {
        const auto number = static_cast<std::uint32_t>(random() % 9'000);
        const auto known = model.find(number);
        REQUIRE((table.find(number) != nullptr) == (known != model.end()));
        if (known == model.end()) {
            table.add(number, Protocol::tcp, at("09:00"));
            model[number] = table.find(number);
        } else {
            REQUIRE(table.find(number) == known->second);  // a reference stays valid
            if (random() % 2 == 0) {
                table.flows.erase(*known->second);
                model.erase(known);
            }
        }
        REQUIRE(table.flows.size() == model.size());
    }
}

TEST_CASE("what nobody answered makes room before any conversation")
{
    Table table(3);
    table.add(1, Protocol::udp, at("09:00"));
    table.flows.answered(*table.find(1, Protocol::udp));
    table.add(2, Protocol::tcp, at("09:00"));
    table.flows.answered(*table.find(2));
    table.add(3, Protocol::tcp, at("09:01"));
    for (std::uint32_t i = 4; i < 20; ++i) CHECK(table.add(i, Protocol::tcp, at("09:02")));
    CHECK(table.find(1, Protocol::udp) != nullptr);
    CHECK(table.find(2) != nullptr);
}

TEST_CASE("a sender fills its share and no more")
{
    FlowTable flows(64 * kShares, kTcpIdle, kUdpIdle, [](FlowEntry&) {});
    bool evicted = false;
    for (std::uint32_t i = 0; i < 64; ++i) {
        REQUIRE(flows.room_for(1));
        const auto key = FlowKey::of(tuple(i));
        flows.insert(key, flows.hash_of(key), 1, at("09:00"), evicted);
    }
    CHECK_FALSE(flows.room_for(1));
    CHECK(flows.room_for(2));
    flows.erase(*flows.find(FlowKey::of(tuple(3))));
    CHECK(flows.room_for(1));
}

TEST_CASE("ports chosen to fall together under one key do not under another")
{
    std::set<std::uint64_t> slots;
    for (std::uint32_t i = 0; i < 1'000; ++i) slots.insert(FlowHash(HashKey{3, 5})(FlowKey::of(tuple(i))) % 65'536);
    CHECK(slots.size() > 980);
}

TEST_CASE("a flow expires when it is idle for its time, whatever is beside it in the table")
{
    Table table(100);
    table.add(1, Protocol::udp, at("09:00"));
    table.add(2, Protocol::udp, at("09:00"));
    table.add(3, Protocol::udp, at("09:00:30"));
    // Never a second of silence: its place in the list has to follow all the same.
    for (auto now = at("09:00"); now < at("09:02:10"); now += std::chrono::milliseconds{500})
        table.flows.touch(*table.find(1, Protocol::udp), now);
    table.flows.expire(at("09:02"));
    CHECK(table.ended.empty());
    table.flows.expire(at("09:02:01"));
    CHECK(table.ended == std::vector<std::uint16_t>{2});
    table.flows.expire(at("09:02:31"));
    CHECK(table.ended == std::vector<std::uint16_t>{2, 3});
    CHECK(table.find(1, Protocol::udp) != nullptr);
}

TEST_CASE("flows that end at one moment end in the order in which they began")
{
    Table table(100);
    for (const std::uint32_t number : {3U, 1U, 2U}) {
        table.add(number, number == 1 ? Protocol::tcp : Protocol::udp, at("09:00"));
        table.find(number, number == 1 ? Protocol::tcp : Protocol::udp)->id = number;
    }
    table.flows.expire(at("09:10"));
    CHECK(table.ended == std::vector<std::uint16_t>{1, 2, 3});
}
