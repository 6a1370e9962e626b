#include "capture/other_pcap_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace breakwatch {

namespace {

// As fopencookie(3) asks for it.
ssize_t read_buffer(void* cookie, char* to, std::size_t count)
{
    auto& buffer = *static_cast<FileBuffer*>(cookie);
    const auto octets = buffer.ahead(std::min(count, FileBuffer::kBlock));
    if (octets.empty() && !buffer.error().empty()) return errno = EIO, -1;
    if (!octets.empty()) std::memcpy(to, octets.data(), octets.size());
    buffer.pass(octets.size());
    return static_cast<ssize_t>(octets.size());
}

}  // namespace

OtherPcapFile::OtherPcapFile(PcapHandle handle) : handle_(std::move(handle))
{
    packet_.link_type = pcap_datalink(handle_.get());
}

std::expected<std::unique_ptr<OtherPcapFile>, std::string> OtherPcapFile::begin(FileBuffer& buffer)
{
    auto* const stream = fopencookie(&buffer, "rb", {.read = read_buffer, .write = {}, .seek = {}, .close = {}});
    if (stream == nullptr) return std::unexpected(std::string(std::strerror(errno)));
    // Nothing is asked for ahead of what is needed: it may come through a pipe.
    std::setvbuf(stream, nullptr, _IONBF, 0);
    std::array<char, PCAP_ERRBUF_SIZE> text{};
    PcapHandle handle(pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, text.data()));
    if (handle) return std::unique_ptr<OtherPcapFile>(new OtherPcapFile(std::move(handle)));
    std::fclose(stream);
    return std::unexpected(std::string(text.data()));
}

const Packet* OtherPcapFile::next()
{
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int got = pcap_next_ex(handle_.get(), &header, &bytes);
    if (got == PCAP_ERROR_BREAK) return nullptr;
    if (got != 1) return end_by(pcap_geterr(handle_.get()));
    // With nanosecond precision asked for, tv_usec holds nanoseconds.
    packet_.time = Timestamp{std::chrono::seconds{header->ts.tv_sec} + std::chrono::nanoseconds{header->ts.tv_usec}};
    packet_.bytes = Bytes(bytes, header->caplen);
    packet_.wire_length = header->len;
    return &packet_;
}

}  // namespace breakwatch
