#include "policy/identity/binding_table.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "policy/identity/address_history.hpp"
#include "policy/identity/session_table.hpp"

namespace breakwatch {

namespace {

std::string clock_of(Timestamp time)
{
    return to_rfc3339(time).substr(11, 8) + "Z";
}

// The better of two statements about one person: the stronger, then the one that began earlier.
bool better(const Binding& a, const Binding& b)
{
    return std::tie(a.grade, a.from, a.reason) < std::tie(b.grade, b.from, b.reason);
}

std::vector<Binding> best_of_each(std::vector<Binding> bindings)
{
    std::ranges::sort(bindings, better);
    std::set<StaffId> seen;
    std::erase_if(bindings, [&seen](const Binding& b) { return !seen.insert(b.staff).second; });
    return bindings;
}

std::optional<Timestamp> told_end(const SessionSpan& span)
{
    return span.ended ? std::optional(span.until) : std::nullopt;
}

}  // namespace

class BindingTable::Impl {
  public:
    explicit Impl(const BindingLimits& limits)
        : limits_(limits), sessions_({limits.session_silence, limits.session_longest})
    {}

    void set_enrolment(const Enrolment& enrolment);
    void set_zones(const std::vector<ZoneRule>& zones) { zones_ = ZoneMap(zones); }
    void observe(const Lease& lease);
    void observe(const AddressSighting& sighting);
    void observe(const SessionEvent& event);
    void expire(Timestamp now);
    std::vector<Binding> bindings_at(const Device& device, Timestamp at) const;
    Standing standing(const Device& device, Timestamp at) const;
    std::vector<MacAddress> macs_behind(const Device& device, Timestamp at) const;
    std::optional<CountedOctets> octets(const MacAddress& mac, Timestamp from, Timestamp to,
                                        Duration reach) const
    {
        return sessions_.octets(mac, from, to, reach);
    }
    std::vector<Binding> all(Timestamp now) const;
    std::size_t size() const { return addresses_.size() + sessions_.size(); }
    std::size_t markers() const { return addresses_.markers(); }
    std::size_t devices() const;
    std::uint64_t refused_full() const { return refused_full_; }
    const ZoneMap& zones() const { return zones_; }

  private:
    // Whose it was then, of those who have not withdrawn since.
    const EnrolledPerson* by_mac(const MacAddress& mac, Timestamp at) const;
    const EnrolledPerson* by_user(const std::string& user, Timestamp at) const;
    const EnrolledPerson* if_still_enrolled(const EnrolledPerson* person) const;
    bool room_for(const MacAddress& mac);
    MacAddress named(const MacAddress& mac, Timestamp at) const;
    void hold(const IpAddress& ip, const Holding& holding);
    void tidy();
    void forget_the_withdrawn();

    std::string zone_of(const SessionSpan& span, const IpAddress& ip, std::uint16_t vlan) const;
    Binding by_session(const EnrolledPerson& person, const SessionSpan& span, const IpAddress& ip,
                       std::uint16_t vlan, const char* how) const;
    Binding by_enrolled_mac(const EnrolledPerson& person, const MacAddress& mac,
                            const IpAddress& ip, Timestamp at, const Holding* holding) const;
    void claims_of_mac(std::vector<Binding>& claims, const MacAddress& mac, const IpAddress& ip,
                       Timestamp at, const Holding* holding, const char* how) const;
    void claims_of_address(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at) const;

