// What people who know of the sensor do to move a post to a colleague, or off themselves. Each kind once in a while;
// what the person whose name is abused does at the same time is no easy question, and mostly not called knowable.
#include "roller.hpp"

namespace breakwatch::bench {

namespace {

using namespace std::chrono_literals;
using namespace breakwatch::test;

constexpr int kKinds = 24;
const MacAddress kRogue = mac("5a:00:00:00:0a:01");

}  // namespace

void Roller::as_nobody(const MacAddress& frame, const IpAddress& from, Timestamp at, const std::string& how,
                       const Manner& manner)
{
    wire_.connection(frame, from, at, manner);
    history_.posts.push_back({at, "", how, false});
}

// All phones are idle by now; the victim comes back, with a session if they have one, and says a word.
void Roller::attack(std::vector<Phone>& staff, std::vector<Phone>& strangers)
{
    auto& victim = staff[static_cast<std::size_t>(upto(2))];
    auto& colleague = staff[2];
    auto& bad = strangers.front();
    const auto start = kBegin + 41min;
    victim.new_macs = false;
    if (!arrive(victim, start)) return;
    const bool in_session = history_.radius && !victim.user.empty();
    if (in_session) begin_session(victim, start + 200ms, "attacked");
    if (in_session && chance(50)) session(victim, SessionEvent::Kind::interim, start + 20s, "attacked", victim.address);
    if (chance(50)) publish(victim, start + 25s, false, "the victim's own, before an attack");
    colleague.address = free_address(start).value_or(ip("10.77.0.40"));
    if (bad.address.family == IpAddress::Family::none) bad.address = ip("10.77.0.41");
    const bool v6 = victim.address6.family != IpAddress::Family::none && chance(40);
    const Attack attack{
        victim, colleague, bad, v6 ? victim.address6 : victim.address, start + 40s, victim.enrolled_mac && located()};
    const auto kind = upto(kKinds);
    if (kind < 6) return attack_addresses(attack, kind);
    if (kind < 11) return attack_leases(attack, kind - 6);
    if (kind < 17) return attack_devices(attack, kind - 11);
    attack_names(attack, kind - 17);
}

// An address taken, or claimed for another.
void Roller::attack_addresses(const Attack& attack, int kind)
{
    const auto& [victim, colleague, bad, stolen, moment, named] = attack;
    const bool v6 = stolen.family == IpAddress::Family::v6;
    const auto claim = [&](const MacAddress& says, const MacAddress& frame) {
        if (v6)
            wire_.advertise(says, stolen, moment, frame);
        else
            wire_.arp(says, stolen, moment, frame);
    };
    switch (kind) {
        case 0: return as_nobody(bad.mac, stolen, moment + 5s, "attack: takes an address");
        case 1:
            claim(bad.mac, bad.mac);
            return as_nobody(bad.mac, stolen, moment + 5s, "attack: takes an address with ARP or ND");
        case 2:  // and gets it by DHCP, too, while the victim's lease runs
            wire_.ack(bad.mac, victim.address, lease_seconds_, moment, bad.mac);
            return as_nobody(bad.mac, victim.address, moment + 5s, "attack: takes an address with DHCP");
        case 3:  // for a colleague in the attacker's own frame: the post is the victim's
            claim(colleague.mac, bad.mac);
            return publish(victim, moment + 5s, named, "attack: forged ARP or ND against a true post");
        case 4:  // the colleague's MAC on the frame as well
            claim(colleague.mac, colleague.mac);
            return publish(victim, moment + 5s, false, "attack: ARP or ND with a colleague's MAC");
        default: {  // logs in with a name of our form from elsewhere
            auto guest = bad;
            guest.user = chance(50) ? victim.owner + "@partner.example" : "PARTNER\\" + victim.owner;
            if (!history_.radius) return;
            session(guest, SessionEvent::Kind::start, moment - 20s, "guest", stolen);
            return as_nobody(routed_ ? kRouter : guest.mac, guest.address, moment + 60s,
                             "attack: a foreign realm's user of the same name");
        }
    }
}

// DHCP and RADIUS told wrongly.
void Roller::attack_leases(const Attack& attack, int kind)
{
    const auto& [victim, colleague, bad, stolen, moment, named] = attack;
    const bool known_server = on_wire_;  // else the attacker's would be the first that is seen
    switch (kind) {
        case 0:  // an unknown server gives the address to the colleague
            if (!known_server) return;
            wire_.ack(colleague.mac, victim.address, 3'600, moment, bad.mac, kRogue, ip("10.77.0.66"));
            return publish(victim, moment + 5s, named, "attack: forged ACK of another server");
        case 1:  // the true server's name on it, and its MAC
            if (!known_server) return;
            wire_.ack(colleague.mac, victim.address, 3'600, moment, routed_ ? kRouter : colleague.mac);
            return publish(victim, moment + 5s, false, "attack: forged ACK in the server's name");
        case 2:  // its name alone
            if (!known_server) return;
            wire_.ack(colleague.mac, victim.address, 3'600, moment, bad.mac, kRogue);
            return publish(victim, moment + 5s, named, "attack: forged ACK, another MAC");
        case 3:
            wire_.release(victim.mac, victim.address, moment, bad.mac);
            return publish(victim, moment + 5s, named, "attack: forged RELEASE");
        default:  // the colleague's phone remembers the victim's address, and says so when it logs in
            if (!history_.radius || colleague.user.empty()) return;
            session(colleague, SessionEvent::Kind::start, moment - 5s, "remembers", victim.address);
            return publish(victim, moment + 75s, named, "attack: a colleague's Start with the address");
    }
}

// One device that is two, or two that are one.
void Roller::attack_devices(const Attack& attack, int kind)
{
    const auto& [victim, colleague, bad, stolen, moment, named] = attack;
    if (routed_) return;
    switch (kind) {
        case 0:
            if (!on_wire_) return;
            wire_.request(victim.mac, "370401030f2b", moment);
            return as_nobody(victim.mac, stolen, moment + 5s, "attack: cloned MAC, other software");
        case 1:  // by turns in two VLANs
            wire_.request(victim.mac, victim.software, moment - 30s, 10);
            wire_.request(victim.mac, victim.software, moment - 20s, 20);
            wire_.request(victim.mac, victim.software, moment - 10s, 10);
            return as_nobody(victim.mac, stolen, moment + 5s, "attack: cloned MAC, another VLAN", {.vlan = 20});
        case 2:  // proxy ARP, or a cloned MAC
            if (on_wire_) wire_.ack(colleague.mac, colleague.address, 600, moment - 10s, colleague.mac);
            wire_.arp(colleague.mac, colleague.address, moment - 9s, colleague.mac);
            return as_nobody(victim.mac, colleague.address, moment + 5s, "attack: one's MAC, another's address");
        case 3: return as_nobody(victim.mac, stolen, moment + 5s, "a hotspot behind a phone", {.hops = 63});
        case 4: return as_nobody(victim.mac, stolen, moment + 5s, "a travel router", {.hops = 127});
        default:  // a stranger's address on the victim's MAC
            if (on_wire_) wire_.ack(bad.mac, bad.address, 600, moment - 10s, bad.mac);
            wire_.arp(bad.mac, bad.address, moment - 9s, bad.mac);
            return as_nobody(victim.mac, bad.address, moment + 5s, "attack: cloned MAC, a stranger's address");
    }
}

// Posts that are none, and names that are false.
void Roller::attack_names(const Attack& attack, int kind)
{
    const auto& [victim, colleague, bad, stolen, moment, named] = attack;
    const auto at = moment + 5s;
    const Manner::Trick tricks[] = {Manner::Trick::hop_limit, Manner::Trick::overlap, Manner::Trick::out_of_window};
    const auto trick = tricks[upto(3)];
    switch (kind) {
        case 0:
        case 1:
        case 2: {  // from a stranger's phone
            const std::uint16_t ports[] = {4789, 6081, 2152};
            const auto port = ports[kind];
            wire_.tunnelled(routed_ ? kRouter : bad.mac, bad.address, port, frame_of(victim), stolen, at);
            history_.posts.push_back({at, "", "attack: invented frames in a tunnel", false});
            return;
        }
        case 3: {  // whom the victim talks to has no name; an answer that nobody asked for gives one
            wire_.dns(victim.address, frame_of(victim), "upload.x.example", "198.51.100.99", at - 2s, false,
                      chance(50) ? bad.mac : kGateway);
            Manner nameless;
            nameless.server = "";
            nameless.to = ip("198.51.100.99");
            return as_nobody(frame_of(victim), victim.address, at, "no post: a DNS answer unasked for", nameless);
        }
        case 4: {  // the victim's MAC and a hello for the platform in a connection to somewhere else
            Manner decoyed;
            decoyed.server = "www.harmless.example";
            decoyed.to = ip("198.51.100.99");
            decoyed.decoy = "upload.x.example";
            decoyed.trick = trick;
            return as_nobody(frame_of(victim), victim.address, at, "no post: a decoy hello for the platform", decoyed);
        }
        case 5: {  // the other way round: to hide a post
            Manner decoyed;
            decoyed.decoy = "www.harmless.example";
            decoyed.trick = trick;
            wire_.connection(frame_of(victim), victim.address, at, decoyed);
            history_.posts.push_back({at, victim.owner, "attack: a decoy hello hides the post", false});
            return;
        }
        default:  // a stranger with the address while the victim's own phone goes on
            publish(victim, moment + 2s, false, "the victim's own, before an attack");
            as_nobody(bad.mac, stolen, at, "attack: takes an address in use");
            return publish(victim, moment + 30s, false, "the victim's own, during an attack");
    }
}

}  // namespace breakwatch::bench
