#include "capture/capture_filter.hpp"

#include <pcap/pcap.h>

#include <memory>

namespace breakwatch {

std::optional<std::string> filter_fault(const std::string& filter)
{
    struct Closer {
        void operator()(pcap_t* handle) const { pcap_close(handle); }
    };
    constexpr int kSnapLength = 65'535;
    const std::unique_ptr<pcap_t, Closer> handle(pcap_open_dead(DLT_EN10MB, kSnapLength));
    if (!handle) return "cannot be compiled here";
    bpf_program program{};
    if (pcap_compile(handle.get(), &program, filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
        return pcap_geterr(handle.get());
    pcap_freecode(&program);
    return std::nullopt;
}

}  // namespace breakwatch
