// Capture files made by tests: pcap (libpcap's savefile format) and pcapng (draft-ietf-opsawg-pcapng).
#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include "support/hex.hpp"

namespace breakwatch::test {

inline Octets little_endian(std::uint64_t value, std::size_t width)
{
    const auto octets = big_endian(value, width);
    return {octets.rbegin(), octets.rend()};
}

inline Octets pcap_header(std::uint32_t link_type = 1, std::uint32_t magic = 0xa1b2c3d4)
{
    return little_endian(magic, 4) + little_endian(2, 2) + little_endian(4, 2) + Octets(8, 0) +
           little_endian(65'535, 4) + little_endian(link_type, 4);
}

// `fraction`: micro- or nanoseconds, by the file's magic number.
inline Octets pcap_record(std::uint32_t seconds, std::uint32_t fraction, const Octets& frame, std::size_t on_wire = 0)
{
    return little_endian(seconds, 4) + little_endian(fraction, 4) + little_endian(frame.size(), 4) +
           little_endian(on_wire == 0 ? frame.size() : on_wire, 4) + frame;
}

inline Octets pcapng_block(std::uint32_t type, Octets body)
{
    while (body.size() % 4 != 0) body.push_back(0);
    const auto length = little_endian(body.size() + 12, 4);
    return little_endian(type, 4) + length + body + length;
}

inline Octets pcapng_section()
{
    return pcapng_block(0x0a0d0d0a, little_endian(0x1a2b3c4d, 4) + hex("0100 0000") + Octets(8, 0xff));
}

inline Octets pcapng_interface(std::uint16_t link_type, std::uint32_t snap_length = 65'535)
{
    return pcapng_block(1, little_endian(link_type, 2) + Octets(2, 0) + little_endian(snap_length, 4));
}

inline Octets pcapng_packet(std::uint32_t interface, std::uint64_t microseconds, const Octets& frame)
{
    return pcapng_block(6, little_endian(interface, 4) + little_endian(microseconds >> 32U, 4) +
                               little_endian(microseconds & 0xffffffffU, 4) + little_endian(frame.size(), 4) +
                               little_endian(frame.size(), 4) + frame);
}

// A file that goes with the test.
class ScratchFile {
  public:
    explicit ScratchFile(const Octets& content, const std::string& name = "capture.pcap")
    {
        static int made = 0;
        folder_ = std::filesystem::temp_directory_path() /
                  ("breakwatch-test-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
        std::filesystem::create_directories(folder_);
        path_ = folder_ / name;
        std::ofstream(path_, std::ios::binary)
            .write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
    }
    ~ScratchFile()
    {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    std::string name() const { return path_; }

  private:
    std::filesystem::path folder_;
    std::filesystem::path path_;
};

}  // namespace breakwatch::test
