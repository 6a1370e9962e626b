// Fixed workloads for the path from frames to observations: `cases NAME` sends one through a dissector and a
// sensor, in batches as capture threads have them, and prints how many packets it was. What is counted is measured()
// alone; frames are made before. The same instructions each time: the tables' hash key is the fixed one of replays.
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/sensor.hpp"
#include "flow/dissector.hpp"
#include "flow/packet.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/post_detector.hpp"
#include "traffic.hpp"

namespace {

using namespace breakwatch;
using namespace breakwatch::bench;

constexpr std::size_t kBatch = 256;
// A model of one split; its numbers mean nothing.
DetectorModel small_model()
{
    DetectorModel model;
    BoostedTree tree;
    tree.feature.fill(Feature::request_bytes);
    model.trees.assign(50, tree);
    model.calibration = {{-1, 0.1}, {1, 0.9}};
    return model;
}

struct Case {
    std::string_view name;
    Traffic (*traffic)();
    bool enrolled;
    Shedding shedding = Shedding::nothing;
};
constexpr Case kCases[] = {{"nobody", [] { return ordinary(1'500, 8); }, false},
                           {"enrolled", [] { return ordinary(1'500, 8); }, true},
                           {"flood", [] { return flood(20'000); }, true},
                           {"initials", [] { return initials(400); }, true},
                           {"dns", [] { return dns(5'000); }, true},
                           {"bulk", [] { return bulk(12, 1'500); }, true},
                           {"strangers_shed", [] { return ordinary(1'500, 8); }, false, Shedding::strangers},
                           {"volumes_shed", [] { return ordinary(1'500, 8); }, true, Shedding::volumes},
                           {"hellos_shed", [] { return initials(400, true); }, true, Shedding::hellos}};

struct Path {
    explicit Path(bool enrolled)
    {
        DeviceFilter filter;
        for (std::uint32_t i = 0; i < kDevices && enrolled; ++i) filter.macs.insert(device(i));
        sensor.set_filter(std::make_shared<const DeviceFilter>(std::move(filter)));
    }

    const PlatformCatalog catalog{{{"x", ".x.example", Role::api, Tier::b, false, Surface::public_, {}, {}}}};
    const DetectorModel model = small_model();
    PostDetector detector{catalog, model};
    std::size_t findings = 0;
    Sensor sensor{catalog, std::make_shared<const DeviceFilter>(), [this](Observation&& told) {
                      if (const auto* exchange = std::get_if<Exchange>(&told))
                          findings += detector.observe(*exchange).size();
                  }};
    Dissector dissector{opening_all_tunnels(), sensor};
};

}  // namespace

extern "C" [[gnu::noinline]] void measured(void* path, const void* packets)
{
    auto& here = *static_cast<Path*>(path);
    std::span<const Packet> rest(*static_cast<const std::vector<Packet>*>(packets));
    while (!rest.empty()) {
        const auto batch = rest.first(std::min(kBatch, rest.size()));
        here.dissector.process(batch);
        here.sensor.advance(batch.back().time);
        rest = rest.subspan(batch.size());
    }
}

int main(int count, char** arguments)
{
    for (const auto& each : kCases) {
        if (count < 2 || arguments[1] != each.name) continue;
        const auto traffic = each.traffic();
        const auto packets = traffic.packets();
        Path path(each.enrolled);
        path.dissector.shed(each.shedding);
        measured(&path, &packets);
        const auto& counters = path.dissector.counters();
        std::printf("%zu packets %llu names %llu exchanges\n", packets.size(),
                    static_cast<unsigned long long>(counters.names),
                    static_cast<unsigned long long>(path.sensor.counters().exchanges));
        return 0;
    }
    for (const auto& each : kCases) std::printf("%s\n", std::string(each.name).c_str());
    return count < 2 ? 0 : 2;
}
