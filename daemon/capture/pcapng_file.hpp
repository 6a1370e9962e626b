// Packets of a pcapng file (draft-ietf-opsawg-pcapng-03), each with its interface's own link type and clock.
// libpcap reads such files only when all interfaces are alike, which those of a workstation's capture on
// "any" or of merged captures are not. One thread; bounded by the largest block.
#pragma once

#include <cstdint>
#include <cstdio>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "decode/byte_reader.hpp"
#include "flow/packet.hpp"

namespace breakwatch {

class PcapngFile {
  public:
    // A pcapng file begins with this octet, and no pcap file does.
    static constexpr int kFirstOctet = 0x0a;

    // Takes `stream`, closed in the end unless it is the standard input.
    explicit PcapngFile(std::FILE* stream) : stream_(stream) {}

    // The next packet, valid until the next call; nothing: the end. An error in words ends the reading.
    std::expected<std::optional<Packet>, std::string> next();

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
    struct Closer {
        void operator()(std::FILE* stream) const
        {
            if (stream != stdin) std::fclose(stream);
        }
    };

    std::expected<std::optional<Block>, std::string> next_block();
    std::optional<std::string> begin_section(Bytes body);
    std::optional<std::string> add_interface(Bytes body);
    std::expected<Packet, std::string> read_packet(const Block& block);
    std::string broken(const char* what) const;
    std::uint16_t u16(ByteReader& in) const { return little_ ? in.u16_little() : in.u16(); }
    std::uint32_t u32(ByteReader& in) const { return little_ ? in.u32_little() : in.u32(); }

    std::unique_ptr<std::FILE, Closer> stream_;
    std::vector<Interface> interfaces_;  // of the section
    std::vector<std::uint8_t> block_;
    std::uint64_t position_ = 0;  // octets, of the block being read
    std::uint64_t next_position_ = 0;
    Timestamp last_time_;
    bool little_ = true;
};

}  // namespace breakwatch
