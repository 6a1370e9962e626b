#include <algorithm>
#include <array>

#include "roller.hpp"

namespace breakwatch::bench {

namespace {

using namespace std::chrono_literals;
using namespace breakwatch::test;

constexpr auto kMargin = 75s;  // of what the generator calls knowable: clock errors are up to 50 s, and ten more

}  // namespace

MacAddress Roller::random_mac()
{
    MacAddress made;
    for (auto& octet : made.octets) octet = static_cast<std::uint8_t>(upto(256));
    made.octets[0] = 0x5a;
    return made;
}

// The server gives the address, or gives it again: on the wire, in its file, in both or out of sight.
void Roller::grant(const Phone& phone, Timestamp at)
{
    const auto until = at + std::chrono::seconds{lease_seconds_};
    pool_[phone.address] = {phone.mac, until};
    if (on_wire_) wire_.ack(phone.mac, phone.address, lease_seconds_, at, routed_ ? kRouter : phone.mac);
    if (by_file_) tell(at + within(4s), Lease{phone.mac, phone.address, at, until, {}, LeaseSource::dnsmasq_file, 0});
}

// Accounting as the feed would tell it: the NAS's clock may be off, reports come late, some twice, some not at all.
void Roller::session(const Phone& phone, SessionEvent::Kind kind, Timestamp at, const std::string& id,
                     std::optional<IpAddress> address)
{
    const bool resent =
        nas_error_ == Duration{0} && kind != SessionEvent::Kind::start && chance(5);  // with Acct-Delay-Time
    const auto arrival = at + (resent ? within(4min) : within(3s));
    SessionEvent event;
    event.kind = kind;
    event.nas = "wlc-1";
    event.session_id = id;
    event.user = phone.user;
    event.mac = phone.mac;
    if (address && address->family != IpAddress::Family::none) event.addresses = {*address};
    event.access_point = "00:1a:1e:20:00:01";
    event.ssid = "BREAK";
    event.at = at + nas_error_;
    event.clock_error = resent ? Duration{0} : std::chrono::abs(arrival - event.at);
    tell(arrival, event);
    if (chance(10)) tell(arrival + within(20s), event);
}

// A Start comes before the address is known: with none, with what the device remembers, or with the right one.
void Roller::begin_session(const Phone& phone, Timestamp at, const std::string& id)
{
    const auto kind = upto(100);
    const auto remembered = chance(50) ? phone.before : ip("10.77.0." + std::to_string(20 + upto(kPool)));
    session(phone, SessionEvent::Kind::start, at, id, kind < 25 ? remembered : kind < 55 ? IpAddress{} : phone.address);
}

std::optional<IpAddress> Roller::free_address(Timestamp at)
{
    for (int host = 20; host < 20 + kPool; ++host) {
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
    phone.before = phone.address;
    phone.address = *address;
    if (phone.new_macs) phone.mac = random_mac();
    if (!routed_ && on_wire_) wire_.request(phone.mac, phone.software, at - 20ms);
    grant(phone, at);
    if (routed_) return true;
    wire_.arp(phone.mac, *address, at + 100ms, phone.mac);
    phone.address6 = chance(60) ? ip("2001:db8:77::" + std::to_string(1'000 + upto(9'000))) : IpAddress{};
    if (phone.address6.family != IpAddress::Family::none)
        wire_.advertise(phone.mac, phone.address6, at + 150ms, phone.mac);
    return true;
}

// By either of its addresses; now and then the hello names nobody, and the device's own question does.
void Roller::publish(const Phone& phone, Timestamp at, bool knowable, const std::string& how, bool blind)
{
    const bool v6 = phone.address6.family != IpAddress::Family::none && chance(40);
    Manner manner;
    if (!v6 && chance(10)) {
        manner.server = "";
        wire_.dns(phone.address, frame_of(phone), "upload.x.example", "198.51.100.7", at - 500ms, true);
    }
    wire_.connection(frame_of(phone), v6 ? phone.address6 : phone.address, at, manner);
    history_.posts.push_back({at, phone.owner, how + (v6 ? ", IPv6" : ""), knowable && !phone.owner.empty(), blind});
}

// Comes, renews, posts, goes: with or without a word.
void Roller::visit(Phone& phone, Timestamp from, Timestamp to)
{
    if (!arrive(phone, from)) return;
    auto id = "s" + std::to_string(++sessions_);
    const bool in_session = history_.radius && !phone.user.empty();
    if (in_session) begin_session(phone, from + 200ms, id);
    bool placed = located();  // the address behind a router is told
    auto told = Timestamp::max();
    Timestamp renew = from + std::chrono::seconds{lease_seconds_ / 2};
    Timestamp report = from + 5min;
    for (auto now = from + 20s + within(40s); now < to; now += 20s + within(70s)) {
        for (; renew < now; renew += std::chrono::seconds{lease_seconds_ / 2}) grant(phone, renew);
        for (; in_session && report < now; report += 5min) {
            if (chance(10)) continue;
            session(phone, SessionEvent::Kind::interim, report, id, phone.address);
            told = std::min(told, report);
            placed = placed || now - told > kMargin;
        }
        if (in_session && chance(5))
            begin_session(phone, now - 15s, id = "s" + std::to_string(++sessions_));  // to another access point
        if (!routed_ && chance(50)) wire_.arp(phone.mac, phone.address, now - 5s, phone.mac);
        if (!chance(60)) continue;
        const bool said = phone.enrolled_mac || in_session;
        const bool settled = now > from + kMargin || !in_session;  // the session is told and its clock's error over
        publish(phone, now, said && settled && placed,
                phone.owner.empty() ? "a stranger's own"
                : routed_           ? "staff, behind a router"
                                    : "staff, MAC on the frame",
                !placed);
    }
    leave(phone, to, in_session ? id : "");
}

void Roller::leave(Phone& phone, Timestamp at, const std::string& session_id)
{
    if (chance(30)) {
        if (on_wire_) wire_.release(phone.mac, phone.address, at, frame_of(phone));
        if (by_file_) tell(at + within(4s), Lease{phone.mac, phone.address, at, at, at, LeaseSource::dnsmasq_file, 0});
        pool_[phone.address].second = at;
    }
    if (!session_id.empty() && chance(60)) session(phone, SessionEvent::Kind::stop, at, session_id, phone.address);
}

// One handset, two people one after the other; sometimes the first one's Stop is lost, sometimes the second is a
// visitor.
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
    const auto half = std::chrono::seconds{lease_seconds_ / 2};
    for (auto now = from + half; now < end; now += half) grant(handset, now);
    session(handset, SessionEvent::Kind::start, from + 1s, "shared-1", handset.address);
    session(handset, SessionEvent::Kind::interim, from + 5min, "shared-1", handset.address);
    if (chance(60)) session(handset, SessionEvent::Kind::stop, change, "shared-1", handset.address);
    publish(handset, change - kMargin - within(3min), true, "a shared handset");
    publish(handset, change - 2s - within(50s), false, "a shared handset, about the change");
    handset.user = visitor ? "visitor" : "s2";
    handset.owner = visitor ? "" : "s2";
    session(handset, SessionEvent::Kind::start, change + 1s, "shared-2", handset.address);
    session(handset, SessionEvent::Kind::interim, change + 6min, "shared-2", handset.address);
    publish(handset, change + 2s + within(50s), false, "a shared handset, about the change");
    publish(handset, change + kMargin + 10s + within(3min), true, "a shared handset");
}

