#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <sstream>
#include <string>

#include "app/replay_path.hpp"
#include "support/random_capture.hpp"
#include "unit/app/observation_words.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const PlatformCatalog& catalog()
{
    static const PlatformCatalog one({{"x", ".x.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
                                      {"x", "upload.x.example", Role::upload, Tier::a, false, Surface::public_, {}, {}},
                                      {"ech", "outer.example", Role::outer, Tier::b, false, Surface::both, {}, {}}});
    return one;
}

// All but the last two devices; who is enrolled changes as time goes on.
std::shared_ptr<const DeviceFilter> filter_at(Timestamp now)
{
    auto filter = std::make_shared<DeviceFilter>();
    const auto left_out = std::chrono::floor<std::chrono::minutes>(now.time_since_epoch()).count() % 7;
    for (unsigned i = 0; i + 2 < RandomCapture::kDevices; ++i) {
        if (i != left_out) filter->macs.insert(RandomCapture::mac_of(i));
    }
    for (unsigned i = 0; i < 6; ++i) filter->ips.insert(ip(RandomCapture::ip_of(i)));
    filter->late_names = left_out == 3;
    return filter;
}

struct Told {
    std::vector<std::string> lines;
    std::map<std::string, std::uint64_t> counted;
    std::uint64_t exchanges = 0;
};

std::map<std::string, std::uint64_t> counted(const ReplayPath& path)
{
    std::map<std::string, std::uint64_t> all;
    const auto decode = path.decode_counters();
    decode.for_each([&](const std::string& name, std::uint64_t count) { all[name] = count; });
    path.sensor_counters().for_each(
        [&](const CounterFacts& facts, std::uint64_t count) { all["sensor." + std::string(facts.name)] = count; });
    const auto& wire = decode.wire;
    all["packets"] = decode.packets;
    all["bytes"] = decode.bytes;
    all["flows"] = decode.flows;
    all["names"] = decode.names;
    all["wire.packets"] = wire.packets;
    all["wire.ip"] = wire.ip;
    all["wire.wanted"] = wire.wanted;
    all["wire.to_servers"] = wire.to_servers;
    all["wire.from_servers"] = wire.from_servers;
    all["wire.two_way"] = wire.two_way;
    all["wire.names_read"] = wire.names_read;
    all["wire.compared"] = wire.compared;
    all["wire.repeated"] = wire.repeated;
    all["wire.cut"] = wire.cut;
    all["wire.shortest_cut"] = wire.shortest_cut;
    all["wire.longest"] = wire.longest;
    all["wire.tagged"] = wire.tagged;
    all["wire.tunnelled"] = wire.tunnelled;
    all["wire.sealed"] = wire.sealed;
    all["wire.sealed_port"] = wire.sealed_port;
    all["wire.address_facts"] = wire.address_facts;
    all["wire.dhcp"] = wire.dhcp;
    all["wire.radius"] = wire.radius;
    return all;
}

Told replay(const std::string& file, unsigned workers)
{
    Told told;
    auto files = CaptureFiles::open({file});
    REQUIRE(files);
    DissectorLimits limits;
    limits.mirrors.any = true;
    std::unique_ptr<ReplayPath> path;
    const auto observed = [&](Observation&& observation) {
        Words words;
        std::visit(words, observation);
        if (std::holds_alternative<Exchange>(observation)) ++told.exchanges;
        told.lines.push_back(words.out.str());
    };
    const auto tick = [&](Timestamp at) {
        told.lines.push_back("tick " + to_rfc3339(at) + " after " + std::to_string(path->decode_counters().packets) +
                             " packets");
        path->set_filter(filter_at(at));
    };
    while (true) {
        const auto state = (*files)->next_batch(PacketSource::kBatch, [&](std::span<const Packet> packets) {
            if (!path)
                path = ReplayPath::make({.workers = workers,
                                         .catalog = catalog(),
                                         .filter = filter_at(packets.front().time),
                                         .sensor = {},
                                         .link = {},
                                         .dissector = limits},
                                        observed, tick);
            path->take(packets, **files);
        });
        if (!state) {
            path->settle();
            told.lines.push_back(state.error());
        }
        if (!state || *state == PacketSource::State::ended) break;
    }
    path->finish();
    told.counted = counted(*path);
    return told;
}

void compare(const Told& one, const Told& many, unsigned workers)
{
    CAPTURE(workers);
    for (std::size_t i = 0; i < std::min(one.lines.size(), many.lines.size()); ++i)
        REQUIRE(many.lines[i] == one.lines[i]);
    REQUIRE(many.lines.size() == one.lines.size());
    for (const auto& [name, count] : one.counted) {
        CAPTURE(name);
        CHECK(many.counted.at(name) == count);
    }
    CHECK(many.counted.size() == one.counted.size());
}

// More of them where somebody has the time.
std::uint64_t captures()
{
    const char* asked = std::getenv("BREAKWATCH_RANDOM_CAPTURES");
    return asked == nullptr ? 25 : std::stoul(asked);
}

}  // namespace

TEST_CASE("any number of workers observes the same of a capture in the same order, and counts each thing once")
{
    std::uint64_t exchanges = 0;
    for (std::uint64_t seed = 1; seed <= captures(); ++seed) {
        CAPTURE(seed);
        auto content = RandomCapture(seed).pcap();
        if (seed % 8 == 0) content.erase(content.end() - 7, content.end());  // cut off
        const ScratchFile file(content);
        const auto one = replay(file.name(), 1);
        exchanges += one.exchanges;
        for (const unsigned workers : {2U, 3U, 4U}) compare(one, replay(file.name(), workers), workers);
    }
    CHECK(exchanges > 250);  // there was something to compare
}
