// What reading a capture costs by itself: libpcap's dispatch loop with nothing in it.
//   empty_pcap_loop CAPTURE
#include <pcap/pcap.h>

#include <array>
#include <cstdio>

int main(int argc, char** argv)
{
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    pcap_t* const file = argc == 2 ? pcap_open_offline(argv[1], error.data()) : nullptr;
    if (file == nullptr) return std::fprintf(stderr, "empty_pcap_loop CAPTURE: %s\n", error.data()), 1;
    unsigned long packets = 0;
    const auto count = [](u_char* counter, const pcap_pkthdr*, const u_char*) {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libpcap's user pointer
        ++*reinterpret_cast<unsigned long*>(counter);
    };
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the same
    while (pcap_dispatch(file, -1, count, reinterpret_cast<u_char*>(&packets)) > 0) {
    }
    pcap_close(file);
    std::printf("%lu packets\n", packets);
    return 0;
}
