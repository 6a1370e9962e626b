// What each kind of attack costs the capture thread's path, beside ordinary traffic: CPU and memory, without a network.
//   attack_cost [PACKETS [KIND...]]     fails where a packet costs more than three times an ordinary one, or the tables
//                                       take more than their budget and a twentieth
#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "app/memory_plan.hpp"
#include "attack/generator/kinds.hpp"
#include "capture/sensor.hpp"
#include "flow/packet.hpp"
#include "support/moments.hpp"

namespace {

using namespace breakwatch;

constexpr double kMostTimes = 3;
// What containers and checks cost without optimization says nothing: then only memory is judged.
#ifdef __OPTIMIZE__
constexpr bool kOptimized = true;
#else
constexpr bool kOptimized = false;
#endif
constexpr std::size_t kBudget = std::size_t{256} << 20U;

std::size_t heap()
{
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

struct Cost {
    double nanoseconds = 0;  // a packet
    std::size_t octets = 0;  // of the tables at the end
    std::size_t told = 0;    // observations
};

PlatformCatalog catalog()
{
    return PlatformCatalog({{"x", "api.x.com", Role::api, Tier::b, false, Surface::public_, {}, {}}});
}

Cost measure(const attack::Kind& kind, std::size_t packets)
{
    auto [frames, cycle_at] = kind.make();
    static const auto platforms = catalog();
    const auto filter = std::make_shared<const DeviceFilter>(
        DeviceFilter{.all = false,
                     .macs = {test::mac("40:4e:36:1a:75:0c"), test::mac("ae:a9:50:67:bc:13")},
                     .ips = {test::ip("10.77.0.84"), test::ip("10.77.0.198")}});
    const MemoryPlan plan(kBudget);
    DissectorLimits wire;
    SensorLimits devices;
    plan.limit(wire);
    plan.limit(devices);
    Cost cost;
    const auto before = heap();
    Sensor sensor(platforms, filter, [&](Observation&&) { ++cost.told; }, devices);
    Dissector dissector(wire, sensor);
    const auto first = test::at("10:00");
    const auto begin = std::clock();
    for (std::size_t i = 0; i < packets; ++i) {
        auto& frame = frames[i % frames.size()];
        if (i >= frames.size() && cycle_at > 0 && ++frame[cycle_at + 1] == 0) ++frame[cycle_at];
        Packet packet;
        packet.time = first + std::chrono::microseconds{10 * i};
        packet.link_type = 1;
        packet.bytes = Bytes(frame);
        packet.wire_length = static_cast<std::uint32_t>(frame.size());
        dissector.process(packet);
    }
    cost.nanoseconds = static_cast<double>(std::clock() - begin) * 1e9 / CLOCKS_PER_SEC / static_cast<double>(packets);
    cost.octets = heap() - before;
    return cost;
}

}  // namespace

int main(int count, char** words)
{
    const std::size_t packets = count > 1 ? std::strtoull(words[1], nullptr, 10) : 400'000;
    const auto wanted = [&](const std::string& name) {
        return count < 3 || std::any_of(words + 2, words + count, [&](const char* word) { return name == word; });
    };
    const auto& all = attack::kinds();
    measure(all.front(), packets);  // warm
    const auto ordinary = measure(all.front(), packets);
    const MemoryPlan plan(kBudget);
    std::size_t budget = 0;
    for (auto table = Table::flows; table <= Table::addresses; table = static_cast<Table>(static_cast<int>(table) + 1))
        budget += MemoryPlan::octets_of(table, plan.rows(table));
    bool good = true;
    std::printf("%-18s %10s %8s %10s %10s\n", "kind", "ns/packet", "times", "MiB", "told");
    for (const auto& kind : all) {
        if (!wanted(kind.name)) continue;
        const auto cost = measure(kind, packets);
        const auto times = cost.nanoseconds / ordinary.nanoseconds;
        const bool held = (!kOptimized || times <= kMostTimes) && cost.octets <= budget + budget / 20;
        good = good && held;
        std::printf("%-18s %10.0f %8.2f %10.1f %10zu%s\n", kind.name.c_str(), cost.nanoseconds, times,
                    static_cast<double>(cost.octets) / 1'048'576, cost.told, held ? "" : "  TOO MUCH");
        std::fflush(stdout);
    }
    std::printf("tables of the wire may take %.1f MiB; a packet may cost %.1f times an ordinary one\n",
                static_cast<double>(budget) / 1'048'576, kMostTimes);
    return good ? 0 : 1;
}
