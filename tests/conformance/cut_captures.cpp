// Bad input in bulk: every capture of a folder, cut at every 97th octet, through the reader of capture
// files and the whole sensor. Run with sanitizers it must stay silent; here it checks besides that the
// work ends in time, in bounded memory, with every flow ended and every loss counted.
//   cut_captures FOLDER       CUT_SHARE=N: each Nth cut of a capture only (default 48, evenly spread; 1: all)
// Then every packet of each capture is cut, as snap lengths of 97, 194, ... would, and read on.
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "capture/capture_file.hpp"
#include "capture/sensor.hpp"
#include "flow/dissector.hpp"

using namespace breakwatch;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kStep = 97;
constexpr std::uint64_t kMostSeconds = 10;  // for one cut capture, sanitizers included
// KiB over what the process began with. A dissector needs some ten MiB here; AddressSanitizer keeps freed memory.
constexpr std::uint64_t kMostMemory = 1'000'000;

std::uint64_t peak_memory()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss);
}

struct Sums {
    std::uint64_t captures = 0;
    std::uint64_t cuts = 0;
    std::uint64_t refused = 0;  // the file's own form was broken by the cut: told as an error
    std::uint64_t packets = 0;
    std::uint64_t counted = 0;  // cuts with at least one reason counted
};

class Ends final : public DissectorEvents {
  public:
    explicit Ends(Sensor& sensor) : sensor_(sensor) {}
    std::uint64_t ended = 0;

    bool wants_flow(const FiveTuple& tuple, const FrameContext& context) override
    {
        return sensor_.wants_flow(tuple, context);
    }
    SourceShares::Bucket share_of_sender(const FiveTuple& tuple, const FrameContext& context) override
    {
        return sensor_.share_of_sender(tuple, context);
    }
    void on_server_name(Flow& flow, const ServerName& name, Timestamp at) override
    {
        sensor_.on_server_name(flow, name, at);
    }
    void on_segment(Flow& flow, const Segment& segment) override { sensor_.on_segment(flow, segment); }
    void on_flow_end(Flow& flow) override
    {
        ++ended;
        sensor_.on_flow_end(flow);
    }
    void on_dhcp(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& frame) override
    {
        sensor_.on_dhcp(message, tuple, frame);
    }
    void on_dhcpv6(const Dhcpv6Message& message, const FiveTuple& tuple, const FrameContext& frame) override
    {
        sensor_.on_dhcpv6(message, tuple, frame);
    }
    void on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext& frame) override
    {
        sensor_.on_address(mac, ip, frame);
    }

  private:
    Sensor& sensor_;
};

[[noreturn]] void fail(const fs::path& path, std::size_t size, const char* what)
{
    std::printf("%s of %zu octets: %s\n", path.filename().c_str(), size, what);
    std::exit(1);
}

// The capture in memory under a name that libpcap can open; it only ever gets shorter.
class Shrinking {
  public:
    explicit Shrinking(const fs::path& path) : file_(memfd_create("capture", 0)), size_(fs::file_size(path))
    {
        std::ifstream in(path, std::ios::binary);
        const std::vector<char> whole{std::istreambuf_iterator<char>(in), {}};
        if (file_ < 0 || write(file_, whole.data(), whole.size()) != static_cast<ssize_t>(size_)) {
            std::perror(path.c_str());
            std::exit(1);
        }
    }
    ~Shrinking() { close(file_); }
    Shrinking(const Shrinking&) = delete;
    Shrinking& operator=(const Shrinking&) = delete;

    std::size_t size() const { return size_; }
    void cut(std::size_t size)
    {
        if (ftruncate(file_, static_cast<off_t>(size)) != 0) std::exit(1);
    }
    std::string name() const { return "/proc/self/fd/" + std::to_string(file_); }

  private:
    int file_;
    std::size_t size_;
};

void run(const fs::path& path, const std::string& name, std::size_t size, std::size_t snap_length, Sums& sums)
{
    static const PlatformCatalog catalog;
    static const auto everybody =
        std::make_shared<const DeviceFilter>(DeviceFilter{.all = true, .macs = {}, .ips = {}});
    const auto begin = std::chrono::steady_clock::now();
    Sensor sensor(catalog, everybody, [](Observation&&) {});
    Ends ends(sensor);
    Dissector dissector(opening_all_tunnels(), ends);
    ++sums.cuts;
    auto source = CaptureFiles::open({name});
    if (!source) {
        ++sums.refused;
        return;
    }
    while (true) {
        const auto state = (*source)->next_batch(4'096, [&](std::span<const Packet> packets) {
            for (auto packet : packets) {
                packet.bytes = packet.bytes.first(std::min(packet.bytes.size(), snap_length));
                dissector.process(packet);
            }
        });
        if (!state) ++sums.refused;
        if (!state || *state == PacketSource::State::ended) break;
    }
    dissector.finish();
    sensor.finish();
    const auto& counters = dissector.counters();
    sums.packets += counters.packets;
    bool any = false;
    counters.for_each([&](const std::string&, std::uint64_t) { any = true; });
    sums.counted += any;
    if (dissector.flow_count() != 0 || ends.ended != counters.flows) fail(path, size, "a flow did not end");
    const auto took = std::chrono::steady_clock::now() - begin;
    if (took > std::chrono::seconds{kMostSeconds}) fail(path, size, "took too long");
}

}  // namespace

int main(int argc, char** argv)
{
    const fs::path folder = argc > 1 ? argv[1] : "";
    if (argc != 2 || !fs::is_directory(folder)) {
        std::puts("skipped: no ../shared/corpus");
        return 77;
    }
    const char* asked = std::getenv("CUT_SHARE");
    const std::size_t share = asked != nullptr ? std::strtoul(asked, nullptr, 10) : 48;
    const auto before = peak_memory();
    Sums sums;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto& path = entry.path();
        if (!path.extension().string().starts_with(".pcap")) continue;
        ++sums.captures;
        Shrinking capture(path);
        for (std::size_t snap = kStep; snap <= 16 * kStep; snap += kStep) {
            run(path, capture.name(), capture.size(), snap, sums);
        }
        run(path, capture.name(), capture.size(), SIZE_MAX, sums);
        // Each capture begins at another of its cuts, so that all offsets get their turn over the corpus.
        const auto cuts = capture.size() / kStep;
        for (auto cut = cuts - std::min(cuts, sums.captures % share); cut > 0; cut -= std::min(cut, share)) {
            capture.cut(cut * kStep);
            run(path, capture.name(), cut * kStep, SIZE_MAX, sums);
        }
    }
    const auto grown = peak_memory() - before;
    std::printf(
        "%llu captures, one of %zu of their cuts at every %zuth octet: %llu readings, %llu packets, %llu files "
        "refused by their form, %llu with reasons counted; memory grew by %llu MiB\n",
        static_cast<unsigned long long>(sums.captures), share, kStep, static_cast<unsigned long long>(sums.cuts),
        static_cast<unsigned long long>(sums.packets), static_cast<unsigned long long>(sums.refused),
        static_cast<unsigned long long>(sums.counted), static_cast<unsigned long long>(grown / 1'024));
    if (sums.captures == 0) {
        std::puts("no captures in the folder");
        return 1;
    }
    if (grown > kMostMemory) {
        std::puts("memory is not bounded");
        return 1;
    }
    return 0;
}