    BindingLimits limits_;
    Enrolment enrolment_;
    ZoneMap zones_;
    AddressHistory addresses_;
    SessionTable sessions_;
    bool sessions_expected_ = limits_.sessions_expected;
    Timestamp now_;  // the latest time told
    Timestamp sessions_tidied_;
    Timestamp next_withdrawal_ = Timestamp::max();
    std::uint64_t refused_full_ = 0;
};

const EnrolledPerson* BindingTable::Impl::if_still_enrolled(const EnrolledPerson* person) const
{
    if (person == nullptr || !person->withdrawn || now_ < *person->withdrawn) return person;
    return enrolment_.active(person->staff, now_) ? person : nullptr;
}

const EnrolledPerson* BindingTable::Impl::by_mac(const MacAddress& mac, Timestamp at) const
{
    return if_still_enrolled(enrolment_.by_mac(mac, at));
}

const EnrolledPerson* BindingTable::Impl::by_user(const std::string& user, Timestamp at) const
{
    return if_still_enrolled(enrolment_.by_radius_user(user, at));
}

// The MAC if it is, or may turn out to be, an enrolled person's; zero stands for everybody else.
MacAddress BindingTable::Impl::named(const MacAddress& mac, Timestamp at) const
{
    const bool known = by_mac(mac, at) != nullptr || sessions_.knows(mac);
    return known || sessions_expected_ ? mac : MacAddress{};
}

bool BindingTable::Impl::room_for(const MacAddress& mac)
{
    const bool room = mac.is_zero() ? markers() < limits_.markers : size() < limits_.statements;
    if (!room) ++refused_full_;
    return room;
}

void BindingTable::Impl::hold(const IpAddress& ip, const Holding& holding)
{
    if (room_for(holding.mac)) addresses_.add(ip, holding);
}

void BindingTable::Impl::observe(const Lease& lease)
{
    if (lease.ip.family == IpAddress::Family::none) return;
    now_ = std::max({now_, lease.from, lease.ended.value_or(lease.from)});
    const auto mac = named(lease.mac, lease.from);
    if (!lease.ended || lease.from < *lease.ended) {
        hold(lease.ip,
             {lease.from, mac, lease.from, lease.until, Holding::Source::lease, lease.vlan});
    }
    if (lease.ended && !mac.is_zero() && room_for(mac)) addresses_.end(lease.ip, mac, *lease.ended);
}

void BindingTable::Impl::observe(const AddressSighting& sighting)
{
    // RFC 5227: an ARP probe has no address yet.
    const bool unspecified = sighting.ip.octets == decltype(sighting.ip.octets){};
    if (unspecified || sighting.mac.group() || sighting.mac.is_zero()) return;
    now_ = std::max(now_, sighting.at);
    hold(sighting.ip,
         {sighting.at, named(sighting.mac, sighting.at), sighting.at,
          sighting.at + AddressHistory::kSightingHolds, Holding::Source::sighting, sighting.vlan});
}

void BindingTable::Impl::observe(const SessionEvent& event)
{
    now_ = std::max(now_, event.at);
    sessions_expected_ = true;
    if (event.kind == SessionEvent::Kind::nas_reset) {
        sessions_.reset(event.nas, event.at);
        return;
    }
    const bool known = by_user(event.user, event.at) != nullptr ||
                       by_mac(event.mac, event.at) != nullptr ||
                       sessions_.knows(event.nas, event.session_id);
    if (known) {
        if (room_for(event.mac)) sessions_.add(event);
        return;
    }
    // Somebody else's session: all that is kept is that the address was not an enrolled person's.
    if (event.kind == SessionEvent::Kind::stop) return;
    for (const auto& ip : event.addresses) {
        hold(ip, {event.at,
                  {},
                  event.at,
                  event.at + limits_.session_silence,
                  Holding::Source::lease,
                  0});
    }
}

void BindingTable::Impl::set_enrolment(const Enrolment& enrolment)
{
    enrolment_ = enrolment;
    next_withdrawal_ = Timestamp::min();
    tidy();
}

void BindingTable::Impl::expire(Timestamp now)
{
    now_ = std::max(now_, now);
    tidy();
}

void BindingTable::Impl::tidy()
{
    const auto since = now_ - limits_.horizon;
    if (now_ >= next_withdrawal_) forget_the_withdrawn();
    if (now_ - sessions_tidied_ >= AddressHistory::kRest) {
        sessions_tidied_ = now_;
        sessions_.tidy(now_, since);
    }
    using Fate = AddressHistory::Fate;
    const auto fate = [this](const Holding& holding) {
        if (by_mac(holding.mac, now_) != nullptr || sessions_.knows(holding.mac))
            return Fate::named;
        const bool wait = sessions_expected_ && now_ - holding.last < limits_.unknown_wait;
        return wait ? Fate::waiting : Fate::nobody;
    };
    addresses_.tidy(now_, since, fate, [this](const IpAddress& ip) { return sessions_.knows(ip); });
}

// Also those whom a new enrolment does not have any more.
void BindingTable::Impl::forget_the_withdrawn()
{
    next_withdrawal_ = Timestamp::max();
    for (const auto& person : enrolment_.people()) {
        if (person.withdrawn && *person.withdrawn > now_)
            next_withdrawal_ = std::min(next_withdrawal_, *person.withdrawn);
    }
    sessions_.keep_only([this](const std::string& user, const MacAddress& mac) {
        return by_user(user, now_) != nullptr || by_mac(mac, now_) != nullptr;
    });
    addresses_.wake();
}

std::string BindingTable::Impl::zone_of(const SessionSpan& span, const IpAddress& ip,
                                        std::uint16_t vlan) const
{
    const auto* rule = zones_.find({span.ssid, span.access_point, vlan, ip});
    return rule == nullptr ? "" : rule->zone;
}

Binding BindingTable::Impl::by_session(const EnrolledPerson& person, const SessionSpan& span,
                                       const IpAddress& ip, std::uint16_t vlan,
                                       const char* how) const
{
    return {person.staff,
            span.mac,
            ip,
            span.from,
            told_end(span),
            Grade::strong,
            zone_of(span, ip, vlan),
            "RADIUS session of the user since " + clock_of(span.started) + ", " + how};
}

Binding BindingTable::Impl::by_enrolled_mac(const EnrolledPerson& person, const MacAddress& mac,
                                            const IpAddress& ip, Timestamp at,
                                            const Holding* holding) const
{
    const auto* rule =
        zones_.find({{}, {}, holding == nullptr ? std::uint16_t{0} : holding->vlan, ip});
    Binding binding{
        person.staff, mac, ip, at, {}, Grade::medium, rule == nullptr ? "" : rule->zone, ""};
    if (holding == nullptr) {
        binding.reason = "enrolled MAC, seen on the frame itself";
        return binding;
    }
    const auto whole = addresses_.stretch(ip, *holding);
    binding.from = whole.from;
    if (whole.until <= now_) binding.to = whole.until;
    binding.reason =
        std::string("enrolled MAC, ") +
        (whole.source == Holding::Source::lease ? "DHCP lease of " : "ARP or ND since ") +
        clock_of(whole.from);
    return binding;
}

// Whose device this MAC was at `at`: by the user of its session, and by enrolment.
void BindingTable::Impl::claims_of_mac(std::vector<Binding>& claims, const MacAddress& mac,
                                       const IpAddress& ip, Timestamp at, const Holding* holding,
                                       const char* how) const
{
    const std::uint16_t vlan = holding == nullptr ? std::uint16_t{0} : holding->vlan;
    std::string zone;
    for (const auto& span : sessions_.by_mac(mac, at, at)) {
        if (!span.holds(at)) continue;
        zone = zone_of(span, ip, vlan);
        if (const auto* person = by_user(span.user, at)) {
            claims.push_back(by_session(*person, span, ip, vlan, how));
        }
    }
    if (const auto* person = by_mac(mac, at)) {
        claims.push_back(by_enrolled_mac(*person, mac, ip, at, holding));
        if (!zone.empty()) claims.back().zone = zone;  // the session knows the access point
    }
}

void BindingTable::Impl::claims_of_address(std::vector<Binding>& claims, const IpAddress& ip,
                                           Timestamp at) const
{
    const auto spans = sessions_.by_address(ip, at - limits_.grace, at + limits_.grace);
    const auto held = addresses_.holders(ip, at, limits_.grace);
    const auto holds_now = [at](const SessionSpan& span) { return span.holds(at); };
    std::optional<Timestamp> told;  // the latest report up to then that the address is a session's
    for (const auto& span : spans) {
        if (holds_now(span)) told = std::max(told.value_or(span.from), std::min(span.last, at));
    }
    if (!told && held.empty()) return;

    // One whose Stop was lost says nothing any more once another session began to have the address.
    const auto superseded = [&](const SessionSpan& span) {
        return std::ranges::any_of(spans, [&](const SessionSpan& other) {
            return other.from > span.last && other.from + limits_.grace < at;
        });
    };
    for (const auto& span : spans) {
        if (superseded(span)) continue;
        if (const auto* person = by_user(span.user, at)) {
            claims.push_back(by_session(*person, span, ip, 0, "which has the address"));
        }
        if (const auto* person = by_mac(span.mac, at)) {
            claims.push_back(by_enrolled_mac(*person, span.mac, ip, span.from, nullptr));
            claims.back().zone = zone_of(span, ip, 0);
            claims.back().reason = "enrolled MAC, whose RADIUS session has the address";
        }
    }
    bool contested = false;
    for (const auto& holding : held) {
        // What was said before the session took the address says nothing any more.
        if (told && std::min(holding.last, at) + limits_.grace < *told) continue;
        const auto before = claims.size();
        if (!holding.mac.is_zero()) {
            claims_of_mac(claims, holding.mac, ip, at, &holding, "address by its DHCP lease");
        }
        contested = contested || claims.size() == before;
    }
    if (!contested) return;
    for (auto& claim : claims) {
        claim.grade = Grade::weak;
        claim.reason += "; but a device of nobody's had the address about that time";
    }
}

std::vector<Binding> BindingTable::Impl::bindings_at(const Device& device, Timestamp at) const
{
    std::vector<Binding> claims;
    if (device.mac.is_zero()) {
        claims_of_address(claims, device.ip, at);
    } else {
        const Holding* of_mac = nullptr;
        const auto held = addresses_.holders(device.ip, at, Duration{0});
        for (const auto& holding : held) {
            if (holding.mac == device.mac) of_mac = &holding;
        }
        claims_of_mac(claims, device.mac, device.ip, at, of_mac, "on the MAC of the frame");
    }
    return best_of_each(std::move(claims));
}

Standing BindingTable::Impl::standing(const Device& device, Timestamp at) const
{
    if (!device.mac.is_zero()) {
        if (by_mac(device.mac, at) != nullptr || sessions_.knows(device.mac)) {
            return Standing::enrolled;
        }
        return sessions_expected_ ? Standing::unknown : Standing::stranger;
    }
    if (enrolment_.people().empty()) return Standing::stranger;
    return bindings_at(device, at).empty() ? Standing::unknown : Standing::enrolled;
}

std::vector<MacAddress> BindingTable::Impl::macs_behind(const Device& device, Timestamp at) const
{
    if (!device.mac.is_zero()) return {device.mac};
    std::vector<MacAddress> macs;
    for (const auto& holding : addresses_.holders(device.ip, at, limits_.grace)) {
        if (!holding.mac.is_zero()) macs.push_back(holding.mac);
    }
    for (const auto& span :
         sessions_.by_address(device.ip, at - limits_.grace, at + limits_.grace)) {
        macs.push_back(span.mac);
    }
    return macs;
}

std::vector<Binding> BindingTable::Impl::all(Timestamp now) const
{
    now = std::max(now, now_);
    std::vector<Binding> every;
    sessions_.each([&](const SessionSpan& span) {
        const auto* person = by_user(span.user, span.from);
        if (person == nullptr) return;
        for (const auto& ip : span.addresses) {
            every.push_back(by_session(*person, span, ip, 0, "which has the address"));
            if (!span.ended && span.until <= now) every.back().to = span.until;
        }
    });
    addresses_.each([&](const IpAddress& ip, const Holding& holding) {
        const auto before = every.size();
        claims_of_mac(every, holding.mac, ip, holding.from, &holding, "address by its DHCP lease");
        for (auto i = before; i < every.size(); ++i) {
            if (every[i].grade == Grade::medium && holding.until <= now) every[i].to = holding.until;
        }
    });
    std::ranges::sort(every, {}, [](const Binding& b) {
        return std::tie(b.staff, b.from, b.ip, b.grade, b.mac, b.reason);
    });
    const auto repeated = std::ranges::unique(
        every, {}, [](const Binding& b) { return std::tie(b.staff, b.from, b.ip, b.grade); });
    every.erase(repeated.begin(), repeated.end());
    return every;
}

std::size_t BindingTable::Impl::devices() const
{
    std::set<MacAddress> macs;
    sessions_.each([&](const SessionSpan& span) { macs.insert(span.mac); });
    addresses_.each([&](const IpAddress&, const Holding& holding) { macs.insert(holding.mac); });
    return macs.size();
}

BindingTable::BindingTable(const BindingLimits& limits) : impl_(std::make_unique<Impl>(limits)) {}
BindingTable::~BindingTable() = default;
void BindingTable::set_enrolment(const Enrolment& enrolment)
{
    impl_->set_enrolment(enrolment);
}
void BindingTable::set_zones(const std::vector<ZoneRule>& zones)
{
    impl_->set_zones(zones);
}
void BindingTable::observe(const Lease& lease)
{
    impl_->observe(lease);
}
void BindingTable::observe(const AddressSighting& sighting)
{
    impl_->observe(sighting);
}
void BindingTable::observe(const SessionEvent& event)
{
    impl_->observe(event);
}
void BindingTable::expire(Timestamp now)
{
    impl_->expire(now);
}
std::vector<Binding> BindingTable::bindings_at(const Device& device, Timestamp at) const
{
    return impl_->bindings_at(device, at);
}
Standing BindingTable::standing(const Device& device, Timestamp at) const
{
    return impl_->standing(device, at);
}
std::vector<MacAddress> BindingTable::macs_behind(const Device& device, Timestamp at) const
{
    return impl_->macs_behind(device, at);
}
std::optional<CountedOctets> BindingTable::octets(const MacAddress& mac, Timestamp from,
                                                  Timestamp to, Duration reach) const
{
    return impl_->octets(mac, from, to, reach);
}
std::vector<Binding> BindingTable::all(Timestamp now) const
{
    return impl_->all(now);
}
std::size_t BindingTable::size() const
{
    return impl_->size();
}
std::size_t BindingTable::markers() const
{
    return impl_->markers();
}
std::size_t BindingTable::devices() const
{
    return impl_->devices();
}
std::uint64_t BindingTable::refused_full() const
{
    return impl_->refused_full();
}
const ZoneMap& BindingTable::zones() const
{
    return impl_->zones();
}

std::string_view name(Grade grade)
{
    switch (grade) {
        case Grade::strong:
            return "strong";
        case Grade::medium:
            return "medium";
        case Grade::weak:
            return "weak";
    }
    return "weak";
}

}  // namespace breakwatch
