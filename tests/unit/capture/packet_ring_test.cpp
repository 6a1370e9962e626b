// Rings on the loopback interface, which needs CAP_NET_RAW.
#include "capture/packet_ring.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "decode/link_layer.hpp"

using namespace breakwatch;

namespace {

constexpr std::uint16_t kPort = 40'109;  // nobody listens there

LiveSettings loopback(std::string filter = "udp port 40109")
{
    return {.interface = "lo", .ring_mib = 4, .promiscuous = false, .filter = std::move(filter)};
}

// So many datagrams from as many addresses of the loopback net; the first octet says which.
void send_datagrams(unsigned count, std::size_t octets = 16)
{
    for (unsigned i = 0; i < count; ++i) {
        const int sender = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        REQUIRE(sender >= 0);
        sockaddr_in from{};
        from.sin_family = AF_INET;
        from.sin_addr.s_addr = htonl(0x7f000100U + i);
        sockaddr_in to = from;
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        to.sin_port = htons(kPort);
        REQUIRE(::bind(sender, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0);
        std::vector<std::uint8_t> text(octets, static_cast<std::uint8_t>(i));
        REQUIRE(::sendto(sender, text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) > 0);
        ::close(sender);
    }
}

struct Seen {
    std::map<int, int> datagrams;  // how often each came
    std::vector<Timestamp> times;
    std::vector<Packet> packets;  // without octets
};

void read_all(PacketSource& ring, Seen& seen, std::size_t limit = PacketSource::kBatch)
{
    for (int quiet = 0; quiet < 2;) {
        const auto state = ring.next_batch(limit, [&](std::span<const Packet> packets) {
            for (const auto& packet : packets) {
                constexpr std::size_t kPayload = 14 + 20 + 8;
                if (packet.bytes.size() > kPayload && packet.bytes[23] == 17) ++seen.datagrams[packet.bytes[kPayload]];
                seen.times.push_back(packet.time);
                seen.packets.push_back(packet);
                seen.packets.back().bytes = {};
            }
        });
        REQUIRE(state);
        quiet = *state == PacketSource::State::idle ? quiet + 1 : 0;
    }
}

// Null, and said, where this may not be tried.
std::unique_ptr<PacketRing> ring_of(const LiveSettings& settings, Shard shard = {})
{
    auto ring = PacketRing::open(settings, shard);
    if (!ring) MESSAGE("skipped: " << ring.error());
    return ring ? std::move(*ring) : nullptr;
}

}  // namespace

TEST_CASE("a ring gives each packet once, in order, with its time and length, however few are asked for")
{
    const auto ring = ring_of(loopback());
    if (!ring) return;
    send_datagrams(50);
    Seen seen;
    read_all(*ring, seen, 7);
    CHECK(seen.datagrams.size() == 50);
    CHECK(std::ranges::all_of(seen.datagrams, [](const auto& each) { return each.second == 1; }));
    CHECK(std::ranges::is_sorted(seen.times));
    CHECK(seen.packets.front().wire_length == 14 + 20 + 8 + 16);
    CHECK(ring->counters().dropped_by_kernel == 0);
    CHECK(ring->counters().received >= 50);
}

TEST_CASE("a packet longer than the snap length is cut to it, and says how long it was")
{
    auto settings = loopback();
    settings.snaplen = 256;
    const auto ring = ring_of(settings);
    if (!ring) return;
    send_datagrams(1, 1'000);
    std::size_t kept = 0;
    std::size_t length = 0;
    for (int i = 0; i < 8 && kept == 0; ++i) {
        REQUIRE(ring->next_batch(10, [&](std::span<const Packet> packets) {
            kept = packets[0].bytes.size();
            length = packets[0].wire_length;
        }));
    }
    CHECK(kept == 256);
    CHECK(length == 14 + 20 + 8 + 1'000);
}

TEST_CASE("several rings share the packets: each conversation comes to one, with one time for all")
{
    std::array<std::unique_ptr<PacketRing>, 3> rings;
    for (unsigned i = 0; i < rings.size(); ++i) {
        rings[i] = ring_of(loopback(), {i, 3});
        if (!rings[i]) return;
    }
    send_datagrams(90);
    std::map<int, int> all;
    for (const auto& ring : rings) {
        Seen seen;
        read_all(*ring, seen);
        CHECK(seen.datagrams.size() > 5);
        CHECK(seen.datagrams.size() < 80);
        for (const auto& [datagram, times] : seen.datagrams) all[datagram] += times;
    }
    CHECK(all.size() == 90);
    CHECK(std::ranges::all_of(all, [](const auto& each) { return each.second == 1; }));
}

TEST_CASE("what is not read in time is counted as dropped, and what stays is whole")
{
    auto settings = loopback();
    const auto ring = ring_of(settings);
    if (!ring) return;
    constexpr unsigned kMany = 12;
    for (int i = 0; i < 400; ++i) send_datagrams(kMany, 1'400);
    Seen seen;
    read_all(*ring, seen);
    const auto counted = ring->counters();
    CHECK(counted.dropped_by_kernel > 0);
    // The kernel shows this interface's packets going out, too; those are not told.
    CHECK(counted.received == 2 * 400 * kMany);
    CHECK(2 * seen.packets.size() == counted.received - counted.dropped_by_kernel);
}

TEST_CASE("an interface that is not there, or a filter that is none, is refused in words")
{
    const auto absent = open_live({.interface = "no-such-if0", .filter = {}});
    REQUIRE_FALSE(absent);
    CHECK(absent.error().starts_with("capture no-such-if0: "));
    if (!ring_of(loopback())) return;
    const auto bad = open_live(loopback("no such filter"));
    REQUIRE_FALSE(bad);
    CHECK(bad.error().starts_with("capture.filter: \"no such filter\": "));
    const auto any = open_live({.interface = "any", .filter = {}});
    REQUIRE(any);
    CHECK(any->note == "capture any: no such interface; read by libpcap");
    const auto rings_of_any = open_live({.interface = "any", .filter = {}}, {0, 2});
    REQUIRE_FALSE(rings_of_any);
    CHECK(rings_of_any.error() == "capture any: no such interface");
}

TEST_CASE("a ring that nobody reads says how full it is, up to all of it and its losses, and empty again when read")
{
    auto settings = loopback();
    settings.snaplen = 65'535;
    const auto ring = ring_of(settings);
    if (!ring) return;
    CHECK(ring->pressure().eighths == 0);
    unsigned before = 0;
    for (int i = 0; i < 10; ++i) {
        send_datagrams(20, 30'000);
        CHECK(ring->pressure().eighths >= before);
        before = ring->pressure().eighths;
    }
    CHECK(ring->pressure().eighths == 8);
    Seen seen;
    read_all(*ring, seen);
    CHECK(ring->pressure().eighths == 0);
    send_datagrams(40, 30'000);
    CHECK(ring->pressure().eighths > 0);
    CHECK(ring->pressure().losing);
    CHECK(ring->counters().dropped_by_kernel > 0);
}
