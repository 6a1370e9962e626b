#include "capture/packet_ring.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "capture/kernel_filter.hpp"
#include "capture/pcap_handle.hpp"

namespace breakwatch {

namespace {

// How long a quiet link may keep a call waiting, and how long the kernel may hold a block that is not full, in
// milliseconds.
constexpr int kReadTimeout = 250;
constexpr unsigned kBlockTimeout = 50;
constexpr std::size_t kBlock = std::size_t{1} << 20U;
constexpr std::size_t kLeastBlocks = 4;
constexpr std::size_t kFrame = 2048;  // of no meaning with blocks, but checked by the kernel
constexpr unsigned kTag = 4;
// The sender's address lies behind a packet's header, as TPACKET_ALIGN() says.
constexpr std::size_t kHeader = (sizeof(tpacket3_hdr) + TPACKET_ALIGNMENT - 1) / TPACKET_ALIGNMENT * TPACKET_ALIGNMENT;
constexpr std::size_t kTogether = 256;  // packets that are handed over in one call

std::string words_of(int number)
{
    return std::generic_category().message(number);
}

template <typename Value>
bool set(int socket, int level, int option, const Value& value)
{
    return ::setsockopt(socket, level, option, &value, sizeof value) == 0;
}

// The site's filter as the kernel runs it. A handle that is live, since the kernel has taken the outer VLAN tag off the
// frame and "vlan" means another thing there.
std::expected<std::vector<sock_filter>, std::string> site_filter(const LiveSettings& settings)
{
    if (settings.filter.empty()) return take_all_filter(settings.snaplen);
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    const PcapHandle handle(pcap_create(settings.interface.c_str(), text.data()));
    if (!handle) return std::unexpected(std::string(text.data()));
    pcap_set_snaplen(handle.get(), settings.snaplen);
    pcap_set_buffer_size(handle.get(), 1 << 20);
    if (pcap_activate(handle.get()) < 0) return std::unexpected(std::string(pcap_geterr(handle.get())));
    bpf_program program{};
    if (pcap_compile(handle.get(), &program, settings.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
        return std::unexpected("capture.filter: \"" + settings.filter + "\": " + pcap_geterr(handle.get()));
    std::vector<sock_filter> code;
    for (const auto& each : std::span(program.bf_insns, program.bf_len))
        code.push_back({each.code, each.jt, each.jf, each.k});
    pcap_freecode(&program);
    return code;
}

std::uint64_t statistic(const std::string& interface, const char* name)
{
    std::ifstream in("/sys/class/net/" + interface + "/statistics/" + name);
    std::uint64_t value = 0;
    in >> value;
    return value;
}

std::uint64_t dropped_by(const std::string& interface)
{
    return statistic(interface, "rx_missed_errors") + statistic(interface, "rx_fifo_errors");
}

}  // namespace

struct PacketRing::Impl {
    Impl(int number, const LiveSettings& settings, Shard which)
        : socket(number), interface(settings.interface), shard(which)
    {}
    ~Impl()
    {
        if (ring != MAP_FAILED) ::munmap(ring, octets());
        if (socket >= 0) ::close(socket);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    std::size_t octets() const { return kBlock * blocks; }
    tpacket_block_desc& block(std::size_t number) const
    {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the kernel lays the ring out
        return *reinterpret_cast<tpacket_block_desc*>(static_cast<std::uint8_t*>(ring) + number % blocks * kBlock);
    }
    static std::uint32_t status_of(tpacket_block_desc& block)
    {
        return std::atomic_ref(block.hdr.bh1.block_status).load(std::memory_order_acquire);
    }
    static bool is_ours(tpacket_block_desc& block) { return (status_of(block) & TP_STATUS_USER) != 0; }
    std::expected<void, std::string> find_interface();
    std::expected<void, std::string> make_ring(std::size_t octets_of_ring);
    std::expected<void, std::string> listen(const LiveSettings& settings);
    std::optional<std::string> fault() const;
    std::size_t take(std::size_t limit, const Handler& handler);
    const std::uint8_t* read(const std::uint8_t* at, Packet& packet) const;

    int socket;
    std::string interface;
    Shard shard;
    int index = 0;  // of the interface when it was opened
    bool loopback = false;
    void* ring = MAP_FAILED;
    std::size_t blocks = 0;
    std::size_t current = 0;             // block
    std::uint32_t left = 0;              // packets in it that were not handed over yet
    const std::uint8_t* next = nullptr;  // the first of them
    std::uint64_t dropped_before = 0;    // by the interface, when it was opened
    mutable SourceCounters counted;      // the kernel forgets what it has told
};

std::expected<void, std::string> PacketRing::Impl::find_interface()
{
    index = static_cast<int>(if_nametoindex(interface.c_str()));
    if (index == 0) return std::unexpected("no such interface");
    ifreq request{};
    interface.copy(request.ifr_name, IFNAMSIZ - 1);
    if (::ioctl(socket, SIOCGIFFLAGS, &request) != 0) return std::unexpected(words_of(errno));
    if ((request.ifr_flags & IFF_UP) == 0) return std::unexpected(std::string(kDownWords));
    if (::ioctl(socket, SIOCGIFHWADDR, &request) != 0) return std::unexpected(words_of(errno));
    loopback = request.ifr_hwaddr.sa_family == ARPHRD_LOOPBACK;
    if (!loopback && request.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
        return std::unexpected(shard.alone() ? "it is no Ethernet" : "it is no Ethernet; expected capture.rings: 1");
    }
    return {};
}

// Where the kernel has not so much memory in one piece: half, and so on.
std::expected<void, std::string> PacketRing::Impl::make_ring(std::size_t octets_of_ring)
{
    const int version = TPACKET_V3;
    if (!set(socket, SOL_PACKET, PACKET_VERSION, version)) return std::unexpected(words_of(errno));
    // Room to put a VLAN tag back where it stood.
    if (!set(socket, SOL_PACKET, PACKET_RESERVE, kTag)) return std::unexpected(words_of(errno));
    blocks = std::max(octets_of_ring / kBlock, kLeastBlocks);
    for (;; blocks /= 2) {
        tpacket_req3 request{};
        request.tp_block_size = kBlock;
        request.tp_block_nr = static_cast<unsigned>(blocks);
        request.tp_frame_size = kFrame;
        request.tp_frame_nr = static_cast<unsigned>(octets() / kFrame);
        request.tp_retire_blk_tov = kBlockTimeout;
        if (set(socket, SOL_PACKET, PACKET_RX_RING, request)) break;
        if (errno != ENOMEM || blocks / 2 < kLeastBlocks) return std::unexpected(words_of(errno));
    }
    ring = ::mmap(nullptr, octets(), PROT_READ | PROT_WRITE, MAP_SHARED, socket, 0);
    if (ring == MAP_FAILED) return std::unexpected(words_of(errno));
    return {};
}

// The filter before the socket is bound: nothing comes in that is not asked for.
std::expected<void, std::string> PacketRing::Impl::listen(const LiveSettings& settings)
{
    const auto rest = site_filter(settings);
    if (!rest) return std::unexpected(rest.error());
    auto code = kernel_filter(*rest, shard);
    const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
    if (!set(socket, SOL_SOCKET, SO_ATTACH_FILTER, program))
        return std::unexpected("capture.filter: the kernel refuses it: " + words_of(errno));
    // A packet gets its time once, for all rings.
    const int yes = 1;
    if (!set(socket, SOL_SOCKET, SO_TIMESTAMPNS, yes)) return std::unexpected(words_of(errno));
    packet_mreq membership{};
    membership.mr_ifindex = index;
    membership.mr_type = PACKET_MR_PROMISC;
    if (settings.promiscuous && !set(socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership))
        return std::unexpected(words_of(errno));
    sockaddr_ll where{};
    where.sll_family = AF_PACKET;
    where.sll_protocol = htons(ETH_P_ALL);
    where.sll_ifindex = index;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as bind(2) takes addresses
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0)
        return std::unexpected(words_of(errno));
    dropped_before = dropped_by(interface);
    return {};
}

PacketRing::PacketRing(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PacketRing::~PacketRing() = default;

std::expected<std::unique_ptr<PacketRing>, std::string> PacketRing::open(const LiveSettings& settings, Shard shard)
{
    const auto where = "capture " + settings.interface + ": ";
    auto impl =
        std::make_unique<Impl>(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), settings, shard);
    if (impl->socket < 0) {
        if (errno != EPERM) return std::unexpected(where + words_of(errno));
        return std::unexpected(where + std::string(kPermissionWords));
    }
    const auto octets = (static_cast<std::size_t>(settings.ring_mib) << 20U) / shard.count;
    auto made = impl->find_interface();
    if (made) made = impl->make_ring(octets);
    if (made) made = impl->listen(settings);
    if (!made) return std::unexpected(where + made.error());
    return std::unique_ptr<PacketRing>(new PacketRing(std::move(impl)));
}

std::expected<PacketSource::State, std::string> PacketRing::next_batch(std::size_t limit, const Handler& handler)
{
    auto& impl = *impl_;
    if (impl.left == 0 && !Impl::is_ours(impl.block(impl.current))) {
        pollfd ready{.fd = impl.socket, .events = POLLIN, .revents = 0};
        ::poll(&ready, 1, kReadTimeout);
    }
    if (impl.take(limit, handler) > 0) return State::more;
    if (const auto fault = impl.fault()) return std::unexpected("capture " + impl.interface + ": " + *fault);
    return State::idle;
}

std::optional<std::string> PacketRing::Impl::fault() const
{
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error != 0) {
        return error == ENETDOWN ? "the interface went down" : words_of(error);
    }
    // A deleted interface makes no error on some kernels, only silence; one of the same name is another.
    if (static_cast<int>(if_nametoindex(interface.c_str())) != index) return "the interface has gone";
    return std::nullopt;
}

// A block goes back to the kernel when all of it was handed over.
std::size_t PacketRing::Impl::take(std::size_t limit, const Handler& handler)
{
    std::array<Packet, kTogether> some;
    std::size_t count = 0;
    std::size_t taken = 0;
    const auto hand_over = [&] {
        if (count > 0) handler(std::span(some).first(std::exchange(count, 0)));
    };
    while (taken < limit) {
        auto& filled = block(current);
        if (left == 0) {
            if (!is_ours(filled)) break;
            left = filled.hdr.bh1.num_pkts;
            // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as the kernel lays the ring out
            next = reinterpret_cast<const std::uint8_t*>(&filled) + filled.hdr.bh1.offset_to_first_pkt;
        }
        for (; left > 0 && taken < limit; --left, ++taken) {
            next = read(next, some[count]);
            if (!some[count].bytes.empty()) ++count;
            if (count == some.size()) hand_over();
        }
        if (left > 0) break;
        hand_over();
        std::atomic_ref(filled.hdr.bh1.block_status).store(TP_STATUS_KERNEL, std::memory_order_release);
        current = (current + 1) % blocks;
    }
    hand_over();
    return taken;
}

// Without octets: one that is not to be told. Returns where the next lies.
const std::uint8_t* PacketRing::Impl::read(const std::uint8_t* at, Packet& packet) const
{
    tpacket3_hdr header;
    std::memcpy(&header, at, sizeof header);
    packet.time = Timestamp{std::chrono::seconds{header.tp_sec} + std::chrono::nanoseconds{header.tp_nsec}};
    packet.bytes = Bytes(at + header.tp_mac, header.tp_snaplen);
    packet.wire_length = header.tp_len;
    const auto* const after = at + header.tp_next_offset;
    if (loopback) {
        sockaddr_ll from;
        std::memcpy(&from, at + kHeader, sizeof from);
        if (from.sll_pkttype == PACKET_OUTGOING) packet.bytes = {};  // it comes in, too
    }
    if ((header.tp_status & TP_STATUS_VLAN_VALID) == 0 || packet.bytes.size() < 2 * ETH_ALEN) return after;
    auto* const frame = const_cast<std::uint8_t*>(packet.bytes.data()) - kTag;  // in our part of the ring
    std::memmove(frame, frame + kTag, 2 * ETH_ALEN);
    const bool named = (header.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
    const auto type = htons(named ? header.hv1.tp_vlan_tpid : std::uint16_t{ETH_P_8021Q});
    const auto tag = htons(static_cast<std::uint16_t>(header.hv1.tp_vlan_tci));
    std::memcpy(frame + 2 * ETH_ALEN, &type, sizeof type);
    std::memcpy(frame + 2 * ETH_ALEN + sizeof type, &tag, sizeof tag);
    packet.bytes = Bytes(frame, header.tp_snaplen + kTag);
    packet.wire_length = header.tp_len + kTag;
    return after;
}

// The kernel fills blocks in their order: one that waits says that all before it do. The block in hand is not counted.
// It says of a block that packets were lost, until its statistics are asked the next time.
Pressure PacketRing::pressure() const
{
    constexpr std::size_t kEighths = 8;
    auto& impl = *impl_;
    Pressure pressure;
    for (std::size_t eighth = 1; eighth <= kEighths; ++eighth) {
        const auto ahead = std::clamp<std::size_t>(eighth * impl.blocks / kEighths, 1, impl.blocks - 1);
        const auto status = Impl::status_of(impl.block(impl.current + ahead));
        if ((status & TP_STATUS_USER) == 0) break;
        ++pressure.eighths;
        if ((status & TP_STATUS_LOSING) != 0) pressure.losing = true;
    }
    return pressure;
}

SourceCounters PacketRing::counters() const
{
    auto& counted = impl_->counted;
    tpacket_stats_v3 fresh{};
    socklen_t size = sizeof fresh;
    if (::getsockopt(impl_->socket, SOL_PACKET, PACKET_STATISTICS, &fresh, &size) == 0) {
        counted.received += fresh.tp_packets;
        counted.dropped_by_kernel += fresh.tp_drops;
    }
    if (impl_->shard.first()) counted.dropped_by_interface = dropped_by(impl_->interface) - impl_->dropped_before;
    return counted;
}

std::expected<OpenedCapture, std::string> open_live(const LiveSettings& settings, Shard shard)
{
    auto ring = PacketRing::open(settings, shard);
    if (ring) return OpenedCapture{std::move(*ring), {}};
    if (!shard.alone()) return std::unexpected(ring.error());
    auto other = LiveCapture::open(settings);
    if (!other) return std::unexpected(other.error());
    return OpenedCapture{std::move(*other), ring.error() + "; read by libpcap"};
}

}  // namespace breakwatch
