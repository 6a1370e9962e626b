#include "app/journal_keeper.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace breakwatch {

namespace {

constexpr Duration kOpenAnew = std::chrono::minutes{10};

std::size_t content_of(const JournalRecord& record)
{
    const auto number = [](Timestamp time) { return std::to_string(time.time_since_epoch().count()) + " "; };
    if (const auto* binding = std::get_if<Binding>(&record))
        return std::hash<std::string>{}((binding->to ? number(*binding->to) : "-") + binding->zone + binding->reason);
    if (const auto* person = std::get_if<JournalPerson>(&record)) {
        std::string said;
        for (const auto& mac : person->macs) said += to_string(mac) + " ";
        for (const auto& name : person->names) said += name + '\0';
        return std::hash<std::string>{}(said + number(person->planned_from.value_or(Timestamp{})) +
                                        number(person->planned_until.value_or(Timestamp{})));
    }
    const auto& duty = std::get<JournalDuty>(record).interval;
    return std::hash<std::string>{}(number(duty.end) + duty.site);
}

Timestamp begin_of(const JournalRecord& record)
{
    if (const auto* binding = std::get_if<Binding>(&record)) return binding->from;
    if (std::holds_alternative<JournalPerson>(record)) return Timestamp::min();
    return std::get<JournalDuty>(record).interval.start;
}

// Its row tells of a moment that moves on.
bool is_open(const JournalRecord& record)
{
    const auto* binding = std::get_if<Binding>(&record);
    return (binding != nullptr && !binding->to) || std::holds_alternative<JournalPerson>(record);
}

// How far the roster tells of each person, plans included.
std::map<StaffId, std::pair<Timestamp, Timestamp>> extents_of(const std::vector<DutyInterval>& planned)
{
    std::map<StaffId, std::pair<Timestamp, Timestamp>> extents;
    for (const auto& row : planned) {
        auto& [from, until] = extents.try_emplace(row.staff, row.start, row.end).first->second;
        from = std::min(from, row.start);
        until = std::max(until, row.end);
    }
    return extents;
}

JournalPerson person_of(const EnrolledPerson& enrolled)
{
    JournalPerson person{enrolled.staff, enrolled.macs, enrolled.radius_users, {}, {}};
    person.names.insert(person.names.end(), enrolled.agent_aliases.begin(), enrolled.agent_aliases.end());
    return person;
}

}  // namespace

void JournalKeeper::add(JournalUpdate& update, const JournalRecord& record, Timestamp now)
{
    if (begin_of(record) > now) return;  // a plan is no journal yet
    auto row = seal(record, now, *key_);
    if (row.until < update.forget_before || !owners_.contains(row.owner)) return;
    const auto content = content_of(record);
    const auto [known, fresh] = written_.try_emplace(row.id, Written{content, now});
    const bool due = is_open(record) && now - known->second.at >= kOpenAnew;
    if (!fresh && known->second.content == content && !due) return;
    known->second = {content, now};
    update.rows.push_back(std::move(row));
}

JournalUpdate JournalKeeper::update(const Engine& engine, const Enrolment& enrolment, Timestamp now, Timestamp reckoned)
{
    JournalUpdate update;
    update.forget_before = reckoned - retention_;
    for (const auto& person : enrolment.people()) {
        if (person.active_at(now)) update.owners.push_back(key_->pseudonym(person.staff).value);
    }
    if (!on()) update.owners.clear();
    if (!on()) return update;
    owners_ = {update.owners.begin(), update.owners.end()};
    const auto& planned = engine.planned_duty();
    const auto extents = extents_of(planned);
    for (const auto& enrolled : enrolment.people()) {
        if (!enrolled.active_at(now)) continue;
        auto person = person_of(enrolled);
        if (const auto extent = extents.find(person.staff); extent != extents.end()) {
            person.planned_from = extent->second.first;
            person.planned_until = extent->second.second;
        }
        add(update, person, now);
    }
    for (const auto& binding : engine.bindings()) add(update, binding, now);
    for (const auto& row : planned) add(update, JournalDuty{row, false}, now);
    for (const auto& row : engine.told_duty()) add(update, JournalDuty{row, true}, now);
    std::erase_if(written_, [&](const auto& entry) { return entry.second.at < update.forget_before; });
    return update;
}

}  // namespace breakwatch
