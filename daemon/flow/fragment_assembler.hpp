// IPv4 and IPv6 datagrams put together from fragments (RFC 791, RFC 8200 section 4.5), within bounds of
// memory and time. Overlaps: the first wins, counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "decode/counters.hpp"
#include "decode/ip.hpp"
#include "flow/interval_buffer.hpp"
#include "flow/source_shares.hpp"

namespace breakwatch {

class FragmentAssembler {
  public:
    explicit FragmentAssembler(std::size_t most_bytes);

    // The whole datagram once its last hole is filled; its payload is valid until the next call.
    std::optional<IpPacket> put(const IpPacket& fragment, Timestamp now, DecodeCounters& counters);
    std::size_t octets() const { return bytes_; }

  private:
    struct Key {
        IpAddress source;
        IpAddress destination;
        std::uint32_t identification = 0;
        std::uint8_t protocol = 0;
        auto operator<=>(const Key&) const = default;
    };
    struct Datagram {
        IntervalBuffer bytes{65'535, 128};  // full fragments of the smallest link of IPv6 are 52
        std::optional<std::size_t> length;
        Timestamp begun;
        std::list<Key>::iterator age;
        std::size_t size = 0;  // what it takes to keep it
    };

    void expire(Timestamp now, DecodeCounters& counters);
    void weigh(const Key& key, Datagram& datagram);
    void forget(std::map<Key, Datagram>::iterator at);

    std::size_t most_bytes_;
    std::size_t bytes_ = 0;
    SourceShares shares_;
    std::map<Key, Datagram> datagrams_;
    std::list<Key> oldest_first_;
    std::vector<std::uint8_t> whole_;
};

}  // namespace breakwatch
