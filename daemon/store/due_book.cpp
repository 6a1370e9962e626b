#include "store/due_book.hpp"

#include <algorithm>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"
#include "store/ledger.hpp"
#include "store/wording.hpp"

namespace breakwatch {

const char* const kDueTables = R"sql(
    -- Answers that were promised; earlier ones to the same role are in the chain alone.
    CREATE TABLE IF NOT EXISTS promises (
        incident TEXT NOT NULL,
        role TEXT NOT NULL,
        made INTEGER NOT NULL,             -- ns since 1970, as the next
        due INTEGER NOT NULL,
        sequence INTEGER NOT NULL,         -- the alert that tells of it
        PRIMARY KEY (incident, role)
    ) WITHOUT ROWID;
    -- The last reminder of each due time: none is told twice.
    CREATE TABLE IF NOT EXISTS reminders (
        incident TEXT NOT NULL,
        item TEXT NOT NULL,                -- DueItem::key()
        told INTEGER NOT NULL,             -- its number
        PRIMARY KEY (incident, item)
    ) WITHOUT ROWID;
    )sql";

namespace {

// More wait for the next look.
constexpr std::size_t kMostAtOnce = 1'000;

std::string field_of(const Alert& alert, std::string_view name)
{
    const auto found =
        std::ranges::find(alert.fields, name, [](const auto& field) { return std::string_view(field.first); });
    return found == alert.fields.end() ? std::string() : found->second;
}

void note_state(DueCase& about, const Alert& alert)
{
    using enum IncidentState;
    for (const auto state : {detected, triaged, principal_notified, answered, closed}) {
        if (field_of(alert, "state") == name(state)) about.state = state;
    }
}

// A revision: its first finding, or, in a zone, when it was first raised.
void note_revision(DueCase& about, const Alert& alert)
{
    about.withdrawn = alert.code == event::kWithdrawn.code;
    about.told = about.told || alert.code != event::kHeld.code;
    if (const auto found = parse_rfc3339(field_of(alert, "at")))
        about.from = *found;
    else if (about.from == Timestamp{})
        about.from = alert.at;
}

struct Reminder {
    DueItem item;
    std::uint64_t number;
};

bool any_promise(Database& database)
{
    auto query = database.prepare("SELECT 1 FROM promises LIMIT 1");
    return query.step() == Statement::Step::row;
}

bool is_there(Database& database, const std::string& incident)
{
    auto query = database.prepare("SELECT 1 FROM incidents WHERE id = ?");
    return query.bind(incident).step() == Statement::Step::row;
}

std::expected<void, std::string> tell_one(Database& database, const Reminder& reminder, Timestamp now)
{
    const auto& [item, number] = reminder;
    const auto sequence = append(database, {make_due_alert(item, number, now), item.incident, std::nullopt, "{}"});
    if (!sequence) return std::unexpected(sequence.error());
    auto put = database.prepare("INSERT OR REPLACE INTO reminders (incident, item, told) VALUES (?, ?, ?)");
    put.bind(item.incident).bind(item.key()).bind(number);
    if (put.step() != Statement::Step::done) return std::unexpected(database.error("recording a reminder"));
    return {};
}

}  // namespace

bool keeps_due(Database& database)
{
    return database.has_table("reminders");
}

std::expected<void, std::string> put_promise(Database& database, const std::string& incident, const Promise& promise,
                                             std::uint64_t sequence)
{
    auto put = database.prepare(
        "INSERT OR REPLACE INTO promises (incident, role, made, due, sequence) VALUES (?, ?, ?, ?, ?)");
    put.bind(incident).bind(promise.role).bind(promise.made.time_since_epoch().count());
    put.bind(promise.due.time_since_epoch().count()).bind(sequence);
    if (put.step() != Statement::Step::done) return std::unexpected(database.error("recording a promise"));
    return {};
}

std::expected<void, std::string> purge_due(Database& database)
{
    if (auto done = database.execute("DELETE FROM promises WHERE incident NOT IN (SELECT id FROM incidents)"); !done)
        return done;
    return database.execute("DELETE FROM reminders WHERE incident NOT IN (SELECT id FROM incidents)");
}

