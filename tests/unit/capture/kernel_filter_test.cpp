// The kernel's choice for one of several rings, run by libpcap's interpreter of the same programs.
#include "capture/kernel_filter.hpp"

#include <doctest/doctest.h>
#include <pcap/bpf.h>

#include <random>

#include "support/random_capture.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr int kSnaplen = 1'600;

// Octets of it that the program takes.
unsigned taken(const std::vector<sock_filter>& program, const Octets& frame)
{
    std::vector<bpf_insn> code;
    for (const auto& each : program) code.push_back({each.code, each.jt, each.jf, each.k});
    const auto size = static_cast<unsigned>(frame.size());
    return bpf_filter(code.data(), frame.data(), size, size);
}

Octets spoilt(Octets frame, std::mt19937_64& random)
{
    if (frame.empty()) return frame;
    for (auto changes = random() % 4; changes > 0; --changes)
        frame[random() % std::min<std::size_t>(frame.size(), 64)] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) frame.resize(random() % frame.size());
    return frame;
}

}  // namespace

TEST_CASE("a ring gets all of its lanes and all that is everybody's, of frames of every kind, whole and spoilt")
{
    std::mt19937_64 random(1);
    std::size_t kept_away = 0;
    std::size_t steered = 0;
    for (const unsigned count : {2U, 3U, 8U}) {
        std::vector<std::vector<sock_filter>> rings;
        for (unsigned i = 0; i < count; ++i) rings.push_back(kernel_filter(take_all_filter(kSnaplen), {i, count}));
        const RandomCapture capture(count);
        for (const auto& made : capture.frames()) {
            for (const auto& frame : {made.octets, spoilt(made.octets, random)}) {
                const auto lane = lane_of_frame(1, frame);
                steered += lane < kLanes ? 1 : 0;
                for (unsigned i = 0; i < count; ++i) {
                    const auto octets = taken(rings[i], frame);
                    if (lane == kEverybodys || Shard{i, count}.owns_lane(lane)) CHECK(octets == kSnaplen);
                    kept_away += octets == 0 ? 1 : 0;
                }
            }
        }
        // Untagged frames of one lane alone are kept from all other rings.
        const auto plain = ethernet(mac("02:00:00:00:00:01"), mac("02:00:00:00:00:02"), 0x0800,
                                    ip_packet(ip("10.0.0.1"), ip("192.0.2.1"), 6, tcp({})));
        const auto lane = lane_of_frame(1, plain);
        REQUIRE(lane < kLanes);
        for (unsigned i = 0; i < count; ++i) CHECK((taken(rings[i], plain) > 0) == Shard{i, count}.owns_lane(lane));
    }
    CHECK(steered > 2'000);
    CHECK(kept_away > 2'000);
}

TEST_CASE("the site's filter stands behind the choice of lanes, and alone where there is one ring")
{
    const std::vector<sock_filter> nothing{{BPF_RET | BPF_K, 0, 0, 0}};
    CHECK(kernel_filter(nothing, {}).size() == 1);
    const RandomCapture capture(4, 200);
    for (const auto& frame : capture.frames()) {
        for (unsigned i = 0; i < 2; ++i) CHECK(taken(kernel_filter(nothing, {i, 2}), frame.octets) == 0);
    }
}
