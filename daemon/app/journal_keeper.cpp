#include "app/journal_keeper.hpp"

#include <functional>

namespace breakwatch {

namespace {

constexpr Duration kOpenAnew = std::chrono::minutes{10};

std::size_t content_of(const JournalRecord& record)
{
    const auto number = [](Timestamp time) { return std::to_string(time.time_since_epoch().count()) + " "; };
    if (const auto* binding = std::get_if<Binding>(&record))
        return std::hash<std::string>{}((binding->to ? number(*binding->to) : "-") + binding->zone + binding->reason);
    const auto& duty = std::get<JournalDuty>(record).interval;
    return std::hash<std::string>{}(number(duty.end) + duty.site);
}

Timestamp begin_of(const JournalRecord& record)
{
    if (const auto* binding = std::get_if<Binding>(&record)) return binding->from;
    return std::get<JournalDuty>(record).interval.start;
}

// Its row tells of a moment that moves on.
bool is_open(const JournalRecord& record)
{
    const auto* binding = std::get_if<Binding>(&record);
    return binding != nullptr && !binding->to;
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

JournalUpdate JournalKeeper::update(const Engine& engine, const Enrolment& enrolment, Timestamp now)
{
    JournalUpdate update;
    update.forget_before = now - retention_;
    for (const auto& person : enrolment.people()) {
        if (person.active_at(now)) update.owners.push_back(key_->pseudonym(person.staff).value);
    }
    if (!on()) update.owners.clear();
    if (!on()) return update;
    owners_ = {update.owners.begin(), update.owners.end()};
    for (const auto& binding : engine.bindings()) add(update, binding, now);
    for (const auto& row : engine.planned_duty()) add(update, JournalDuty{row, false}, now);
    for (const auto& row : engine.told_duty()) add(update, JournalDuty{row, true}, now);
    std::erase_if(written_, [&](const auto& entry) { return entry.second.at < update.forget_before; });
    return update;
}

}  // namespace breakwatch
