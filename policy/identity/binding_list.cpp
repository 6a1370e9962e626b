// Everything the tables say of anybody, as a list.
#include <algorithm>
#include <tuple>
#include <utility>

#include "policy/identity/best_bindings.hpp"
#include "policy/identity/binding_resolver.hpp"

namespace breakwatch {

std::vector<Binding> BindingResolver::all() const
{
    std::vector<Binding> every;
    sessions.each([&](const SessionSpan& span) {
        const bool sure = span.mac.is_zero() || of_this_site(span);
        // Often no report but an interim tells the address: until then the device alone is known.
        auto told = span.addresses;
        if (told.empty() && !span.mac.is_zero()) told.emplace_back();
        for (const auto& ip : told) {
            std::vector<Binding> said;
            if (const auto* person = enrolment.by_radius_user(span.user, span.from, now))
                said.push_back(by_session(
                    *person, span, ip, 0, sure ? (span.mac.is_zero() ? Grade::medium : Grade::strong) : Grade::weak,
                    span.addresses.empty() ? "which has told no address yet" : "which has the address"));
            if (const auto* person = enrolment.by_mac(span.mac, span.from, now)) {
                said.push_back(by_enrolled_mac(*person, span.mac, ip, span.from, nullptr, 0));
                said.back().zone = zone_of(span, ip, 0);
                said.back().reason = span.addresses.empty() ? "enrolled MAC, in a RADIUS session"
                                                            : "enrolled MAC, whose RADIUS session has the address";
            }
            for (auto& binding : best_of_each(std::move(said))) {
                if (span.ended || span.until <= now) binding.to = span.until;
                every.push_back(std::move(binding));
            }
        }
    });
    addresses.each([&](const IpAddress& ip, const AddressUse& use) {
        const auto before = every.size();
        const auto said = addresses.claims(ip, use.from);
        const auto claim = std::ranges::find(said, use.mac, &AddressClaim::mac);
        if (claim == said.end()) return;
        add_by_mac(every, use.mac, ip, use.from, &*claim, 0, "address by its DHCP lease");
        for (auto i = before; i < every.size(); ++i) {
            if (every[i].grade != Grade::strong && use.until <= now) every[i].to = use.until;
        }
    });
    std::ranges::sort(every, {},
                      [](const Binding& b) { return std::tie(b.staff, b.from, b.ip, b.grade, b.mac, b.reason); });
    const auto repeated =
        std::ranges::unique(every, {}, [](const Binding& b) { return std::tie(b.staff, b.from, b.ip, b.grade); });
    every.erase(repeated.begin(), repeated.end());
    return every;
}

// No words, no stretches and no order, which all() spends its time on: a capture asks for this whenever a device turns
// up at another address.
std::vector<BoundAddress> BindingResolver::bound() const
{
    std::vector<BoundAddress> every;
    sessions.each([&](const SessionSpan& span) {
        const bool somebodys = enrolment.by_radius_user(span.user, span.from, now) != nullptr ||
                               enrolment.by_mac(span.mac, span.from, now) != nullptr;
        if (!somebodys) return;
        const bool over = span.ended || span.until <= now;
        for (const auto& ip : span.addresses) every.push_back({span.mac, ip, over});
        if (span.addresses.empty() && !span.mac.is_zero()) every.push_back({span.mac, {}, over});
    });
    addresses.each_device([&](const IpAddress& ip, const AddressUse& use) {
        if (enrolment.by_mac(use.mac, use.from, now) != nullptr) {
            every.push_back({use.mac, ip, use.until <= now});
            return true;
        }
        if (!sessions.knows(use.mac)) return false;
        std::vector<Binding> said;
        add_by_mac(said, use.mac, ip, use.from, nullptr, 0, "");
        if (said.empty()) return false;
        every.push_back({use.mac, ip, use.until <= now});
        return true;
    });
    return every;
}

}  // namespace breakwatch
