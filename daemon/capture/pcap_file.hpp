// Packets of a pcap file of the usual kinds: either byte order, micro- or nanoseconds, the links that captures are made
// on. What is rarer is read by libpcap (other_pcap_file.hpp). One thread; nothing is copied or allocated.
#pragma once

#include <cstdint>
#include <memory>

#include "capture/file_buffer.hpp"
#include "capture/record_file.hpp"

namespace breakwatch {

class PcapFile final : public RecordFile {
  public:
    // Null, and nothing passed over: the file does not begin as such a file does.
    static std::unique_ptr<PcapFile> begin(FileBuffer& buffer);

    const Packet* next() override;

  private:
    PcapFile(FileBuffer& buffer, bool swapped, bool nanoseconds, std::uint32_t snap_length, LinkType link_type);

    std::int64_t time_part(const std::uint8_t* octets) const;
    const Packet* truncated(Bytes record, std::uint32_t captured);

    FileBuffer& buffer_;
    bool swapped_;
    int scale_;  // nanoseconds of a fraction's unit
    std::uint32_t snap_length_;
};

}  // namespace breakwatch
