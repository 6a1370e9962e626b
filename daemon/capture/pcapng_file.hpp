// Packets of a pcapng file (draft-ietf-opsawg-pcapng-03), each with its interface's own link type and clock.
// libpcap reads such files only when all interfaces are alike, which those of a workstation's capture on
// "any" or of merged captures are not. One thread; nothing is copied, and allocated for interfaces alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/file_buffer.hpp"
#include "capture/record_file.hpp"

namespace breakwatch {

class PcapngFile final : public RecordFile {
  public:
    // A pcapng file begins with this octet, and no pcap file does.
    static constexpr std::uint8_t kFirstOctet = 0x0a;

    // `buffer` outlives the file.
    explicit PcapngFile(FileBuffer& buffer) : buffer_(buffer) {}

    const Packet* next() override;

  private:
    struct Interface {
        LinkType link_type = 0;
        std::uint32_t snap_length = 0;  // 0: no limit
        std::uint8_t resolution = 6;    // of times: digits, or with the high bit binary places
        std::int64_t offset = 0;        // seconds added to times
    };
    struct Block {
        std::uint32_t type = 0;
        Bytes body;
    };
    // Nothing: the end, or what ended it was told.
    std::optional<Block> next_block();
    bool begin_section(Bytes body);
    bool add_interface(Bytes body);
    const Packet* read_packet(const Block& block);
    const Packet* broken(const char* what);
    std::uint16_t u16(ByteReader& in) const { return little_ ? in.u16_little() : in.u16(); }
    std::uint32_t u32(ByteReader& in) const { return little_ ? in.u32_little() : in.u32(); }

    FileBuffer& buffer_;
    std::vector<Interface> interfaces_;  // of the section
    std::uint64_t position_ = 0;         // octets, of the block being read
    bool little_ = true;
};

}  // namespace breakwatch
