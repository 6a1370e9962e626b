// Packets of the pcap files that are rare: changed formats, old versions, uncommon links. libpcap reads them, out of
// the same buffer. One thread.
#pragma once

#include <pcap/pcap.h>

#include <expected>
#include <memory>
#include <string>

#include "capture/file_buffer.hpp"
#include "capture/pcap_handle.hpp"
#include "capture/record_file.hpp"

namespace breakwatch {

class OtherPcapFile final : public RecordFile {
  public:
    // The error is libpcap's. `buffer` outlives the file.
    static std::expected<std::unique_ptr<OtherPcapFile>, std::string> begin(FileBuffer& buffer);

    const Packet* next() override;
    bool lends() const override { return false; }

  private:
    explicit OtherPcapFile(PcapHandle handle);

    PcapHandle handle_;
};

}  // namespace breakwatch
