// Writes the captures that run.py measures with, the same octets each time: mix (many connections of many devices at
// once, with DNS and QUIC), flood, initials, bulk.
//
//     make_workloads FOLDER [SCALE]
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "instructions/traffic.hpp"
#include "support/capture_files.hpp"

namespace {

using namespace breakwatch;
using namespace breakwatch::bench;

class Capture {
  public:
    explicit Capture(const std::filesystem::path& file) : file_(file), out_(file, std::ios::binary)
    {
        put(pcap_header());
    }
    // In turns, a frame of each, as on a link that many use; ten microseconds apart.
    void write(const std::vector<Traffic>& together)
    {
        std::vector<std::vector<Packet>> all;
        for (const auto& traffic : together) all.push_back(traffic.packets());
        bool more = true;
        for (std::size_t i = 0; more; ++i) {
            more = false;
            for (const auto& packets : all) {
                if (i >= packets.size()) continue;
                more = true;
                write(packets[i].bytes);
            }
        }
    }
    bool finish()
    {
        out_.flush();
        std::printf("%s: %zu packets\n", file_.c_str(), written_);
        return out_.good();
    }

  private:
    void put(std::span<const std::uint8_t> octets)
    {
        out_.write(reinterpret_cast<const char*>(octets.data()), static_cast<std::streamsize>(octets.size()));
    }
    void write(Bytes frame)
    {
        const auto microseconds = 10 * written_++;
        put(pcap_record(static_cast<std::uint32_t>(1'795'424'400 + microseconds / 1'000'000),
                        static_cast<std::uint32_t>(microseconds % 1'000'000), Octets(frame.begin(), frame.end())));
    }

    std::filesystem::path file_;
    std::ofstream out_;
    std::size_t written_ = 0;
};

void write_mix(Capture& capture, std::uint32_t rounds)
{
    for (std::uint32_t round = 0; round < rounds; ++round) {
        std::vector<Traffic> lanes;
        for (std::uint32_t i = 0; i < 400; ++i) {
            const auto number = round * 400 + i;
            auto& lane = lanes.emplace_back();
            const auto name = number % 20 == 0 ? "media-fra3-1.cdn.x.example" : site(number);
            lane.connection(number % kDevices, static_cast<std::uint16_t>(20'000 + number % 40'000), name,
                            number % 10 == 0 ? 200 : 12);
        }
        lanes.push_back(dns(200));
        lanes.push_back(initials(40));
        capture.write(lanes);
    }
}

}  // namespace

int main(int count, char** arguments)
{
    const double scale = count > 2 ? std::atof(arguments[2]) : 1;
    if (count < 2 || scale <= 0) {
        std::fprintf(stderr, "usage: make_workloads FOLDER [SCALE]\n");
        return 2;
    }
    const std::filesystem::path folder = arguments[1];
    std::filesystem::create_directories(folder);
    const auto times = [scale](double number) { return static_cast<std::uint32_t>(number * scale) + 1; };
    Capture mix(folder / "mix.pcap");
    write_mix(mix, times(25));
    Capture flood_file(folder / "flood.pcap");
    flood_file.write({flood(times(200'000))});
    Capture initials_file(folder / "initials.pcap");
    initials_file.write({initials(times(15'000))});
    Capture bulk_file(folder / "bulk.pcap");
    std::vector<Traffic> downloads;
    for (std::uint32_t i = 0; i < 12; ++i)
        downloads.emplace_back().connection(i, static_cast<std::uint16_t>(50'000 + i), site(i),
                                            static_cast<int>(times(20'000)));
    bulk_file.write(downloads);
    return mix.finish() && flood_file.finish() && initials_file.finish() && bulk_file.finish() ? 0 : 1;
}
