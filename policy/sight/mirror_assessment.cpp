#include "policy/sight/mirror_assessment.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace breakwatch {
namespace {

// Limits by judgement, held by the bundled captures and their one-way, half and doubled variants. QUIC downloads
// acknowledge seldom, so the lesser direction of a good mirror may be small; a one-way mirror has none of it.
constexpr double kOneWay = 0.01;
constexpr std::uint64_t kEnoughOnTheirWay = 100;
// One of two links missing takes a side of about half of the conversations; servers that die take a few per cent.
constexpr double kHalf = 0.2;
constexpr std::uint64_t kEnoughConversations = 8;
// Two copies of everything are a half of it; of one direction, a third; retransmissions look the same in under 1 %.
constexpr double kRepeated = 0.1;
constexpr double kCut = 0.05;
constexpr double kDropped = 0.001;
constexpr double kNamesHidden = 0.5;
constexpr std::uint64_t kEnoughNames = 20;
constexpr std::uint64_t kEnoughPackets = 200;  // to say of them what they are not
constexpr std::uint64_t kMuchTraffic = 1'000;
// A break area by night has broadcasts and a few idle phones; without so much web traffic nobody has to be there.
constexpr std::uint64_t kPeopleAreThere = 500;

double share(std::uint64_t part, std::uint64_t whole)
{
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(double value)
{
    if (value > 0 && value < 0.01) return "under 1 %";
    if (value < 1 && value > 0.99) return "over 99 %";
    return std::to_string(std::lround(value * 100)) + " %";
}

std::string hexadecimal(std::uint16_t number)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text = "0x";
    for (int shift = 12; shift >= 0; shift -= 4) text += kDigits[static_cast<std::size_t>(number >> shift) & 0xfU];
    return text;
}

std::string ether_type_in_words(std::uint16_t type)
{
    switch (type) {
        case 0: return "link types that are not read";
        case 0x88e5: return "EtherType 0x88e5, MACsec: mirror behind the port that decrypts it";
        case 0x8847:
        case 0x8848: return "EtherType " + hexadecimal(type) + ", MPLS";
        case 0x88cc: return "EtherType 0x88cc, LLDP alone: the port is connected and mirrors nothing";
        case 0x888e: return "EtherType 0x888e, 802.1X alone: the switch asks this port to log in";
        default: return "EtherType " + hexadecimal(type);
    }
}

std::string sealed_in_words(const WireCounters& wire)
{
    if (wire.sealed_protocol == 50) return "IPsec (ESP)";
    if (wire.sealed_protocol == 17 && wire.sealed_port == 5247)
        return "CAPWAP data that is encrypted or cut (UDP 5247): mirror behind the wireless controller, or switch its "
               "data encryption off";
    if (wire.sealed_protocol == 17) return "tunnels over UDP " + std::to_string(wire.sealed_port);
    return "IP protocol " + std::to_string(wire.sealed_protocol);
}

class Assessment {
  public:
    Assessment(const SightSpan& span, const SightExpectation& expected, const std::vector<BlindSpot>& present)
        : span_(span), wire_(span.wire), expected_(expected), present_(present)
    {}

    std::vector<Sight> take()
    {
        contents();
        directions();
        copies();
        losses();
        people();
        vlans();
        names();
        addresses();
        return std::move(sights_);
    }

  private:
    // Once told, half of the limit keeps it.
    double limit(BlindSpot spot, double from) const
    {
        return std::ranges::find(present_, spot) == present_.end() ? from : from / 2;
    }

    void say(BlindSpot spot, bool blind, Severity severity, std::string what, std::string change)
    {
        sights_.push_back({spot, blind, severity, blind ? std::move(what) : "", blind ? std::move(change) : "", ""});
    }

    void contents()
    {
        if (wire_.packets > 0) say(BlindSpot::silent, false, Severity::error, "", "");
        if (wire_.packets < kEnoughPackets) return;
        say(BlindSpot::not_ip, wire_.ip * 100 < wire_.packets, Severity::error,
            std::to_string(wire_.packets) + " packets were seen and there is hardly any IP in them, but " +
                ether_type_in_words(wire_.unread_ether_type),
            "mirror the port or VLAN that the break area's phones use");
        const auto untrusted = share(wire_.untrusted, wire_.packets);
        if (untrusted >= limit(BlindSpot::sealed, 0.5))
            return say(BlindSpot::sealed, true, Severity::error,
                       percent(untrusted) + " of the packets are in tunnels that were not opened",
                       "the mirror sends them wrapped (ERSPAN, VXLAN, GRE, CAPWAP, TZSP), and only configured mirrors "
                       "are believed: name it "
                       "in capture.mirrors");
        const auto sealed = share(wire_.sealed, wire_.packets);
        say(BlindSpot::sealed, sealed >= limit(BlindSpot::sealed, 0.5), Severity::error,
            percent(sealed) + " of the packets are in tunnels that cannot be opened: " + sealed_in_words(wire_),
            "mirror inside the tunnel's end, where packets are in clear");
    }

