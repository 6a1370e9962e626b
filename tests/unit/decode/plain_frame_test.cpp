#include "decode/plain_frame.hpp"

#include <doctest/doctest.h>

#include "support/frames.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kFrom = mac("02:1a:10:00:10:01");
const auto kTo = mac("02:1a:10:00:00:fe");

Octets frame_of(const char* from, const char* to, std::uint8_t protocol, const Octets& payload)
{
    const auto source = ip(from);
    const bool v6 = source.family == IpAddress::Family::v6;
    return ethernet(kTo, kFrom, v6 ? 0x86dd : 0x0800, ip_packet(source, ip(to), protocol, payload));
}

Octets tagged(const Octets& frame)
{
    const Octets tag = hex("8100 2005");
    Octets whole(frame.begin(), frame.begin() + 12);
    whole.insert(whole.end(), tag.begin(), tag.end());
    whole.insert(whole.end(), frame.begin() + 12, frame.end());
    return whole;
}

// Whether it is ordinary; then the general decoders have to read the same.
bool is_plain(const Octets& octets, std::size_t captured)
{
    const auto bytes = Bytes(octets).first(captured);
    const auto plain = decode_plain_frame(1, bytes);
    if (!plain) return false;
    const auto link = decode_link(1, bytes);
    REQUIRE(link);
    CHECK(plain->link.source == link->source);
    CHECK(plain->link.destination == link->destination);
    CHECK(plain->link.vlan == link->vlan);
    CHECK(plain->link.ether_type == link->ether_type);
    CHECK_FALSE(link->framed_inside);
    const auto packet = decode_ip(link->payload);
    REQUIRE(packet);
    CHECK_FALSE(packet->fragment);
    CHECK(plain->ip.source == packet->source);
    CHECK(plain->ip.destination == packet->destination);
    CHECK(plain->ip.protocol == packet->protocol);
    CHECK(plain->ip.hop_limit == packet->hop_limit);
    CHECK(plain->ip.identification == packet->identification);
    CHECK(plain->ip.payload_length == packet->payload_length);
    CHECK(plain->ip.payload.data() == packet->payload.data());
    CHECK(plain->ip.payload.size() == packet->payload.size());
    return true;
}

const std::vector<Octets>& ordinary()
{
    static const auto segment = tcp({.source = 50'000, .destination = 443, .payload = Octets(20, 1)});
    static const std::vector<Octets> frames{
        frame_of("10.77.20.5", "198.51.100.7", 6, segment),
        tagged(frame_of("10.77.20.5", "198.51.100.7", 17, udp(50'000, 443, Octets(9, 1)))),
        frame_of("2001:db8::5", "2001:db8::7", 17, udp(50'000, 443, Octets(9, 1))),
        tagged(frame_of("2001:db8::5", "2001:db8::7", 6, segment)),
    };
    return frames;
}

}  // namespace

TEST_CASE("ordinary frames are read as the general decoders read them, wherever they are cut")
{
    for (const auto& frame : ordinary()) {
        CHECK(is_plain(frame, frame.size()));
        for (std::size_t captured = 0; captured < frame.size(); ++captured) is_plain(frame, captured);
        auto padded = frame;
        padded.resize(frame.size() + 9);
        CHECK(is_plain(padded, padded.size()));
    }
}

TEST_CASE("whatever one octet of a header says, it is read alike or left to the general decoders")
{
    for (const auto& frame : ordinary()) {
        for (std::size_t at = 0; at < 62 && at < frame.size(); ++at) {
            for (unsigned value = 0; value < 256; ++value) {
                auto changed = frame;
                changed[at] = static_cast<std::uint8_t>(value);
                is_plain(changed, changed.size());
            }
        }
    }
}

TEST_CASE("fragments, options, other links and other protocols are not ordinary")
{
    auto frame = ordinary()[0];
    CHECK_FALSE(decode_plain_frame(113, frame));
    for (const auto& [at, value] : {std::pair{20U, 0x20}, {21U, 1}, {14U, 0x46}, {23U, 1}, {13U, 6}}) {
        CAPTURE(at);
        auto changed = frame;
        changed[at] = static_cast<std::uint8_t>(value);
        CHECK_FALSE(decode_plain_frame(1, changed));
    }
}
