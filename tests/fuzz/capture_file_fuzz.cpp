// A capture file of any kind: read to its end or its fault; and a pcap file that we read ourselves, as libpcap reads
// it.
#include <pcap/pcap.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "capture/capture_file.hpp"
#include "capture/pcap_file.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

int file_of(Bytes octets)
{
    const int file = memfd_create("capture", MFD_CLOEXEC);
    promise(file >= 0 && write(file, octets.data(), octets.size()) == std::ssize(octets), "a file can be made");
    lseek(file, 0, SEEK_SET);
    return file;
}

void read_whole(const std::string& name)
{
    const auto files = CaptureFiles::open({name});
    if (!files) return promise(files.error().starts_with(name + ": "), "a refusal names the file");
    std::uint64_t packets = 0;
    const auto take = [&](std::span<const Packet> lent) {
        packets += lent.size();
        for (const auto& packet : lent) touch(packet.bytes);
    };
    while (true) {
        const auto state = (*files)->next_batch(3, take);
        if (!state || *state == PacketSource::State::ended) break;
    }
    promise((*files)->counters().received == packets, "every packet is counted");
}

void compare(PcapFile& ours, pcap_t* libpcap)
{
    while (true) {
        const auto* const packet = ours.next();
        pcap_pkthdr* header = nullptr;
        const u_char* bytes = nullptr;
        const int got = pcap_next_ex(libpcap, &header, &bytes);
        promise((packet != nullptr) == (got == 1), "as many packets as libpcap finds");
        if (packet == nullptr) {
            const std::string theirs = got == PCAP_ERROR_BREAK ? "" : pcap_geterr(libpcap);
            return promise(ours.error() == theirs, "a fault in libpcap's words");
        }
        const auto time = std::chrono::seconds{header->ts.tv_sec} + std::chrono::nanoseconds{header->ts.tv_usec};
        promise(packet->time.time_since_epoch() == time, "libpcap's time");
        promise(packet->wire_length == header->len && packet->link_type == pcap_datalink(libpcap),
                "its length and link");
        promise(std::ranges::equal(packet->bytes, Bytes(bytes, header->caplen)), "its octets");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes octets(data, size);
    const int file = file_of(octets);
    read_whole("/dev/fd/" + std::to_string(file));
    lseek(file, 0, SEEK_SET);
    FileBuffer buffer(file);
    const auto ours = PcapFile::begin(buffer);
    if (!ours) return 0;
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): opened for reading
    auto* const stream = fmemopen(const_cast<std::uint8_t*>(data), size, "rb");
    auto* const libpcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error.data());
    promise(libpcap != nullptr, "what we read, libpcap reads");
    compare(*ours, libpcap);
    pcap_close(libpcap);
    return 0;
}
