#include "policy/identity/enrolment.hpp"

#include <algorithm>
#include <utility>

#include "policy/identity/agent_name.hpp"
#include "policy/identity/site_scope.hpp"

namespace breakwatch {

namespace {

std::string lower(std::string_view text)
{
    std::string low(text);
    for (char& c : low) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return low;
}

template <typename Map, typename Key>
auto* look_up(const Map& map, const Key& key)
{
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

void note(std::vector<std::uint32_t>& indices, std::uint32_t index)
{
    if (std::ranges::find(indices, index) == indices.end()) indices.push_back(index);
}

}  // namespace

Enrolment::Enrolment(std::vector<EnrolledPerson> people) : people_(std::move(people))
{
    for (std::uint32_t i = 0; i < people_.size(); ++i) {
        const auto& person = people_[i];
        note(staff_[person.staff], i);
        for (const auto& mac : person.macs) note(macs_[mac], i);
        for (const auto& user : person.radius_users) note(users_[lower(user)], i);
        if (person.radius_users.empty()) note(users_[lower(person.staff.value)], i);
        for (const auto& alias : person.agent_aliases) note(agents_[agent_key(alias)], i);
        note(staff_names_[agent_key(person.staff.value)], i);
    }
}

const EnrolledPerson* Enrolment::only_active(const Indices* indices, Timestamp at) const
{
    const EnrolledPerson* active = nullptr;
    if (indices == nullptr) return nullptr;
    for (const auto index : *indices) {
        if (!people_[index].active_at(at)) continue;
        if (active != nullptr) return nullptr;
        active = &people_[index];
    }
    return active;
}

const EnrolledPerson* Enrolment::by_mac(const MacAddress& mac, Timestamp at) const
{
    return only_active(look_up(macs_, mac), at);
}

const EnrolledPerson* Enrolment::by_radius_user(std::string_view user, Timestamp at) const
{
    const auto sent = lower(user);
    if (const auto* whole = look_up(users_, sent)) return only_active(whole, at);
    return only_active(look_up(users_, std::string(bare_user(sent, realms_))), at);
}

const EnrolledPerson* Enrolment::by_mac(const MacAddress& mac, Timestamp at, Timestamp now) const
{
    return unless_withdrawn(by_mac(mac, at), now);
}

const EnrolledPerson* Enrolment::by_radius_user(std::string_view user, Timestamp at, Timestamp now) const
{
    return unless_withdrawn(by_radius_user(user, at), now);
}

const EnrolledPerson* Enrolment::unless_withdrawn(const EnrolledPerson* person, Timestamp now) const
{
    if (person == nullptr || !person->withdrawn || now < *person->withdrawn) return person;
    return active(person->staff, now) ? person : nullptr;
}

const EnrolledPerson* Enrolment::by_staff(const StaffId& staff) const
{
    const auto* indices = look_up(staff_, staff);
    return indices == nullptr ? nullptr : &people_[indices->front()];
}

bool Enrolment::active(const StaffId& staff, Timestamp at) const
{
    const auto* indices = look_up(staff_, staff);
    return indices != nullptr &&
           std::ranges::any_of(*indices, [&](std::uint32_t i) { return people_[i].active_at(at); });
}

std::optional<StaffId> Enrolment::by_agent(std::string_view agent) const
{
    // As it stands, since ids that differ by case alone are ids of two.
    if (const auto* person = by_staff(StaffId{std::string(agent)});
        person != nullptr && !look_up(agents_, agent_key(agent))) {
        return person->staff;
    }
    const auto key = agent_key(agent);
    const auto* named = look_up(agents_, key);
    if (named == nullptr) named = look_up(staff_names_, key);
    if (named == nullptr) return std::nullopt;
    const auto& staff = people_[named->front()].staff;
    const auto same = [&](std::uint32_t i) { return people_[i].staff == staff; };
    return std::ranges::all_of(*named, same) ? std::optional(staff) : std::nullopt;
}

}  // namespace breakwatch
