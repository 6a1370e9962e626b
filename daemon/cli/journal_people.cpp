#include "cli/journal_people.hpp"

#include <algorithm>

#include "report/plain_text.hpp"

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

std::string_view trimmed(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// RFC 7542 user@realm, DOMAIN\user.
std::string_view bare_user(std::string_view user)
{
    if (const auto slash = user.rfind('\\'); slash != std::string_view::npos) user.remove_prefix(slash + 1);
    return user.substr(0, user.find('@'));
}

bool called(const JournalPerson& person, const std::string& name)
{
    const auto is = [&name](const std::string& own) { return lower(trimmed(own)) == name; };
    return is(person.staff.value) || std::ranges::any_of(person.names, is);
}

}  // namespace

bool holds(const Binding& binding, Timestamp at)
{
    return binding.from <= at && (!binding.to || at < *binding.to);
}

std::string listed(const std::set<StaffId>& people)
{
    std::string text;
    for (const auto& staff : people) text += (text.empty() ? "" : ", ") + printable(staff.value);
    return text;
}

JournalContent::JournalContent(std::vector<JournalRecord>&& records)
{
    for (auto& record : records) {
        if (auto* binding = std::get_if<Binding>(&record)) bindings.push_back(std::move(*binding));
        if (auto* row = std::get_if<JournalDuty>(&record)) duty.push_back(std::move(*row));
        if (auto* named = std::get_if<JournalPerson>(&record)) people.push_back(std::move(*named));
    }
}

const JournalPerson* JournalContent::person(const StaffId& staff) const
{
    const auto found = std::ranges::find(people, staff, &JournalPerson::staff);
    return found == people.end() ? nullptr : &*found;
}

std::set<StaffId> JournalContent::meant(std::string_view who, Timestamp at) const
{
    std::set<StaffId> found;
    const auto mac = parse_mac(trimmed(who));
    const auto ip = parse_ip(trimmed(who));
    for (const auto& binding : bindings) {
        const bool same = (mac && binding.mac == *mac) || (ip && binding.ip == *ip);
        if (same && holds(binding, at)) found.insert(binding.staff);
    }
    const auto name = lower(trimmed(who));
    const auto add_called = [&](const std::string& by) {
        for (const auto& person : people) {
            if (called(person, by)) found.insert(person.staff);
        }
        // A journal of before the names were kept knows the staff ids of its rows.
        for (const auto& row : duty) {
            if (lower(row.interval.staff.value) == by) found.insert(row.interval.staff);
        }
        for (const auto& binding : bindings) {
            if (lower(binding.staff.value) == by) found.insert(binding.staff);
        }
    };
    add_called(name);
    for (const auto& person : people) {
        if (mac && std::ranges::find(person.macs, *mac) != person.macs.end()) found.insert(person.staff);
    }
    if (found.empty() && !mac && !ip) add_called(std::string(bare_user(name)));
    return found;
}

std::optional<Timestamp> JournalContent::reaches_back_to() const
{
    std::optional<Timestamp> first;
    const auto note = [&first](Timestamp at) { first = first ? std::min(*first, at) : at; };
    for (const auto& binding : bindings) note(binding.from);
    for (const auto& row : duty) note(row.interval.start);
    return first;
}

}  // namespace breakwatch
