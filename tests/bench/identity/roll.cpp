// The generator: a network with a DHCP server, RADIUS with its faults, phones of staff and strangers that come and go, and
// people who mean harm. It knows the truth, and what of it an observer could tell.
#include <algorithm>
#include <map>
#include <optional>
#include <random>

#include "stage.hpp"
#include "support/client_hello.hpp"

namespace breakwatch::bench {

namespace {

using namespace std::chrono_literals;
using namespace breakwatch::test;

const MacAddress kGateway = mac("02:aa:00:00:00:01");
const MacAddress kRouter = mac("02:cc:00:00:00:09");
const MacAddress kEverybody = mac("ff:ff:ff:ff:ff:ff");
const IpAddress kServer = ip("198.51.100.7");
const IpAddress kDhcp = ip("10.77.0.1");
const Timestamp kBegin = at("09:00");
constexpr int kMinutes = 45;
constexpr auto kMargin = 75s;  // of what the generator calls knowable: clock errors are up to 50 s, and ten more

struct Phone {
    MacAddress mac;
    std::string owner;  // "": a stranger's
    std::string user;   // RADIUS user, "": no RADIUS
    std::string software = "3703010306";
    IpAddress address;
    Timestamp lease_until;
    Timestamp session_until;
    bool enrolled_mac = false;
    bool gone = true;
};

class Roller {
  public:
    explicit Roller(std::uint64_t seed) : random_(seed) {}

    History make();

  private:
    int upto(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random_); }
    bool chance(int percent) { return upto(100) < percent; }
    Duration within(Duration span) { return Duration{std::uniform_int_distribution<std::int64_t>(0, span.count())(random_)}; }

    void show(Timestamp at, const MacAddress& from, const MacAddress& to, const Octets& packet, std::uint16_t type = 0x0800)
    {
        history_.shown.push_back({at, ethernet(to, from, type, packet)});
    }
    void tell(Timestamp at, const Observation& fact) { history_.shown.push_back({at, {}, fact}); }

    Octets dhcp(bool reply, int kind, const MacAddress& client, const IpAddress& own, const IpAddress& given, const Octets& options);
    void arp(const MacAddress& phone, const IpAddress& address, Timestamp at, std::optional<MacAddress> frame = {});
    void ack(const MacAddress& client, const IpAddress& address, std::uint32_t seconds, Timestamp at, const MacAddress& server = kGateway,
             const IpAddress& id = kDhcp);
    void post(const MacAddress& frame, const IpAddress& from, std::uint8_t hops, Post what);
    void session(const Phone& phone, SessionEvent::Kind kind, Timestamp at, const std::string& id, bool with_address = true);

    std::optional<IpAddress> free_address(Timestamp at);
    bool arrive(Phone& phone, Timestamp at);
    void visit(Phone& phone, Timestamp from, Timestamp to);
    void own_post(Phone& phone, Timestamp at, bool knowable, const std::string& how);
    void shared_handset();
    void far_sessions();
    void attack(std::vector<Phone>& staff, std::vector<Phone>& strangers);
    const MacAddress& frame_of(const Phone& phone) const { return routed_ ? kRouter : phone.mac; }

