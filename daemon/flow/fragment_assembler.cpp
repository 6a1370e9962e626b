#include "flow/fragment_assembler.hpp"

#include "flow/heap_octets.hpp"
#include "policy/share.hpp"

namespace breakwatch {

namespace {

constexpr Duration kPatience = std::chrono::seconds{30};  // RFC 8200 asks for 60, Linux waits 30

}  // namespace

FragmentAssembler::FragmentAssembler(std::size_t most_bytes) : most_bytes_(most_bytes), shares_(share_of(most_bytes)) {}

void FragmentAssembler::forget(std::map<Key, Datagram>::iterator at)
{
    bytes_ -= at->second.size;
    shares_.give_back(SourceShares::bucket_of(at->first.source), at->second.size);
    oldest_first_.erase(at->second.age);
    datagrams_.erase(at);
}

void FragmentAssembler::expire(Timestamp now, DecodeCounters& counters)
{
    while (!oldest_first_.empty()) {
        const auto oldest = datagrams_.find(oldest_first_.front());
        const bool late = now - oldest->second.begun > kPatience;
        const bool full = bytes_ > most_bytes_;
        if (!late && !full) return;
        counters.count(late ? Loss::fragment_expired : Loss::fragments_full);
        forget(oldest);
    }
}

void FragmentAssembler::weigh(const Key& key, Datagram& datagram)
{
    constexpr auto kNode =
        heap_octets(sizeof(Key) + sizeof(Datagram) + 4 * sizeof(void*)) + heap_octets(sizeof(Key) + 2 * sizeof(void*));
    const auto size = kNode + datagram.bytes.footprint();
    const auto share = SourceShares::bucket_of(key.source);
    bytes_ += size - datagram.size;
    shares_.give_back(share, datagram.size);
    shares_.take(share, size);
    datagram.size = size;
}

std::optional<IpPacket> FragmentAssembler::put(const IpPacket& fragment, Timestamp now, DecodeCounters& counters)
{
    expire(now, counters);
    // RFC 8200: a fragment with more to come is a multiple of eight octets long.
    if (fragment.fragment_offset + fragment.payload.size() > 65'535 ||
        (fragment.more_fragments && fragment.payload_length % 8 != 0)) {
        counters.count(Layer::fragment, DecodeError::bad_length);
        return std::nullopt;
    }
    // The protocol stands in IPv6's first fragment only, so it tells IPv4's datagrams apart alone.
    const bool v4 = fragment.source.family == IpAddress::Family::v4;
    const Key key{fragment.source, fragment.destination, fragment.identification,
                  v4 ? fragment.protocol : std::uint8_t{0}};
    if (!shares_.room(SourceShares::bucket_of(key.source), fragment.payload.size())) {
        counters.count(Loss::fragment_share_full);
        if (const auto begun = datagrams_.find(key); begun != datagrams_.end()) forget(begun);
        return std::nullopt;
    }
    const auto [at, made] = datagrams_.try_emplace(key);
    auto& datagram = at->second;
    if (made) {
        datagram.begun = now;
        datagram.age = oldest_first_.insert(oldest_first_.end(), key);
    }
    const auto put = datagram.bytes.put(fragment.fragment_offset, fragment.payload);
    if (put != IntervalBuffer::Put::taken) counters.count(Loss::fragment_overlap);
    weigh(key, datagram);
    if (!fragment.more_fragments && !datagram.length) {
        datagram.length = fragment.fragment_offset + fragment.payload.size();
    }
    const auto ready = datagram.bytes.prefix();
    if (!datagram.length || ready.size() < *datagram.length) return std::nullopt;

    whole_.assign(ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(*datagram.length));
    forget(at);
    IpPacket packet = fragment;
    packet.fragment = false;
    packet.more_fragments = false;
    packet.fragment_offset = 0;
    packet.payload = whole_;
    packet.payload_length = static_cast<std::uint32_t>(whole_.size());
    return packet;
}

}  // namespace breakwatch
