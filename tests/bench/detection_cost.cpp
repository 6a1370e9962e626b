// What detection costs: the whole path over captures (files, decoding, flows, names, volumes) with it and without, in
// turn in one process. Off: no server is a platform's, so nothing is measured or judged.
//   bench_detection_cost CAPTURE_FOLDER...        a mixed workload: ../shared/corpus/dev ../shared/lab/dev
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "capture/capture_file.hpp"
#include "capture/sensor.hpp"
#include "config/load_config.hpp"
#include "flow/dissector.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/activity/post_detector.hpp"

using namespace breakwatch;

namespace {

constexpr int kPairs = 11;
constexpr std::size_t kBatch = 4096;

double cpu_seconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Pass {
    double cpu = 0;
    std::uint64_t packets = 0;
    std::uint64_t exchanges = 0;
    std::uint64_t findings = 0;
};

void read(const std::string& capture, const PlatformCatalog& catalog, const DetectorModel& model, Pass& pass)
{
    auto source = CaptureFiles::open({capture});
    if (!source) return;  // captures that libpcap refuses are in the corpus on purpose
    static const auto everyone = std::make_shared<const DeviceFilter>(DeviceFilter{.all = true, .macs = {}, .ips = {}});
    PostDetector detector(catalog, model);
    Sensor sensor(catalog, everyone, [&](Observation&& observation) {
        const auto* exchange = std::get_if<Exchange>(&observation);
        if (exchange == nullptr) return;
        ++pass.exchanges;
        pass.findings += detector.observe(*exchange).size();
    });
    Dissector dissector({}, sensor);
    while (true) {
        const auto state = (*source)->next_batch(kBatch, [&](std::span<const Packet> packets) {
            for (const auto& packet : packets) {
                dissector.process(packet);
                sensor.advance(packet.time);
            }
            pass.packets += packets.size();
        });
        if (!state || *state == PacketSource::State::ended) break;
    }
    dissector.finish();
    sensor.finish();
    pass.findings += detector.finish().size();
}

Pass run(const std::vector<std::string>& captures, const PlatformCatalog& catalog, const DetectorModel& model)
{
    Pass pass;
    const auto begin = cpu_seconds();
    for (const auto& capture : captures) read(capture, catalog, model, pass);
    pass.cpu = cpu_seconds() - begin;
    return pass;
}

std::vector<std::string> captures_in(const std::vector<std::string>& folders)
{
    std::vector<std::string> captures;
    for (const auto& folder : folders) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension().string().starts_with(".pcap")) captures.push_back(entry.path());
        }
    }
    std::ranges::sort(captures);
    return captures;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 2) return std::fprintf(stderr, "usage: bench_detection_cost CAPTURE_FOLDER...\n"), 2;
    const auto captures = captures_in({argv + 1, argv + argc});
    const auto catalog = load_platforms({});
    const auto model = load_detector_model({});
    if (!catalog || !model) return std::fprintf(stderr, "the shipped tables cannot be read\n"), 1;
    const PlatformCatalog nothing;

    std::vector<double> ratios;
    std::vector<double> per_packet;
    Pass with;
    run(captures, *catalog, *model);
    for (int pair = 0; pair < kPairs; ++pair) {
        const auto without = run(captures, nothing, *model);
        with = run(captures, *catalog, *model);
        ratios.push_back(with.cpu / without.cpu);
        per_packet.push_back(with.cpu * 1e9 / static_cast<double>(with.packets));
    }
    std::ranges::sort(ratios);
    std::ranges::sort(per_packet);
    std::printf("%zu captures, %llu packets, %llu exchanges, %llu findings\n", captures.size(),
                static_cast<unsigned long long>(with.packets), static_cast<unsigned long long>(with.exchanges),
                static_cast<unsigned long long>(with.findings));
    std::printf("CPU with detection / without, %d pairs: median %.3f (%.3f to %.3f); %.0f ns a packet\n", kPairs,
                ratios[kPairs / 2], ratios.front(), ratios.back(), per_packet[kPairs / 2]);
    return 0;
}