    std::string filter_hint() const
    {
        return expected_.filter.empty() ? "" : "; or capture.filter (\"" + expected_.filter + "\") leaves them out";
    }

    void directions()
    {
        const auto all = wire_.to_servers + wire_.from_servers;
        if (all >= kEnoughOnTheirWay) {
            const bool up = wire_.from_servers < wire_.to_servers;
            const auto less = share(std::min(wire_.to_servers, wire_.from_servers), all);
            one_way_ = less <= kOneWay;
            say(BlindSpot::one_way, one_way_, Severity::error,
                std::string("only one direction is seen: ") + std::to_string(wire_.to_servers) +
                    " packets to servers, " + std::to_string(wire_.from_servers) +
                    " from them; no request can be judged",
                std::string("the mirror copies one direction: set it to both (ingress and egress, rx and tx)") +
                    (up ? "" : " on the port of the access points, or add the uplink's other direction") +
                    filter_hint());
        }
        const auto one_sided = wire_.only_to_servers + wire_.only_from_servers;
        const auto conversations = one_sided + wire_.two_way;
        if (one_way_ || conversations < kEnoughConversations) return;
        const auto half = share(one_sided, conversations);
        say(BlindSpot::half, half >= limit(BlindSpot::half, kHalf), Severity::error,
            "of " + percent(half) + " of the conversations one direction alone is seen (" +
                std::to_string(wire_.only_to_servers) + " to servers, " + std::to_string(wire_.only_from_servers) +
                " from servers, of " + std::to_string(conversations) + ")",
            "a part of the mirror is missing, as when traffic takes two uplinks (link aggregation, equal-cost paths) "
            "and one is "
            "mirrored: mirror every member, or the ports of the access points" +
                filter_hint());
    }

    void copies()
    {
        if (wire_.compared < kEnoughPackets) return;
        const auto repeated = share(wire_.repeated, wire_.compared);
        say(BlindSpot::repeated, repeated >= limit(BlindSpot::repeated, kRepeated), Severity::warning,
            percent(repeated) + " of the packets came twice",
            "the mirror copies a packet where it comes in and again where it goes out: mirror one of the two ports, or "
            "a VLAN's "
            "ingress alone");
    }

    void losses()
    {
        if (wire_.packets >= kEnoughPackets) {
            const auto cut = share(wire_.cut, wire_.packets);
            const bool merged = wire_.longest > 1'600;
            const auto length = std::to_string(wire_.shortest_cut);
            const auto change =
                merged && wire_.shortest_cut >= 1'514
                    ? "this interface merges packets (up to " + std::to_string(wire_.longest) +
                          " octets): ethtool -K " + (expected_.interface.empty() ? "IFACE" : expected_.interface) +
                          " gro off lro off, or capture.snaplen: 65535"
                    : std::string(
                          "keep at least 1600 octets: capture.snaplen, the mirror's own cut (truncate), or "
                          "the -s of the program that made the file");
            // Hellos and the records' heads are within the first few hundred octets; the bundled case is kept to 400.
            const bool harmful = wire_.shortest_cut < 256 || merged;
            say(BlindSpot::cut, harmful && cut >= limit(BlindSpot::cut, kCut), Severity::warning,
                percent(cut) + " of the packets were kept short, the shortest after " + length + " octets", change);
        }
        const auto all = span_.received + span_.dropped;
        if (all < kMuchTraffic) return;
        const auto lost = share(span_.dropped, all);
        say(BlindSpot::dropped, lost >= limit(BlindSpot::dropped, kDropped), Severity::warning,
            std::to_string(span_.dropped) + " packets (" + percent(lost) + ") were lost in this machine",
            "raise capture.ring_mib, narrow capture.filter to the break area, or give the daemon a processor of its "
            "own");
    }

    void people()
    {
        if (!expected_.filtered || expected_.enrolled_devices == 0) return;
        const auto busy = wire_.to_servers + wire_.from_servers;
        if (wire_.wanted > 0 || (span_.facts > 0 && !expected_.one_of_several))
            return say(BlindSpot::nobody, false, Severity::warning, "", "");
        if (busy < kPeopleAreThere) return;
        const auto hidden = share(wire_.from_private_macs, wire_.from_macs);
        std::string change =
            "this is another network or VLAN than the break area's, or the frames come from a router's address: "
            "mirror on the phones' side of it, or read lease files (dnsmasq_leases, kea_leases) or RADIUS";
        if (wire_.from_macs > 0 && hidden >= 0.2 && !expected_.private_macs_enrolled)
            change = percent(hidden) +
                     " of the packets come from private (random) MAC addresses, and none is enrolled: enrol the "
                     "address that each phone shows on this network, or use RADIUS user names";
        say(BlindSpot::nobody, true, Severity::warning,
            std::to_string(busy) + " packets of web traffic were seen, none of any of the " +
                std::to_string(expected_.enrolled_devices) + " enrolled devices",
            change);
    }

