// Where packets come from: a capture file or an interface. One of the true seams of the house.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <span>
#include <string>

#include "flow/packet.hpp"

namespace breakwatch {

// Cumulative, since the source was opened.
struct SourceCounters {
    std::uint64_t received = 0;
    std::uint64_t dropped_by_kernel = 0;
    std::uint64_t dropped_by_interface = 0;
    std::uint64_t out_of_order = 0;  // handed over after one of a later time (files only)
};

// How far a live source's reader is behind.
struct Pressure {
    unsigned eighths = 0;  // of its ring that wait to be read
    bool losing = false;   // the kernel has just found it full
};

class PacketSource {
  public:
    enum class State : std::uint8_t { more, idle, ended };
    static constexpr std::size_t kBatch = 4'096;  // packets of a call, where nothing asks for another number
    // Some packets in their order, lent for the call: their bytes die with it.
    using Handler = std::function<void(std::span<const Packet>)>;

    PacketSource() = default;
    PacketSource(const PacketSource&) = delete;
    PacketSource& operator=(const PacketSource&) = delete;
    virtual ~PacketSource() = default;

    // Hands over up to `limit` packets, in one call or several. `idle`: none within the source's read timeout (live
    // only). The error is in words, with the file or interface named; the source is done after it.
    virtual std::expected<State, std::string> next_batch(std::size_t limit, const Handler& handler) = 0;
    virtual SourceCounters counters() const = 0;
    // None where nothing is in a hurry, or nothing is known of it.
    virtual Pressure pressure() const { return {}; }
};

}  // namespace breakwatch