std::expected<void, std::string> DueBook::read_chain(Database& database)
{
    auto query = database.prepare(
        "SELECT sequence, incident, code, at, revision IS NOT NULL, fields FROM alerts WHERE sequence > ? AND incident "
        "<> '' AND (revision IS NOT NULL OR code = ?) ORDER BY sequence");
    query.bind(read_until_).bind(event::kStateSet.code);
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        read_until_ = static_cast<std::uint64_t>(query.integer(0));
        Alert alert;
        alert.code = query.text(2);
        alert.at = Timestamp{Duration{query.integer(3)}};
        fields_from_json(query.text(5), alert);
        auto& about = cases_[query.text(1)];
        about.incident = query.text(1);
        if (query.integer(4) != 0)
            note_revision(about, alert);
        else
            note_state(about, alert);
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading what may be due"));
    return {};
}

std::expected<void, std::string> DueBook::read_promises(Database& database)
{
    for (auto& [id, about] : cases_) about.promises.clear();
    auto query = database.prepare("SELECT incident, role, made, due FROM promises");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto about = cases_.find(query.text(0));
        if (about == cases_.end()) continue;
        about->second.promises.push_back(
            {query.text(1), Timestamp{Duration{query.integer(2)}}, Timestamp{Duration{query.integer(3)}}});
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the promises"));
    return {};
}

std::expected<void, std::string> DueBook::read_told(Database& database)
{
    if (told_read_) return {};
    auto query = database.prepare("SELECT incident, item, told FROM reminders");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step())
        told_[{query.text(0), query.text(1)}] = static_cast<std::uint64_t>(query.integer(2));
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the reminders"));
    told_read_ = true;
    return {};
}

std::expected<void, std::string> DueBook::read(Database& database)
{
    if (auto done = read_chain(database); !done) return done;
    if (!keeps_due(database)) return {};
    if (auto done = read_promises(database); !done) return done;
    return read_told(database);
}

std::expected<std::vector<DueToldItem>, std::string> DueBook::list(Database& database, const DueClock& clock)
{
    if (auto done = read(database); !done) return std::unexpected(done.error());
    std::vector<DueToldItem> all;
    for (const auto& [id, about] : cases_) {
        if (!is_there(database, id)) continue;
        for (auto& item : due_items(about, clock)) {
            const auto told = told_.find({id, item.key()});
            all.push_back({std::move(item), told == told_.end() ? 0 : told->second});
        }
    }
    std::ranges::stable_sort(all, {}, [](const DueToldItem& each) { return each.item.due; });
    return all;
}

std::expected<std::size_t, std::string> DueBook::tell(Database& database, const DueClock& clock, Timestamp now)
{
    const auto to_tell = [&] {
        std::vector<Reminder> reminders;
        for (const auto& [id, about] : cases_) {
            for (auto& item : due_items(about, clock)) {
                const auto number = reminder_at(item, now);
                const auto told = told_.find({id, item.key()});
                if (number > (told == told_.end() ? 0 : told->second)) reminders.push_back({std::move(item), number});
                if (reminders.size() >= kMostAtOnce) return reminders;
            }
        }
        return reminders;
    };
    if (!clock.any() && !any_promise(database)) return 0U;
    if (auto done = read(database); !done) return std::unexpected(done.error());
    if (to_tell().empty()) return 0U;
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    // Somebody may have set a state meanwhile.
    if (auto done = read(database); !done) return std::unexpected(done.error());
    auto reminders = to_tell();
    std::erase_if(reminders, [&](const Reminder& each) {
        const bool gone = !is_there(database, each.item.incident);
        if (gone) cases_.erase(each.item.incident);
        return gone;
    });
    for (const auto& reminder : reminders) {
        if (auto told = tell_one(database, reminder, now); !told) return std::unexpected(told.error());
    }
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    for (const auto& [item, number] : reminders) told_[{item.incident, item.key()}] = number;
    return reminders.size();
}

}  // namespace breakwatch
