// The bundled case as broken mirrors would show it: what each lacks is found from the packets.
#include <doctest/doctest.h>

#include <cstdlib>
#include <functional>
#include <utility>

#include "capture/capture_file.hpp"
#include "flow/dissector.hpp"
#include "policy/sight/mirror_assessment.hpp"

namespace breakwatch {
namespace {

struct Copy {
    Packet packet;
    std::vector<std::uint8_t> bytes;
    bool from_server = false;
    std::uint32_t conversation = 0;  // a number of its addresses and ports
};

// Of an Ethernet frame with IPv4 and ports.
void describe(Copy& copy)
{
    const auto& b = copy.bytes;
    if (b.size() < 38 || b[12] != 8 || b[13] != 0) return;
    const auto port = [&](std::size_t at) { return b[at] << 8 | b[at + 1]; };
    copy.from_server = port(34) == 443;
    copy.conversation = static_cast<std::uint32_t>(port(34) + port(36));
}

const std::vector<Copy>& bundled()
{
    static const auto all = [] {
        std::vector<Copy> packets;
        const char* source = std::getenv("BREAKWATCH_SOURCE");
        REQUIRE(source != nullptr);
        auto files = CaptureFiles::open({std::string(source) + "/tests/replay/seed-case/capture.pcap"});
        REQUIRE(files);
        while (true) {
            const auto state = (*files)->next_batch(1000, [&](std::span<const Packet> lent) {
                for (const auto& packet : lent) {
                    auto& copy = packets.emplace_back(
                        packet, std::vector<std::uint8_t>(packet.bytes.begin(), packet.bytes.end()));
                    describe(copy);
                }
            });
            REQUIRE(state);
            if (*state == PacketSource::State::ended) return packets;
        }
    }();
    return all;
}

// How often, and of how many octets, each packet is shown.
struct Shown {
    unsigned times = 1;
    std::size_t octets = SIZE_MAX;
};

std::string blind(const std::function<Shown(const Copy&)>& mirror)
{
    DissectorEvents everything;
    Dissector dissector({}, everything);
    Timestamp first;
    Timestamp last;
    for (const auto& copy : bundled()) {
        const auto shown = mirror(copy);
        for (unsigned i = 0; i < shown.times; ++i) {
            auto packet = copy.packet;
            packet.time += std::chrono::microseconds{30 * i};
            packet.bytes = Bytes(copy.bytes).first(std::min(copy.bytes.size(), shown.octets));
            dissector.process(packet);
        }
        if (first == Timestamp{}) first = copy.packet.time;
        last = copy.packet.time;
    }
    std::string spots;
    SightExpectation expected;
    expected.enrolled_devices = 3;
    for (const auto& sight : assess({.length = last - first, .wire = dissector.counters().wire}, expected))
        if (sight.blind) spots += (spots.empty() ? "" : " ") + std::string(name(sight.spot));
    return spots;
}

}  // namespace

TEST_CASE("the bundled case as it is lacks nothing")
{
    CHECK(blind([](const Copy&) { return Shown{}; }).empty());
}

TEST_CASE("one direction of it is one way, either of them")
{
    CHECK(blind([](const Copy& copy) { return Shown{.times = copy.from_server ? 0U : 1U}; }) == "one_way");
    CHECK(blind([](const Copy& copy) { return Shown{.times = copy.from_server ? 1U : 0U}; }).starts_with("one_way"));
}

TEST_CASE("one of two uplinks, for answers alone, leaves half of the conversations with one side")
{
    CHECK(blind([](const Copy& copy) {
              return Shown{.times = copy.from_server && copy.conversation / 2 % 2 == 0 ? 0U : 1U};
          }) == "half");
}

TEST_CASE("each packet twice, and each of one direction twice")
{
    CHECK(blind([](const Copy&) { return Shown{.times = 2}; }) == "repeated");
    CHECK(blind([](const Copy& copy) { return Shown{.times = copy.from_server ? 2U : 1U}; }) == "repeated");
}

TEST_CASE("packets cut after 96 octets are told as such")
{
    CHECK(blind([](const Copy&) { return Shown{.times = 1, .octets = 96}; }).starts_with("cut"));
}

}  // namespace breakwatch