    std::mt19937_64 random_;
    History history_;
    bool routed_ = false;
    std::uint32_t lease_seconds_ = 600;
    Duration nas_error_{0};
    std::map<IpAddress, std::pair<MacAddress, Timestamp>> pool_;
    std::uint16_t port_ = 40'000;
    int sessions_ = 0;
};

Octets Roller::dhcp(bool reply, int kind, const MacAddress& client, const IpAddress& own, const IpAddress& given, const Octets& options)
{
    const auto address = [](const IpAddress& each) { return each.family == IpAddress::Family::none ? Octets(4, 0) : octets_of(each); };
    const auto id = static_cast<std::uint32_t>(random_());
    return Octets{static_cast<std::uint8_t>(reply ? 2 : 1), 1, 6, 0} + big_endian(id, 4) + Octets(4, 0) + address(own) + address(given) +
           Octets(8, 0) + octets_of(client) + Octets(202, 0) + hex("63825363 3501") + Octets{static_cast<std::uint8_t>(kind)} + options +
           Octets{0xff};
}

void Roller::arp(const MacAddress& phone, const IpAddress& address, Timestamp at, std::optional<MacAddress> frame)
{
    show(at, frame.value_or(phone), kEverybody,
         hex("0001 0800 06 04 0001") + octets_of(phone) + octets_of(address) + Octets(6, 0) + octets_of(kDhcp), 0x0806);
}

void Roller::ack(const MacAddress& client, const IpAddress& address, std::uint32_t seconds, Timestamp at, const MacAddress& server, const IpAddress& id)
{
    const auto options = hex("3604") + octets_of(id) + hex("3304") + big_endian(seconds, 4);
    show(at, server, routed_ ? kRouter : client, ip_packet(id, address, 17, udp(67, 68, dhcp(true, 5, client, {}, address, options))));
}

// A connection to the platform: hello, what is published, an answer.
void Roller::post(const MacAddress& frame, const IpAddress& from, std::uint8_t hops, Post what)
{
    const auto local = ++port_;
    const auto send = [&](Duration after, bool up, std::uint32_t sequence, std::uint8_t flags, const Octets& payload) {
        const TcpPart part{up ? local : std::uint16_t{443}, up ? std::uint16_t{443} : local, sequence, flags, payload};
        auto packet = up ? ip_packet(from, kServer, 6, tcp(part)) : ip_packet(kServer, from, 6, tcp(part));
        if (up && from.family == IpAddress::Family::v4) packet[8] = hops;
        const auto from_mac = up ? frame : kGateway;
        show(what.at + after, from_mac, up ? kGateway : frame, packet);
    };
    const auto hello = hello_to("upload.x.example");
    send(-400ms, true, 99, 0x02, {});
    send(-300ms, true, 100, 0x18, hello);
    send(0ms, true, static_cast<std::uint32_t>(100 + hello.size()), 0x18, tls_record(Octets(1'200, 1), 23));
    send(300ms, false, 500, 0x18, tls_record(Octets(300, 1), 23));
    history_.posts.push_back(std::move(what));
}

// Accounting as the feed would tell it: the NAS's clock may be off, reports come late, some twice, some not at all.
void Roller::session(const Phone& phone, SessionEvent::Kind kind, Timestamp at, const std::string& id, bool with_address)
{
    SessionEvent event;
    event.kind = kind;
    event.nas = "wlc-1";
    event.session_id = id;
    event.user = phone.user;
    event.mac = phone.mac;
    if (with_address && phone.address.family != IpAddress::Family::none) event.addresses = {phone.address};
    event.access_point = "00:1a:1e:20:00:01";
    event.ssid = "BREAK";
    event.at = at + nas_error_;
    event.clock_error = std::chrono::abs(nas_error_);
    const auto arrival = at + within(3s);
    tell(arrival, event);
    if (chance(10)) tell(arrival + within(20s), event);
}

std::optional<IpAddress> Roller::free_address(Timestamp at)
{
    for (int host = 20; host < 26; ++host) {
        const auto address = ip("10.77.0." + std::to_string(host));
        const auto held = pool_.find(address);
        if (held == pool_.end() || held->second.second <= at) return address;
    }
    return std::nullopt;
}

bool Roller::arrive(Phone& phone, Timestamp at)
{
    const auto address = free_address(at);
    if (!address) return false;
    phone.address = *address;
    phone.lease_until = at + std::chrono::seconds{lease_seconds_};
    pool_[*address] = {phone.mac, phone.lease_until};
    if (!routed_) {
        show(at - 20ms, phone.mac, kEverybody,
             ip_packet(ip("0.0.0.0"), ip("255.255.255.255"), 17, udp(68, 67, dhcp(false, 3, phone.mac, {}, {}, hex(phone.software)))));
    }
    ack(phone.mac, *address, lease_seconds_, at);
    if (!routed_) arp(phone.mac, *address, at + 100ms);
    return true;
}

void Roller::own_post(Phone& phone, Timestamp at, bool knowable, const std::string& how)
{
    post(frame_of(phone), phone.address, 64, {at, phone.owner, how, knowable && !phone.owner.empty()});
}

// Comes, renews, posts, goes: with or without a word.
void Roller::visit(Phone& phone, Timestamp from, Timestamp to)
{
    if (!arrive(phone, from)) return;
    const auto id = "s" + std::to_string(++sessions_);
    const bool in_session = history_.radius && !phone.user.empty();
    if (in_session) session(phone, SessionEvent::Kind::start, from + 200ms, id);
    const auto own_words = !phone.enrolled_mac && !in_session;  // nothing says whose it is
    Timestamp renew = from + std::chrono::seconds{lease_seconds_ / 2};
    Timestamp report = from + 5min;
    for (auto now = from + 20s + within(40s); now < to; now += 20s + within(70s)) {
        for (; renew < now; renew += std::chrono::seconds{lease_seconds_ / 2}) {
            ack(phone.mac, phone.address, lease_seconds_, renew);
            pool_[phone.address].second = renew + std::chrono::seconds{lease_seconds_};
        }
        for (; in_session && report < now; report += 5min) {
            if (!chance(10)) session(phone, SessionEvent::Kind::interim, report, id);
        }
        if (!routed_ && chance(50)) arp(phone.mac, phone.address, now - 5s);
        if (!chance(60)) continue;
        const bool settled = now > from + kMargin || !in_session;  // the session is told and its clock's error over
        own_post(phone, now, !own_words && settled, phone.owner.empty() ? "a stranger's own" : routed_ ? "staff, behind a router" : "staff, MAC on the frame");
    }
    if (chance(30)) {
        show(to, frame_of(phone), kGateway,
             ip_packet(phone.address, kDhcp, 17, udp(68, 67, dhcp(false, 7, phone.mac, phone.address, {}, {}))));
        pool_[phone.address].second = to;
    }
    phone.session_until = to;
    if (in_session && chance(60)) session(phone, SessionEvent::Kind::stop, to, id);
}

// One handset, two people one after the other; sometimes the first one's Stop is lost, sometimes the second is a visitor.
void Roller::shared_handset()
{
    Phone handset;
    handset.mac = mac("5e:00:00:00:00:50");
    const auto change = kBegin + 15min + within(10min);
    const auto end = change + 12min;
    const bool visitor = chance(30);
    handset.user = "s1";
    handset.owner = "s1";
    const auto from = change - 10min;
    if (!arrive(handset, from)) return;
    pool_[handset.address].second = end;
    session(handset, SessionEvent::Kind::start, from + 1s, "shared-1");
    session(handset, SessionEvent::Kind::interim, from + 6min, "shared-1");
    if (chance(60)) session(handset, SessionEvent::Kind::stop, change, "shared-1");
    const auto lease = [&](Timestamp at) { ack(handset.mac, handset.address, lease_seconds_, at); };
    for (auto now = from + std::chrono::seconds{lease_seconds_ / 2}; now < end; now += std::chrono::seconds{lease_seconds_ / 2}) lease(now);
    own_post(handset, change - kMargin - within(3min), true, "a shared handset");
    own_post(handset, change - 2s - within(50s), false, "a shared handset");
    handset.user = visitor ? "visitor" : "s2";
    handset.owner = visitor ? "" : "s2";
    session(handset, SessionEvent::Kind::start, change + 1s, "shared-2");
    session(handset, SessionEvent::Kind::interim, change + 6min, "shared-2");
    own_post(handset, change + 2s + within(50s), false, "a shared handset");
    own_post(handset, change + kMargin + 10s + within(3min), true, "a shared handset");
}

// A central RADIUS server: another site's sessions with these addresses, and others' users with our names.
void Roller::far_sessions()
{
    for (int i = 0; i < 6; ++i) {
        SessionEvent event;
        event.nas = "wlc-far";
        event.session_id = "far" + std::to_string(i);
        event.user = chance(50) ? "s" + std::to_string(upto(4)) : "s" + std::to_string(upto(4)) + "@partner.example";
        event.mac = mac("5e:00:00:00:0f:0" + std::to_string(i));
        event.addresses = {ip("10.77.0." + std::to_string(20 + upto(6)))};
        event.at = kBegin + within(30min);
        for (int reports = 0; reports < 4; ++reports) {
            tell(event.at, event);
            event.kind = SessionEvent::Kind::interim;
            event.at += 5min;
        }
    }
    // And one on this site's own NAS whose user is a partner's.
    Phone guest;
    guest.mac = mac("5e:00:00:00:0e:01");
    guest.user = chance(50) ? "s1@partner.example" : "GUEST\\s1";
    visit(guest, kBegin + within(20min), kBegin + 40min);
}

// Each kind once in a while. What the person whose name is abused does at the same time is no easy question: not knowable.
void Roller::attack(std::vector<Phone>& staff, std::vector<Phone>& strangers)
{
    auto& victim = staff[static_cast<std::size_t>(upto(2))];
    auto& colleague = staff[2];
    auto& bad = strangers.front();
    const auto start = kBegin + 41min;
    const auto kind = upto(9);
    // All three phones are idle by now; the victim comes back and stays quiet but for a word.
    victim.mac = victim.enrolled_mac ? victim.mac : mac("02:00:00:00:00:77");
    if (!arrive(victim, start)) return;
    colleague.address = free_address(start).value_or(ip("10.77.0.40"));
    const auto moment = start + 40s;
    const auto as_nobody = [&](const MacAddress& frame, const IpAddress& from, const char* how, std::uint8_t hops = 64) {
        post(frame, from, hops, {moment + 5s, "", how, false});
    };
    const bool named = victim.enrolled_mac;
    switch (kind) {
        case 0: return as_nobody(bad.mac, victim.address, "attack: takes an address");
        case 1:
            arp(bad.mac, victim.address, moment);
            return as_nobody(bad.mac, victim.address, "attack: takes an address with ARP");
        case 2:  // ARP for a colleague in the attacker's own frame: the post is the victim's
            if (!routed_) arp(colleague.mac, victim.address, moment, bad.mac);
            return own_post(victim, moment + 5s, named, "attack: forged ARP against a true post");
        case 3:  // an unknown server gives the address to the colleague
            ack(colleague.mac, victim.address, 3'600, moment, bad.mac, ip("10.77.0.66"));
            return own_post(victim, moment + 5s, named, "attack: forged ACK of another server");
        case 4:  // the true server's name on it
            ack(colleague.mac, victim.address, 3'600, moment);
            return own_post(victim, moment + 5s, false, "attack: forged ACK in the server's name");
        case 5:
            show(moment, bad.mac, kGateway, ip_packet(victim.address, kDhcp, 17, udp(68, 67, dhcp(false, 7, victim.mac, victim.address, {}, {}))));
            return own_post(victim, moment + 5s, named, "attack: forged RELEASE");
        case 6:  // the victim's MAC, with other software
            if (routed_) return;
            show(moment, victim.mac, kEverybody,
                 ip_packet(ip("0.0.0.0"), ip("255.255.255.255"), 17, udp(68, 67, dhcp(false, 3, victim.mac, {}, {}, hex("3704010306 2b")))));
            return as_nobody(victim.mac, victim.address, "attack: cloned MAC, other software");
        case 7:  // the victim's MAC with the colleague's address
            if (routed_) return;
            ack(colleague.mac, colleague.address, 600, moment - 10s);
            return as_nobody(victim.mac, colleague.address, "attack: one's MAC, another's address");
        default:
            if (routed_) return;
            return as_nobody(victim.mac, victim.address, "a hotspot behind a phone", 63);
    }
}

History Roller::make()
{
    routed_ = chance(30);
    history_.radius = chance(60);
    lease_seconds_ = static_cast<std::uint32_t>(std::array{90, 120, 300, 600}[static_cast<std::size_t>(upto(4))]);
    nas_error_ = chance(70) ? Duration{0} : Duration{std::chrono::seconds{upto(101) - 50}};
    history_.scope.nas = {"wlc-1"};
    if (routed_) history_.link.routers = {kRouter};

    std::vector<Phone> staff(4);
    for (int i = 0; i < 4; ++i) {
        auto& phone = staff[static_cast<std::size_t>(i)];
        phone.owner = "s" + std::to_string(i);
        phone.enrolled_mac = !history_.radius || chance(50);
        phone.mac = mac((phone.enrolled_mac ? "02:00:00:00:00:0" : "5a:00:00:00:00:0") + std::to_string(i));
        phone.user = history_.radius ? phone.owner : "";
        EnrolledPerson person;
        person.staff = {phone.owner};
        if (phone.enrolled_mac) person.macs = {phone.mac};
        person.notice = kBegin - 24h * 30;
        history_.people.push_back(person);
    }
    std::vector<Phone> strangers(3);
    for (int i = 0; i < 3; ++i) {
        strangers[static_cast<std::size_t>(i)].mac = mac("5a:00:00:00:01:0" + std::to_string(i));
        strangers[static_cast<std::size_t>(i)].user = history_.radius && chance(50) ? "guest" + std::to_string(i) : "";
    }
    if (history_.radius && chance(60)) shared_handset();
    if (history_.radius && chance(60)) far_sessions();

    std::vector<std::pair<Timestamp, Phone*>> visits;
    for (auto* group : {&staff, &strangers}) {
        for (auto& phone : *group) {
            auto from = kBegin + within(8min);
            while (from < kBegin + 30min) {
                visits.emplace_back(from, &phone);
                from += 16min + within(6min);
            }
        }
    }
    std::ranges::sort(visits);
    for (auto& [from, phone] : visits) visit(*phone, from, std::min(from + 4min + within(8min), kBegin + 40min));
    // One withdraws: from then on nothing is known of them, nor asked.
    if (chance(20)) {
        const auto moment = kBegin + within(30min);
        history_.people[3].withdrawn = moment;
        for (auto& post : history_.posts) {
            if (post.truth != "s3") continue;
            post.knowable = false;
            post.how = "one who withdraws";
            if (post.at >= moment) post.truth = "";
        }
    }
    if (chance(70)) attack(staff, strangers);
    std::ranges::stable_sort(history_.shown, {}, &Shown::at);
    std::ranges::stable_sort(history_.posts, {}, &Post::at);
    return std::move(history_);
}

}  // namespace

History roll(std::uint64_t seed)
{
    return Roller(seed).make();
}

}  // namespace breakwatch::bench