    void vlans()
    {
        if (expected_.vlans.empty() || wire_.ip < kMuchTraffic) return;
        const bool any = std::ranges::any_of(expected_.vlans, [&](auto vlan) { return wire_.vlans.test(vlan); });
        if (any) return say(BlindSpot::other_vlans, false, Severity::warning, "", "");
        const auto names = list(expected_.vlans);
        if (wire_.vlans.none())
            return say(
                BlindSpot::other_vlans, true, Severity::warning,
                "zones name VLAN " + names + ", and the packets seen have no VLAN tags",
                "let the mirror keep the tags (encapsulation replicate, dot1q), or give the zones subnets or SSIDs");
        std::vector<std::uint16_t> seen;
        for (std::uint16_t vlan = 0; vlan < 4095 && seen.size() < 10; ++vlan)
            if (wire_.vlans.test(vlan)) seen.push_back(vlan);
        say(BlindSpot::other_vlans, true, Severity::warning,
            "zones name VLAN " + names + ", and only VLAN " + list(seen) + " is seen",
            "add the break area's VLAN to the mirror");
    }

    static std::string list(const std::vector<std::uint16_t>& numbers)
    {
        std::string text;
        for (const auto number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
        return text;
    }

    void names()
    {
        const auto nameless = wire_.names_hidden + wire_.names_missing;
        const auto all = nameless + wire_.names_read;
        // Where a side is missing, so are hellos.
        if (all < kEnoughNames || one_way_) return;
        const auto hidden = share(nameless, all);
        const bool encrypted = wire_.names_hidden > wire_.names_missing;
        say(BlindSpot::names_hidden, hidden >= limit(BlindSpot::names_hidden, kNamesHidden), Severity::warning,
            percent(hidden) + " of the conversations begun have servers without a name (" +
                std::to_string(wire_.names_hidden) + " encrypted hellos, " + std::to_string(wire_.names_missing) +
                " without any)",
            encrypted ? "phones use Encrypted Client Hello: let the network's resolver not hand out ECH keys (HTTPS "
                        "records), "
                        "and keep public encrypted resolvers out"
                      : "hellos are missing, cut or in tunnels: look at packet loss, capture.snaplen, and VPNs on this "
                        "network");
    }

    void addresses()
    {
        const auto told = wire_.address_facts + wire_.dhcp + span_.facts;
        if (told > 0) {
            say(BlindSpot::no_addresses, false, Severity::error, "", "");
        } else if (wire_.ip >= kMuchTraffic && wire_.to_servers + wire_.from_servers >= kPeopleAreThere) {
            say(BlindSpot::no_addresses, true, Severity::error,
                "no ARP, neighbour discovery, DHCP, lease file or RADIUS tells which device has which address: nobody "
                "can be named",
                "mirror where broadcasts pass (the phones' VLAN, not a routed link), or read the DHCP server's lease "
                "file or RADIUS "
                "accounting");
        }
        if (!expected_.radius) return;
        if (span_.radius_facts + wire_.radius > 0) return say(BlindSpot::no_radius, false, Severity::warning, "", "");
        // Accounting repeats every 5 to 15 minutes (interim updates).
        if (span_.length < std::chrono::minutes{15} || wire_.to_servers + wire_.from_servers < kPeopleAreThere) return;
        say(BlindSpot::no_radius, true, Severity::warning,
            "RADIUS accounting is configured, devices are on the network, and no session was told in " +
                to_words(span_.length),
            "let the wireless controller send accounting here (start, stop, interim), or correct the detail file's "
            "path");
    }

    const SightSpan& span_;
    const WireCounters& wire_;
    const SightExpectation& expected_;
    const std::vector<BlindSpot>& present_;
    bool one_way_ = false;
    std::vector<Sight> sights_;
};

}  // namespace

std::string_view name(BlindSpot spot)
{
    constexpr std::array<std::string_view, static_cast<std::size_t>(BlindSpot::count)> kNames{
        "silent",       "not_ip",    "sealed",    "one_way",    "half",        "repeated",
        "cut",          "dropped",   "shed",      "nobody",     "other_vlans", "names_hidden",
        "no_addresses", "no_radius", "strangers", "unrostered", "clock"};
    return kNames[static_cast<std::size_t>(spot)];
}

std::vector<Sight> assess(const SightSpan& span, const SightExpectation& expected,
                          const std::vector<BlindSpot>& present)
{
    return Assessment(span, expected, present).take();
}

}  // namespace breakwatch
