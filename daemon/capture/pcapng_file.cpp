#include "capture/pcapng_file.hpp"

#include <algorithm>
#include <array>

namespace breakwatch {

namespace {

enum BlockType : std::uint32_t {
    kSection = 0x0a0d0d0a,
    kInterface = 1,
    kOldPacket = 2,
    kSimplePacket = 3,
    kPacket = 6
};

constexpr std::uint32_t kMostBlock = 16 * 1024 * 1024;
constexpr std::size_t kMostInterfaces = 65'536;
constexpr std::uint64_t kBillion = 1'000'000'000;

// Of `count` units since 1970. What nanoseconds in 64 bits cannot hold is held at their end.
Timestamp time_of(std::uint64_t count, std::uint8_t resolution, std::int64_t offset)
{
    std::uint64_t seconds = 0;
    std::uint64_t nanoseconds = 0;
    if ((resolution & 0x80U) != 0) {
        const auto places = std::min(resolution & 0x7fU, 63U);
        seconds = count >> places;
        auto fraction = count & ((std::uint64_t{1} << places) - 1);
        const auto kept = std::min(places, 32U);
        fraction >>= places - kept;
        nanoseconds = fraction * kBillion >> kept;
    } else {
        std::uint64_t units = 1;
        for (unsigned digit = 0; digit < std::min<unsigned>(resolution, 18); ++digit) units *= 10;
        seconds = count / units;
        const auto fraction = count % units;
        nanoseconds = units >= kBillion ? fraction / (units / kBillion) : fraction * (kBillion / units);
    }
    constexpr std::int64_t kMostSeconds = 9'000'000'000;
    const auto most = static_cast<std::uint64_t>(kMostSeconds);
    const auto whole =
        static_cast<std::int64_t>(std::min(seconds, most)) + std::clamp(offset, -kMostSeconds, kMostSeconds);
    return Timestamp{std::chrono::seconds{std::clamp<std::int64_t>(whole, 0, kMostSeconds)} +
                     std::chrono::nanoseconds{nanoseconds}};
}

}  // namespace

const Packet* PcapngFile::broken(const char* what)
{
    return end_by("pcapng block at octet " + std::to_string(position_) + ": " + what);
}

std::optional<PcapngFile::Block> PcapngFile::next_block()
{
    constexpr std::size_t kHead = 12;  // type, length, and what a section has next
    position_ = buffer_.position();
    const auto head = buffer_.ahead(kHead);
    if (head.empty()) return std::nullopt;
    if (head.size() < kHead) return broken("truncated"), std::nullopt;
    // A section says its byte order after its length: 1a2b3c4d.
    if (ByteReader(head).u32() == kSection) {
        little_ = head[8] == 0x4d;
        if (!std::ranges::equal(head.last(4), little_ ? std::array<std::uint8_t, 4>{0x4d, 0x3c, 0x2b, 0x1a}
                                                      : std::array<std::uint8_t, 4>{0x1a, 0x2b, 0x3c, 0x4d})) {
            return broken("no byte-order magic; expected 1a2b3c4d"), std::nullopt;
        }
    }
    ByteReader in(head);
    Block block;
    block.type = u32(in);
    const std::size_t length = u32(in);
    if (length < kHead || length % 4 != 0 || length > kMostBlock)
        return broken("its length is impossible"), std::nullopt;
    const auto whole = buffer_.ahead(length);
    if (whole.size() < length) return broken("truncated"), std::nullopt;
    buffer_.pass(length);
    block.body = whole.subspan(8, length - kHead);  // without the length at its end
    return block;
}

const Packet* PcapngFile::next()
{
    while (const auto block = next_block()) {
        if (position_ == 0 && block->type != kSection) return broken("expected a section header");
        switch (block->type) {
            case kSection:
                if (!begin_section(block->body)) return nullptr;
                break;
            case kInterface:
                if (!add_interface(block->body)) return nullptr;
                break;
            case kOldPacket:
            case kSimplePacket:
            case kPacket: return read_packet(*block);
            default: break;  // names, statistics, secrets: nothing for us
        }
    }
    return nullptr;
}

bool PcapngFile::begin_section(Bytes body)
{
    ByteReader in(body);
    in.skip(4);
    const auto major = u16(in);
    if (in.failed() || major != 1) return broken("its version is not 1"), false;
    interfaces_.clear();
    return true;
}

bool PcapngFile::add_interface(Bytes body)
{
    constexpr std::uint16_t kEnd = 0, kResolution = 9, kOffset = 14;
    ByteReader in(body);
    Interface made;
    made.link_type = u16(in);
    in.skip(2);
    made.snap_length = u32(in);
    if (in.failed()) return broken("an interface is cut short"), false;
    if (interfaces_.size() >= kMostInterfaces) return broken("too many interfaces"), false;
    while (in.size() >= 4) {
        const auto option = u16(in);
        const auto length = u16(in);
        ByteReader value(in.take_at_most(length));
        in.take_at_most((4U - length % 4U) % 4U);
        if (option == kEnd) break;
        if (option == kResolution && length == 1) made.resolution = value.u8();
        if (option == kOffset && length == 8) {
            const std::uint64_t first = u32(value);
            const std::uint64_t second = u32(value);
            made.offset = static_cast<std::int64_t>(little_ ? second << 32U | first : first << 32U | second);
        }
    }
    interfaces_.push_back(made);
    return true;
}

const Packet* PcapngFile::read_packet(const Block& block)
{
    ByteReader in(block.body);
    const bool simple = block.type == kSimplePacket;
    std::uint32_t number = 0;
    if (block.type == kPacket) number = u32(in);
    if (block.type == kOldPacket) {
        number = u16(in);
        in.skip(2);  // drops
    }
    const std::uint64_t high = simple ? 0 : u32(in);
    const std::uint64_t low = simple ? 0 : u32(in);
    std::uint32_t captured = simple ? 0 : u32(in);
    packet_.wire_length = u32(in);
    if (in.failed()) return broken("a packet is cut short");
    if (number >= interfaces_.size()) return broken("a packet of an interface that is not there");
    const auto& interface = interfaces_[number];
    if (simple) {
        captured =
            std::min(packet_.wire_length, interface.snap_length == 0 ? packet_.wire_length : interface.snap_length);
    }
    packet_.bytes = in.take(captured);
    if (in.failed()) return broken("a packet is longer than its block");
    // A simple packet has no time: it came no earlier than the one before.
    if (!simple) packet_.time = time_of(high << 32U | low, interface.resolution, interface.offset);
    packet_.link_type = interface.link_type;
    return &packet_;
}

}  // namespace breakwatch
