#include "capture/pcap_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

namespace breakwatch {

namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kRecordHeader = 16;
// Longer ones are taken for damage, as libpcap does on these links.
constexpr std::uint32_t kMostCaptured = 262'144;

// Little-endian, or the other way round.
template <typename Number>
Number number_at(const std::uint8_t* octets, bool swapped)
{
    Number number = 0;
    std::memcpy(&number, octets, sizeof number);
    return swapped == (std::endian::native == std::endian::little) ? std::byteswap(number) : number;
}

// Of which libpcap changes nothing in a frame, whatever the byte order of its file.
bool usual_link(std::uint32_t number)
{
    constexpr std::array<std::uint32_t, 9> kLinks{0, 1, 9, 101, 105, 127, 228, 229, 276};
    return std::ranges::find(kLinks, number) != kLinks.end();
}

}  // namespace

PcapFile::PcapFile(FileBuffer& buffer, bool swapped, bool nanoseconds, std::uint32_t snap_length, LinkType link_type)
    : buffer_(buffer),
      swapped_(swapped),
      scale_(nanoseconds ? 1 : 1'000),
      snap_length_(snap_length == 0 || snap_length > INT32_MAX ? kMostCaptured : snap_length)
{
    packet_.link_type = link_type;
}

std::unique_ptr<PcapFile> PcapFile::begin(FileBuffer& buffer)
{
    constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d;
    const auto head = buffer.ahead(kFileHeader);
    if (head.size() < kFileHeader) return nullptr;
    auto magic = number_at<std::uint32_t>(head.data(), false);
    const bool swapped = magic != kMicroseconds && magic != kNanoseconds;
    if (swapped) magic = std::byteswap(magic);
    if (magic != kMicroseconds && magic != kNanoseconds) return nullptr;
    const auto major = number_at<std::uint16_t>(head.data() + 4, swapped);
    const auto minor = number_at<std::uint16_t>(head.data() + 6, swapped);
    const auto link = number_at<std::uint32_t>(head.data() + 20, swapped);
    if (major != 2 || minor != 4 || !usual_link(link)) return nullptr;
    const auto snap_length = number_at<std::uint32_t>(head.data() + 16, swapped);
    buffer.pass(kFileHeader);
    // libpcap's number of raw IP is its own; all others of these are those of the file.
    constexpr std::uint32_t kRawInFiles = 101;
    constexpr LinkType kRaw = 12;
    return std::unique_ptr<PcapFile>(new PcapFile(buffer, swapped, magic == kNanoseconds, snap_length,
                                                  link == kRawInFiles ? kRaw : static_cast<LinkType>(link)));
}

const Packet* PcapFile::next()
{
    const auto head = buffer_.ahead(kRecordHeader);
    if (head.size() < kRecordHeader) return truncated(head, 0);
    const auto captured = number_at<std::uint32_t>(head.data() + 8, swapped_);
    if (captured > kMostCaptured) {
        const bool over = captured > snap_length_;
        return end_by(
            "invalid packet capture length " + std::to_string(captured) + ", bigger than " +
            (over ? "snaplen of " + std::to_string(snap_length_) : "maximum of " + std::to_string(kMostCaptured)));
    }
    const auto record = buffer_.ahead(kRecordHeader + captured);
    if (record.size() < kRecordHeader + captured) return truncated(record, captured);
    packet_.time = Timestamp{std::chrono::seconds{time_part(record.data())} +
                             std::chrono::nanoseconds{time_part(record.data() + 4) * scale_}};
    packet_.wire_length = number_at<std::uint32_t>(record.data() + 12, swapped_);
    packet_.bytes = record.subspan(kRecordHeader, std::min(captured, snap_length_));
    buffer_.pass(record.size());
    __builtin_prefetch(record.data() + record.size());  // the next one's header
    return &packet_;
}

// Signed, and not where the byte order is the other one: what libpcap makes of impossible times.
std::int64_t PcapFile::time_part(const std::uint8_t* octets) const
{
    const auto number = number_at<std::uint32_t>(octets, swapped_);
    return swapped_ ? std::int64_t{number} : std::int64_t{static_cast<std::int32_t>(number)};
}

// The words are libpcap's, which reads the rarer files.
const Packet* PcapFile::truncated(Bytes record, std::uint32_t captured)
{
    if (!buffer_.error().empty()) return end_by("error reading dump file: " + buffer_.error());
    if (record.empty()) return nullptr;
    const bool in_header = record.size() < kRecordHeader;
    const auto got = record.size() - (in_header ? 0 : kRecordHeader);
    const auto wanted =
        in_header ? std::to_string(kRecordHeader) + " header"
                  : std::to_string(got < snap_length_ ? std::min(captured, snap_length_) : captured) + " captured";
    return end_by("truncated dump file; tried to read " + wanted + " bytes, only got " + std::to_string(got));
}

}  // namespace breakwatch