// A central RADIUS server: another site's sessions with these addresses, and others' users with our names.
void Roller::far_sessions()
{
    for (int i = 0; i < 6; ++i) {
        SessionEvent event;
        event.nas = "wlc-far";
        event.ssid = "FAR";
        event.session_id = "far" + std::to_string(i);
        event.user = chance(50) ? "s" + std::to_string(upto(4)) : "s" + std::to_string(upto(4)) + "@partner.example";
        event.mac = mac("5e:00:00:00:0f:0" + std::to_string(i));
        event.addresses = {ip("10.77.0." + std::to_string(20 + upto(kPool)))};
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

std::vector<Phone> Roller::make_staff()
{
    std::vector<Phone> staff(4);
    for (int i = 0; i < 4; ++i) {
        auto& phone = staff[static_cast<std::size_t>(i)];
        phone.owner = "s" + std::to_string(i);
        phone.enrolled_mac = chance(history_.radius ? 50 : 90);
        phone.mac = mac((phone.enrolled_mac ? "02:00:00:00:00:0" : "5a:00:00:00:00:0") + std::to_string(i));
        phone.new_macs = !phone.enrolled_mac && chance(50);
        phone.user = history_.radius && chance(85) ? phone.owner : "";
        EnrolledPerson person;
        person.staff = {phone.owner};
        if (phone.enrolled_mac) person.macs = {phone.mac};
        person.notice = kBegin - 24h * 30;
        history_.people.push_back(person);
    }
    return staff;
}

std::vector<Phone> Roller::make_strangers()
{
    std::vector<Phone> strangers(3);
    for (int i = 0; i < 3; ++i) {
        auto& phone = strangers[static_cast<std::size_t>(i)];
        phone.mac = mac("5a:00:00:00:01:0" + std::to_string(i));
        phone.new_macs = chance(30);
        phone.user = history_.radius && chance(50) ? "guest" + std::to_string(i) : "";
        if (history_.radius && chance(15))
            phone.user = to_string(phone.mac);  // MAC authentication: a device, no person
    }
    return strangers;
}

void Roller::everybody_comes_and_goes(std::vector<Phone>& staff, std::vector<Phone>& strangers)
{
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
    std::ranges::sort(visits, {}, &std::pair<Timestamp, Phone*>::first);
    for (auto& [from, phone] : visits) visit(*phone, from, std::min(from + 4min + within(8min), kBegin + 40min));
}

// From then on nothing is known of them, nor asked.
void Roller::one_withdraws()
{
    const auto moment = kBegin + within(30min);
    history_.people[3].withdrawn = moment;
    for (auto& post : history_.posts) {
        if (post.truth != "s3") continue;
        post.knowable = false;
        post.how = "one who withdraws";
        if (post.at >= moment) post.truth = "";
    }
}

History Roller::make()
{
    routed_ = chance(30);
    history_.radius = chance(60);
    on_wire_ = chance(80);
    by_file_ = chance(25);
    lease_seconds_ = static_cast<std::uint32_t>(std::array{90, 120, 300, 600}[static_cast<std::size_t>(upto(4))]);
    nas_error_ = chance(70) ? Duration{0} : Duration{std::chrono::seconds{upto(101) - 50}};
    if (chance(50)) history_.scope.nas = {"wlc-1"};  // else told by the zone's SSID
    if (routed_) history_.link.routers = {kRouter};

    auto staff = make_staff();
    auto strangers = make_strangers();
    if (history_.radius && chance(60)) shared_handset();
    if (history_.radius && chance(60)) far_sessions();
    everybody_comes_and_goes(staff, strangers);
    if (chance(20)) one_withdraws();
    if (chance(85)) attack(staff, strangers);
    std::ranges::stable_sort(history_.shown, {}, &Shown::at);
    std::ranges::stable_sort(history_.posts, {}, &Post::at);
    return std::move(history_);
}

History roll(std::uint64_t seed)
{
    return Roller(seed).make();
}

}  // namespace breakwatch::bench
