#include "capture/capture_file.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "capture/live_capture.hpp"
#include "support/capture_files.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Read {
    std::vector<std::string> packets;  // time in nanoseconds, link type, octets seen of octets sent
    std::string error;
    std::uint64_t received = 0;
    std::string complaint = {};
    double progress = 0;
};

std::string words(const Packet& packet)
{
    return std::to_string(packet.time.time_since_epoch().count()) + " link " + std::to_string(packet.link_type) + " " +
           std::to_string(packet.bytes.size()) + "/" + std::to_string(packet.wire_length);
}

Read read(const std::vector<std::string>& names, std::size_t batch = 2)
{
    Read result;
    auto source = CaptureFiles::open(names);
    if (!source) return {.packets = {}, .error = source.error()};
    while (true) {
        const auto state = (*source)->next_batch(batch, [&](std::span<const Packet> packets) {
            for (const auto& packet : packets) result.packets.push_back(words(packet));
        });
        if (!state) result.error = state.error();
        if (!state || *state == PacketSource::State::ended) break;
    }
    result.received = (*source)->counters().received;
    result.complaint = complaint_of_order((*source)->counters());
    result.progress = (*source)->progress();
    return result;
}

bool says(const Read& result, std::string_view words)
{
    return result.error.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("packets keep their times to the nanosecond, their link type and both lengths")
{
    const ScratchFile micro(pcap_header() + pcap_record(5, 7, Octets(3, 1)) + pcap_record(6, 0, Octets(2, 1), 900));
    const auto result = read({micro.name()});
    CHECK(result.error.empty());
    CHECK(result.packets == std::vector<std::string>{"5000007000 link 1 3/3", "6000000000 link 1 2/900"});
    CHECK(result.received == 2);
    CHECK(result.progress == 1);
    const ScratchFile nano(pcap_header(113, 0xa1b23c4d) + pcap_record(5, 7, Octets(3, 1)));
    CHECK(read({nano.name()}).packets == std::vector<std::string>{"5000000007 link 113 3/3"});
}

TEST_CASE("a pcap file of the other byte order is read, cut as its snap length says")
{
    const auto file = big_endian(0xa1b2c3d4, 4) + hex("0002 0004") + Octets(8, 0) + big_endian(2, 4) +
                      big_endian(1, 4) + big_endian(5, 4) + big_endian(7, 4) + big_endian(3, 4) + big_endian(60, 4) +
                      Octets(3, 1);
    CHECK(read({ScratchFile(file).name()}).packets == std::vector<std::string>{"5000007000 link 1 2/60"});
}

TEST_CASE("what is rare is read by libpcap: a changed format, an old version, another link, out of order, too")
{
    const auto records = pcap_record(2, 7, Octets(3, 1)) + pcap_record(1, 0, Octets(2, 1));
    const auto link_of = [](const Octets& file) { return read({ScratchFile(file).name()}).packets; };
    CHECK(link_of(pcap_header(147) + records) ==
          std::vector<std::string>{"1000000000 link 147 2/2", "2000007000 link 147 3/3"});
    auto old = pcap_header();
    old[6] = 3;
    CHECK(link_of(old + records).size() == 2);
    const auto changed = pcap_header(1, 0xa1b2cd34) + little_endian(5, 4) + little_endian(7, 4) + little_endian(3, 4) +
                         little_endian(3, 4) + Octets(8, 0) + Octets(3, 1);
    CHECK(link_of(changed) == std::vector<std::string>{"5000007000 link 1 3/3"});
}

TEST_CASE("records that cross the reader's buffer, are longer than it, or wait for their turn over it stay whole")
{
    const auto late = pcapng_packet(0, 100'000'000, Octets(5, 7));  // its turn comes after all others
    auto blocks = pcapng_section() + pcapng_interface(1, 0) + late;
    for (unsigned i = 0; i < 900; ++i) blocks = std::move(blocks) + pcapng_packet(0, 90'000'000 + i, Octets(4'001, 1));
    blocks = std::move(blocks) + pcapng_packet(0, 90'000'900, Octets(3'000'000, 2));
    for (unsigned i = 0; i < 900; ++i) blocks = std::move(blocks) + pcapng_packet(0, 90'001'000 + i, Octets(4'001, 3));
    const ScratchFile file(blocks);
    auto source = CaptureFiles::open({file.name()});
    REQUIRE(source);
    std::vector<std::size_t> sizes;
    const auto take = [&](std::span<const Packet> packets) {
        for (const auto& packet : packets) {
            sizes.push_back(packet.bytes.size());
            CHECK(std::ranges::count(packet.bytes, packet.bytes[0]) == std::ssize(packet.bytes));
        }
    };
    while (*(*source)->next_batch(1'000, take) == PacketSource::State::more) {
    }
    REQUIRE(sizes.size() == 1'802);
    CHECK(sizes[900] == 3'000'000);
    CHECK(sizes.back() == 5);
}

TEST_CASE("what came through a pipe is handed over before more is waited for")
{
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const auto write = [&](const Octets& octets) {
        REQUIRE(::write(ends[1], octets.data(), octets.size()) == std::ssize(octets));
    };
    write(pcap_header() + pcap_record(1, 0, Octets(3, 1)));
    const auto source = CaptureFiles::open({"/dev/fd/" + std::to_string(ends[0])});
    REQUIRE(source);
    std::size_t seen = 0;
    const auto state = (*source)->next_batch(2, [&](std::span<const Packet> packets) {
        seen += packets.size();
        if (seen == 1) write(pcap_record(2, 0, Octets(2, 1)));  // else the call would wait for ever
    });
    CHECK(state);
    CHECK(seen == 2);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("pcapng is read")
{
    const ScratchFile file(pcapng_section() + pcapng_interface(1) + pcapng_packet(0, 5'000'007, Octets(3, 1)));
    CHECK(read({file.name()}).packets == std::vector<std::string>{"5000007000 link 1 3/3"});
}

TEST_CASE("several files are merged by time, the first one first where times are equal")
{
    const ScratchFile one(pcap_header() + pcap_record(1, 0, Octets(1, 1)) + pcap_record(3, 0, Octets(1, 1)));
    const ScratchFile two(pcap_header(113) + pcap_record(2, 0, Octets(2, 1)) + pcap_record(3, 0, Octets(2, 1)));
    const auto result = read({one.name(), two.name()}, 1);
    CHECK(result.packets == std::vector<std::string>{"1000000000 link 1 1/1", "2000000000 link 113 2/2",
                                                     "3000000000 link 1 1/1", "3000000000 link 113 2/2"});
    CHECK(result.received == 4);
}

TEST_CASE("a file out of order of time is put right, also before the place where it breaks off")
{
    const auto records =
        pcap_record(2, 0, Octets(2, 1)) + pcap_record(1, 0, Octets(1, 1)) + pcap_record(3, 0, Octets(3, 1));
    const ScratchFile whole(pcap_header() + records);
    const std::vector<std::string> ordered{"1000000000 link 1 1/1", "2000000000 link 1 2/2", "3000000000 link 1 3/3"};
    CHECK(read({whole.name()}).packets == ordered);
    CHECK(read({whole.name()}).complaint.empty());
    const ScratchFile clock_set_back(pcap_header() + pcap_record(200, 0, Octets(2, 1)) +
                                     pcap_record(1, 0, Octets(1, 1)));
    CHECK(read({clock_set_back.name()}).complaint.starts_with("1 of 2 packets are earlier than one before them"));
    const ScratchFile broken(pcap_header() + records + Octets(7, 0));
    CHECK(read({broken.name()}).packets == ordered);
    CHECK(says(read({broken.name()}), "truncated dump file"));
}

TEST_CASE("a file that cannot be read is refused with its name and what was expected")
{
    CHECK(says(read({"/nonexistent/x.pcap"}), "/nonexistent/x.pcap: No such file or directory"));
    CHECK(says(read({"/tmp"}), "/tmp: is a folder; expected a pcap or pcapng file"));
    const ScratchFile empty({});
    CHECK(says(read({empty.name()}), "the file is empty"));
    const ScratchFile text(octets_of("this is no capture at all, it is text"));
    CHECK(says(read({text.name()}), "expected a pcap or pcapng file"));
}

TEST_CASE("a file cut short gives what is there and then says so")
{
    const auto whole = pcap_header() + pcap_record(1, 0, Octets(10, 1)) + pcap_record(2, 0, Octets(10, 1));
    const ScratchFile file({whole.begin(), whole.end() - 3});
    const auto result = read({file.name()});
    CHECK(result.packets.size() == 1);
    CHECK(says(result, file.name()));
    CHECK(says(result, "truncated"));
}

TEST_CASE("interfaces that are not there or not allowed are refused in words")
{
    const auto source = LiveCapture::open({.interface = "no-such-if0", .filter = {}});
    REQUIRE_FALSE(source);
    CHECK(source.error().find("capture no-such-if0: ") == 0);
}

TEST_CASE("packets of an interface are read, through its filter, and a bad filter is refused")
{
    auto source = LiveCapture::open({.interface = "lo", .promiscuous = false, .filter = "udp port 9"});
    if (!source) {
        MESSAGE("skipped: " << source.error());
        return;
    }
    const auto bad = LiveCapture::open({.interface = "lo", .promiscuous = false, .filter = "no such filter"});
    REQUIRE_FALSE(bad);
    CHECK(bad.error().find("capture.filter: \"no such filter\": ") == 0);
    const auto state = (*source)->next_batch(10, [](std::span<const Packet>) {});
    REQUIRE(state);
    CHECK((*state == PacketSource::State::idle || *state == PacketSource::State::more));
    CHECK((*source)->counters().dropped_by_kernel == 0);
}

namespace {

std::vector<std::string> packets_of(const Octets& blocks)
{
    return read({ScratchFile(blocks).name()}).packets;
}
std::string error_of(const Octets& blocks)
{
    return read({ScratchFile(blocks).name()}).error;
}

}  // namespace

TEST_CASE("interfaces of one pcapng file may have unlike links, clocks and limits")
{
    const auto interface = [](std::uint16_t link_type, const Octets& options) {
        return pcapng_block(1,
                            little_endian(link_type, 2) + Octets(2, 0) + little_endian(4, 4) + options + Octets(4, 0));
    };
    const auto nano = little_endian(9, 2) + little_endian(1, 2) + Octets{9, 0, 0, 0};
    const auto binary = little_endian(9, 2) + little_endian(1, 2) + Octets{0x80 + 10, 0, 0, 0};
    const auto offset = little_endian(14, 2) + little_endian(8, 2) + little_endian(100, 8);
    const auto file = pcapng_section() + interface(1, {}) + interface(113, nano) + interface(228, binary + offset) +
                      pcapng_packet(0, 5'000'007, Octets(3, 1)) + pcapng_block(5, Octets(12, 0)) +
                      pcapng_packet(1, 6'000'000'007, Octets(2, 1)) + pcapng_packet(2, 7 * 1024 + 512, Octets(1, 1));
    CHECK(packets_of(file) ==
          std::vector<std::string>{"5000007000 link 1 3/3", "6000000007 link 113 2/2", "107500000000 link 228 1/1"});
}

TEST_CASE("simple and old packet blocks are read, and a new section begins with no interface")
{
    const auto simple = pcapng_block(3, little_endian(9, 4) + Octets(4, 1));
    const auto old = pcapng_block(2, little_endian(0, 2) + Octets(2, 0) + little_endian(0, 4) + little_endian(5, 4) +
                                         little_endian(2, 4) + little_endian(60, 4) + Octets(2, 1));
    CHECK(packets_of(pcapng_section() + pcapng_interface(1, 4) + old + simple) ==
          std::vector<std::string>{"5000 link 1 2/60", "5000 link 1 4/9"});
    CHECK(error_of(pcapng_section() + pcapng_interface(1) + pcapng_section() + old)
              .find("an interface that is not there") != std::string::npos);
}

TEST_CASE("a pcapng file of the other byte order is read")
{
    const auto block = [](std::uint32_t type, const Octets& body) {
        const auto length = big_endian(body.size() + 12, 4);
        return big_endian(type, 4) + length + body + length;
    };
    const auto packet = hex("00000000 00000000 004c4b47 00000003 00000005 01010100");
    const auto section = block(0x0a0d0d0a, hex("1a2b3c4d 0001 0000") + Octets(8, 0xff));
    const auto later = hex("000e 0008") + big_endian(1, 8);
    CHECK(packets_of(section + block(1, hex("0001 0000 00000000") + later) + block(6, packet)) ==
          std::vector<std::string>{"6000007000 link 1 3/5"});
    CHECK(packets_of(section + block(1, hex("0001 0000 00000000")) + block(6, packet)) ==
          std::vector<std::string>{"5000007000 link 1 3/5"});
}

TEST_CASE("a broken pcapng file is refused with the place and what is wrong there")
{
    const auto start = pcapng_section() + pcapng_interface(1);
    const auto place = " at octet " + std::to_string(start.size()) + ": ";
    CHECK(error_of(start + hex("06000000 0d000000") + Octets(8, 0)).find(place + "its length is impossible") !=
          std::string::npos);
    CHECK(error_of(start + hex("06000000 000000f0") + Octets(8, 0)).find(place + "its length is impossible") !=
          std::string::npos);
    CHECK(error_of(start + pcapng_packet(7, 1, {})).find(place + "a packet of an interface that is not there") !=
          std::string::npos);
    CHECK(error_of(start + pcapng_block(6, Octets(8, 0))).find(place + "a packet is cut short") != std::string::npos);
    CHECK(error_of(start + pcapng_block(6, Octets(12, 0) + little_endian(90, 4) + little_endian(90, 4)))
              .find(place + "a packet is longer than its block") != std::string::npos);
    CHECK(error_of(start + pcapng_block(1, {})).find(place + "an interface is cut short") != std::string::npos);
    CHECK(error_of(pcapng_block(0x0a0d0d0a, Octets(16, 0))).find("no byte-order magic") != std::string::npos);
    CHECK(error_of(pcapng_block(0x0a0d0d0a, little_endian(0x1a2b3c4d, 4) + little_endian(2, 2) + Octets(10, 0)))
              .find("its version is not 1") != std::string::npos);
    CHECK(error_of(hex("0a000000 1c000000") + Octets(20, 0)).find("expected a section header") != std::string::npos);
    const auto whole = start + pcapng_packet(0, 1, Octets(3, 1));
    for (std::size_t size = start.size() + 1; size < whole.size(); ++size) {
        CHECK(error_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}).find(place + "truncated") !=
              std::string::npos);
    }
    CHECK(error_of({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(start.size())}).empty());
}

TEST_CASE("times that nanoseconds cannot hold stay at their end")
{
    const auto far = little_endian(9, 2) + little_endian(1, 2) + Octets{0, 0, 0, 0};
    const auto file = pcapng_section() + pcapng_block(1, little_endian(1, 2) + Octets(2, 0) + Octets(4, 0) + far) +
                      pcapng_packet(0, 0xffffffffffffffffU, Octets(1, 1));
    CHECK(packets_of(file) == std::vector<std::string>{"9000000000000000000 link 1 1/1"});
}

TEST_CASE("frames that somebody holds stay as they are, however much is read after them")
{
    Octets content = pcap_header();
    constexpr std::uint32_t kFrames = 3'000;  // several blocks of the buffer
    for (std::uint32_t i = 0; i < kFrames; ++i) content = std::move(content) + pcap_record(i, 0, big_endian(i, 1'000));
    const ScratchFile file(content);
    auto source = CaptureFiles::open({file.name()});
    REQUIRE(source);
    std::vector<Packet> lent;
    std::vector<FileBuffer::Holder> holders;
    while (true) {
        const auto state = (*source)->next_batch(64, [&](std::span<const Packet> packets) {
            for (const auto& packet : packets) {
                auto holder = (*source)->holder_of(packet);
                if (!holder.block) continue;  // a copy, which waited for its turn behind the end of a block
                lent.push_back(packet);
                holders.push_back(std::move(holder));
            }
        });
        REQUIRE(state);
        if (*state == PacketSource::State::ended) break;
    }
    CHECK(lent.size() > kFrames * 9 / 10);
    for (const auto& packet : lent) {
        const auto number = static_cast<std::uint32_t>(packet.time.time_since_epoch() / std::chrono::seconds{1});
        CHECK(std::ranges::equal(packet.bytes, big_endian(number, 1'000)));
    }
}

TEST_CASE("a pipe's reader is told before it waits, with all that came handed over")
{
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const auto name = "/dev/fd/" + std::to_string(ends[0]);
    const auto send = [&](const Octets& octets) {
        REQUIRE(::write(ends[1], octets.data(), octets.size()) == static_cast<ssize_t>(octets.size()));
    };
    send(pcap_header() + pcap_record(1, 0, Octets(60, 1)) + pcap_record(2, 0, Octets(60, 2)));
    auto source = CaptureFiles::open({name});
    REQUIRE(source);
    std::size_t handed = 0;
    std::vector<std::size_t> waits;
    (*source)->before_wait([&] {
        waits.push_back(handed);
        if (waits.size() == 1) send(pcap_record(3, 0, Octets(60, 3)));
        if (waits.size() == 2) ::close(ends[1]);
    });
    while (true) {
        const auto state =
            (*source)->next_batch(64, [&](std::span<const Packet> packets) { handed += packets.size(); });
        REQUIRE(state);
        if (*state == PacketSource::State::ended) break;
    }
    CHECK(handed == 3);
    CHECK(waits == std::vector<std::size_t>{2, 3});
    ::close(ends[0]);
}
