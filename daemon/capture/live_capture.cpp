#include "capture/live_capture.hpp"
#include "capture/pcap_handle.hpp"

#include <net/if.h>
#include <pcap/pcap.h>
#include <poll.h>

#include <array>

namespace breakwatch {

namespace {

// How long a quiet link may keep a call waiting, in milliseconds.
constexpr int kReadTimeout = 250;

std::string words_for(int code, pcap_t* handle, const LiveSettings& settings)
{
    const std::string where = "capture " + settings.interface + ": ";
    switch (code) {
        case PCAP_ERROR_NO_SUCH_DEVICE: return where + "no such interface";
        case PCAP_ERROR_PERM_DENIED:
        case PCAP_ERROR_PROMISC_PERM_DENIED: return where + std::string(kPermissionWords);
        case PCAP_ERROR_IFACE_NOT_UP: return where + std::string(kDownWords);
        default: return where + pcap_statustostr(code) + ": " + pcap_geterr(handle);
    }
}

}  // namespace

struct LiveCapture::Impl {
    PcapHandle handle;
    std::string interface;
    unsigned index = 0;  // of the interface when it was opened
    LinkType link_type = 1;
    const Handler* handler = nullptr;

    static void packet(u_char* self, const pcap_pkthdr* header, const u_char* bytes)
    {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libpcap's user pointer
        const auto& impl = *reinterpret_cast<const Impl*>(self);
        Packet packet;
        packet.time = Timestamp{std::chrono::seconds{header->ts.tv_sec} + std::chrono::nanoseconds{header->ts.tv_usec}};
        packet.link_type = impl.link_type;
        packet.bytes = Bytes(bytes, header->caplen);
        packet.wire_length = header->len;
        (*impl.handler)({&packet, 1});
    }
};

LiveCapture::LiveCapture(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LiveCapture::~LiveCapture() = default;

std::expected<std::unique_ptr<LiveCapture>, std::string> LiveCapture::open(const LiveSettings& settings)
{
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    auto impl = std::make_unique<Impl>();
    impl->interface = settings.interface;
    impl->handle.reset(pcap_create(settings.interface.c_str(), text.data()));
    auto* const handle = impl->handle.get();
    if (handle == nullptr) return std::unexpected("capture " + settings.interface + ": " + text.data());
    pcap_set_snaplen(handle, settings.snaplen);
    pcap_set_promisc(handle, settings.promiscuous ? 1 : 0);
    pcap_set_timeout(handle, kReadTimeout);
    pcap_set_buffer_size(handle, settings.ring_mib * 1024 * 1024);
    pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
    // Positive codes are warnings (no promiscuous mode on this kind of interface).
    if (const int code = pcap_activate(handle); code < 0) return std::unexpected(words_for(code, handle, settings));
    // libpcap's own timeout does not end the wait on a link without a single packet (TPACKET_V3).
    if (pcap_setnonblock(handle, 1, text.data()) != 0) {
        return std::unexpected("capture " + settings.interface + ": " + text.data());
    }
    impl->index = if_nametoindex(settings.interface.c_str());
    impl->link_type = pcap_datalink(handle);
    if (!settings.filter.empty()) {
        bpf_program program{};
        if (pcap_compile(handle, &program, settings.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
            return std::unexpected("capture.filter: \"" + settings.filter + "\": " + pcap_geterr(handle));
        }
        const int set = pcap_setfilter(handle, &program);
        pcap_freecode(&program);
        if (set != 0) return std::unexpected("capture.filter: " + std::string(pcap_geterr(handle)));
    }
    return std::unique_ptr<LiveCapture>(new LiveCapture(std::move(impl)));
}

std::expected<PacketSource::State, std::string> LiveCapture::next_batch(std::size_t limit, const Handler& handler)
{
    pollfd ready{.fd = pcap_get_selectable_fd(impl_->handle.get()), .events = POLLIN, .revents = 0};
    poll(&ready, 1, kReadTimeout);
    impl_->handler = &handler;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libpcap's user pointer
    auto* const self = reinterpret_cast<u_char*>(impl_.get());
    const int count = pcap_dispatch(impl_->handle.get(), static_cast<int>(limit), &Impl::packet, self);
    if (count < 0) {
        return std::unexpected("capture " + impl_->interface + ": " + pcap_geterr(impl_->handle.get()));
    }
    if (count > 0) return State::more;
    // A deleted interface makes no error on some kernels, only silence; one of the same name is another.
    if (if_nametoindex(impl_->interface.c_str()) != impl_->index) {
        return std::unexpected("capture " + impl_->interface + ": the interface has gone");
    }
    return State::idle;
}

SourceCounters LiveCapture::counters() const
{
    pcap_stat stat{};
    if (pcap_stats(impl_->handle.get(), &stat) != 0) return {};
    return {stat.ps_recv, stat.ps_drop, stat.ps_ifdrop};
}

}  // namespace breakwatch
