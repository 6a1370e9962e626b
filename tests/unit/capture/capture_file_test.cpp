#include "capture/capture_file.hpp"

#include <doctest/doctest.h>

#include "capture/live_capture.hpp"
#include "support/capture_files.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Read {
    std::vector<std::string> packets;  // time in nanoseconds, link type, octets seen of octets sent
    std::string error;
    std::uint64_t received = 0;
    double progress = 0;
};

Read read(const std::vector<std::string>& names, std::size_t batch = 2)
{
    Read result;
    auto source = CaptureFiles::open(names);
    if (!source) return {.packets = {}, .error = source.error()};
    while (true) {
        const auto state = (*source)->next_batch(batch, [&](const Packet& packet) {
            result.packets.push_back(std::to_string(packet.time.time_since_epoch().count()) + " link " +
                                     std::to_string(packet.link_type) + " " + std::to_string(packet.bytes.size()) +
                                     "/" + std::to_string(packet.wire_length));
        });
        if (!state) result.error = state.error();
        if (!state || *state == PacketSource::State::ended) break;
    }
    result.received = (*source)->counters().received;
    result.progress = (*source)->progress();
    return result;
}

bool says(const Read& result, std::string_view words) { return result.error.find(words) != std::string::npos; }

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
    const auto state = (*source)->next_batch(10, [](const Packet&) {});
    REQUIRE(state);
    CHECK((*state == PacketSource::State::idle || *state == PacketSource::State::more));
    CHECK((*source)->counters().dropped_by_kernel == 0);
}
