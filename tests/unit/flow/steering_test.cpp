#include "flow/steering.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <vector>

#include "flow/dissector.hpp"
#include "support/random_capture.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

IpAddress any_address(std::mt19937_64& random, bool v6)
{
    std::array<std::uint8_t, 16> octets{};
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
    return v6 ? IpAddress::v6(octets) : IpAddress::v4(std::span<const std::uint8_t, 4>(octets.data(), 4));
}

// Follows nothing: which conversations a frame shows, and whether it says anything that is everybody's.
struct Shown final : DissectorEvents {
    std::vector<FiveTuple> conversations;
    bool shared = false;

    bool wants_flow(const FiveTuple& tuple, const FrameContext&) override
    {
        conversations.push_back(tuple);
        return false;
    }
    void on_loss(Loss, Timestamp) override { shared = true; }
    void on_dhcp(const DhcpMessage&, const FiveTuple&, const FrameContext&) override { shared = true; }
    void on_dhcpv6(const Dhcpv6Message&, const FiveTuple&, const FrameContext&) override { shared = true; }
    void on_address(const MacAddress&, const IpAddress&, const FrameContext&) override { shared = true; }
    void on_radius_accounting(const RadiusMessage&, const FiveTuple&, Timestamp) override { shared = true; }
};

Packet packet_of(const Octets& octets)
{
    Packet packet;
    packet.time = at("09:00");
    packet.bytes = octets;
    packet.wire_length = static_cast<std::uint32_t>(octets.size());
    return packet;
}

}  // namespace

TEST_CASE("both directions of two addresses are in one lane, and lanes are used alike")
{
    std::mt19937_64 random(1);
    for (const bool v6 : {false, true}) {
        std::array<unsigned, kLanes> used{};
        constexpr unsigned kPairs = 32'000;
        const auto phone = any_address(random, v6);
        for (unsigned i = 0; i < kPairs; ++i) {
            const auto server = any_address(random, v6);
            const auto lane = lane_of(phone, server);
            REQUIRE(lane < kLanes);
            REQUIRE(lane == lane_of(server, phone));
            ++used[lane];
        }
        for (const auto count : used) {
            CHECK(count > kPairs / kLanes * 8 / 10);
            CHECK(count < kPairs / kLanes * 12 / 10);
        }
    }
}

TEST_CASE("each lane is one worker's")
{
    for (unsigned count = 1; count <= 16; ++count) {
        for (unsigned lane = 0; lane < kLanes; ++lane) {
            unsigned owners = 0;
            for (unsigned index = 0; index < count; ++index) owners += Shard{index, count}.owns_lane(lane) ? 1U : 0U;
            CHECK(owners == 1);
        }
    }
}

TEST_CASE("what a frame's lane says by a few loads holds of all that decoding finds in it")
{
    std::mt19937_64 random(2);
    std::size_t steered = 0;
    std::size_t conversations = 0;
    Shown shown;
    Dissector dissector(opening_all_tunnels(), shown);
    for (std::uint64_t seed = 300; seed < 320; ++seed) {
        const RandomCapture capture(seed);
        for (const auto& frame : capture.frames()) {
            auto octets = frame.octets;
            // Anything may stand in a header.
            for (auto changes = random() % 4; changes > 0; --changes)
                octets[random() % std::min<std::size_t>(octets.size(), 60)] = static_cast<std::uint8_t>(random());
            const auto packet = packet_of(octets);
            const auto lane = lane_of_frame(packet.link_type, packet.bytes);
            if (lane == kEverybodys) continue;
            ++steered;
            shown.conversations.clear();
            dissector.process(packet);
            REQUIRE_FALSE(shown.shared);
            for (const auto& tuple : shown.conversations) {
                ++conversations;
                CHECK(lane_of(tuple.originator.ip, tuple.responder.ip) == lane);
                if (tuple.protocol == Protocol::tcp) {
                    CHECK(tuple.originator.port != kSharedTcpPort);
                    CHECK(tuple.responder.port != kSharedTcpPort);
                }
            }
        }
    }
    const auto& wire = dissector.counters().wire;
    CHECK(wire.tunnelled + wire.unread_frames + wire.sealed + wire.address_facts == 0);
    CHECK(steered > 10'000);
    CHECK(conversations > 9'000);
}

TEST_CASE("each conversation is followed by one of several, also within tunnels and fragments")
{
    struct Followed final : DissectorEvents {
        std::size_t segments = 0;
        Shard shard;
        void on_segment(Flow& flow, const Segment&) override
        {
            ++segments;
            CHECK(shard.owns(flow.tuple.originator.ip, flow.tuple.responder.ip));
        }
    };
    for (const unsigned count : {2U, 5U}) {
        std::vector<Followed> followed(count + 1);
        std::vector<std::unique_ptr<Dissector>> dissectors;
        dissectors.push_back(std::make_unique<Dissector>(opening_all_tunnels(), followed[count]));
        for (unsigned i = 0; i < count; ++i) {
            followed[i].shard = {i, count};
            dissectors.push_back(std::make_unique<Dissector>(opening_all_tunnels(), followed[i], Shard{i, count}));
        }
        const RandomCapture capture(7);
        for (const auto& frame : capture.frames()) {
            auto packet = packet_of(frame.octets);
            packet.time += std::chrono::microseconds{frame.microseconds};
            for (const auto& dissector : dissectors) dissector->process(packet);
        }
        std::size_t segments = 0;
        std::uint64_t packets = 0;
        for (unsigned i = 0; i < count; ++i) {
            segments += followed[i].segments;
            packets += dissectors[i + 1]->counters().packets;
        }
        CHECK(segments == followed[count].segments);
        CHECK(segments > 500);
        CHECK(packets == dissectors[0]->counters().packets);
    }
}
