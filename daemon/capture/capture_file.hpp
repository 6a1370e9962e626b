// Packets from capture files: pcap and pcapng, "-" for standard input, several merged by time. Files on disk that are
// out of order of time are put right within a window (TimeOrder); a pipe's packets are taken as they come.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "capture/file_buffer.hpp"
#include "capture/packet_source.hpp"

namespace breakwatch {

class CaptureFiles : public PacketSource {
  public:
    // Opens all of them. The error names the file and what is wrong with it.
    static std::expected<std::unique_ptr<CaptureFiles>, std::string> open(const std::vector<std::string>& names);

    // Share of the files' bytes read so far, 0..1; negative where the size is unknown (standard input).
    virtual double progress() const = 0;
    // Of a packet in the handler's call: who has its bytes for longer. Nobody: they go with the call.
    virtual FileBuffer::Holder holder_of(const Packet& packet) const = 0;
    // Before reading waits for a pipe; all that came was handed over.
    virtual void before_wait(std::function<void()> before) = 0;
};

// What to tell the user of packets that stayed out of order; nothing if none did.
std::string complaint_of_order(const SourceCounters& counters);

}  // namespace breakwatch
