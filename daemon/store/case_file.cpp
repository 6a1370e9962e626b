// CaseFile: the operator's view of the store. The file is opened read-only; what is recorded in the audit trail is
// written by a connection of its own.
#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"
#include "store/case_file_impl.hpp"
#include "store/chain_check.hpp"
#include "store/database.hpp"
#include "store/epoch.hpp"
#include "store/hex.hpp"
#include "store/incident_json.hpp"
#include "store/ledger.hpp"
#include "store/opening_table.hpp"
#include "store/opening_wording.hpp"
#include "store/site_facts.hpp"
#include "store/store.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace json = boost::json;

namespace {

std::string text_of(const json::object& object, const char* key)
{
    const auto* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The engine knows `detected`, and `closed` for what it withdrew itself.
void put_state(Incident& incident, const std::map<std::string, Progress>& progress)
{
    const auto set = progress.find(incident.id);
    if (set != progress.end() && incident.state != IncidentState::closed) incident.state = set->second.state;
}

// What cannot be read at all is said now, not as an empty list later.
std::expected<Database, std::string> open_readable(const std::filesystem::path& file, Database::Mode mode)
{
    auto database = Database::open(file, mode);
    if (!database) return database;
    if (auto readable = database->execute("SELECT count(*) FROM incidents"); !readable)
        return std::unexpected(readable.error());
    return database;
}

}  // namespace

std::expected<void, std::string> record_alone(const std::filesystem::path& file, LedgerEntry entry)
{
    auto writable = open_to_record(file);
    if (!writable) return std::unexpected(writable.error());
    Transaction transaction(*writable);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (const auto recorded = append(*writable, std::move(entry)); !recorded) return std::unexpected(recorded.error());
    return transaction.commit();
}

std::string to_json(const AuditEntry& entry)
{
    json::object object{{"at", to_rfc3339(entry.at)},
                        {"who", entry.who},
                        {"action", entry.action},
                        {"subject", entry.subject},
                        {"reason", entry.reason}};
    if (!entry.verdict.empty()) object["verdict"] = entry.verdict;
    if (!entry.openers.empty()) object["openers"] = entry.openers;
    return clean_text(json::serialize(object));
}

std::string unreadable(const std::string& id, const std::string& why)
{
    return {"store: incident " + id + " cannot be read back: " + why};
}

CaseFile::CaseFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CaseFile::~CaseFile() = default;
CaseFile::CaseFile(CaseFile&&) noexcept = default;
CaseFile& CaseFile::operator=(CaseFile&&) noexcept = default;

std::expected<CaseFile, std::string> CaseFile::open(const std::filesystem::path& directory)
{
    auto file = directory / "breakwatch.db";
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        return std::unexpected("store: " + file.string() + ": " + (error ? error.message() : "no such file"));
    auto database = open_readable(file, Database::Mode::read_only);
    // Without a daemon there is no log beside the file, and who may not write there cannot make one.
    if (!database && !std::filesystem::exists(file.string() + "-wal", error))
        database = open_readable(file, Database::Mode::immutable);
    if (!database) return std::unexpected(database.error());
    return CaseFile(std::make_unique<Impl>(std::move(file), std::move(*database)));
}

std::expected<std::vector<Incident>, std::string> CaseFile::incidents() const
{
    auto query =
        impl_->database.prepare("SELECT evidence, id FROM incidents JOIN alerts USING (sequence) ORDER BY sequence");
    std::vector<Incident> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        auto incident = incident_from_json(query.text(0));
        // One that is spoilt takes nobody else's away: spoilt() names it.
        if (incident) all.push_back(std::move(*incident));
    }
    if (step == Statement::Step::failed) return std::unexpected(impl_->database.error("reading incidents"));
    const auto states = progress();
    if (!states) return std::unexpected(states.error());
    for (auto& incident : all) put_state(incident, *states);
    return all;
}

std::vector<std::string> CaseFile::spoilt() const
{
    auto query =
        impl_->database.prepare("SELECT evidence, id FROM incidents JOIN alerts USING (sequence) ORDER BY sequence");
    std::vector<std::string> all;
    while (query.step() == Statement::Step::row) {
        const auto incident = incident_from_json(query.text(0));
        if (!incident) all.push_back(unreadable(clean_text(query.text(1)), incident.error()));
    }
    return all;
}

std::expected<std::optional<Incident>, std::string> CaseFile::incident(const std::string& id) const
{
    auto query = impl_->database.prepare("SELECT evidence FROM incidents JOIN alerts USING (sequence) WHERE id = ?");
    switch (query.bind(id).step()) {
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: return std::unexpected(impl_->database.error("reading an incident"));
        case Statement::Step::row: break;
    }
    auto incident = incident_from_json(query.text(0));
    if (!incident) return std::unexpected(unreadable(id, incident.error()));
    const auto states = progress();
    if (!states) return std::unexpected(states.error());
    put_state(*incident, *states);
    return std::move(*incident);
}

std::expected<StaffId, std::string> CaseFile::open_identity(const std::string& id, const OpeningRequest& request,
                                                            const IdentityKey& key)
{
    auto writable = open_to_record(impl_->file);
    if (!writable) return std::unexpected(writable.error());
    Transaction transaction(*writable);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    const auto sealed = sealed_of(*writable, id);
    if (!sealed) return std::unexpected(sealed.error());
    if (*sealed)
        return std::unexpected("store: the identity of " + id + " is sealed to " + names_of((*sealed)->openers) +
                               ", of whom two have to approve; `breakwatch ask " + id + "` asks them");
    auto query = writable->prepare("SELECT staff, evidence FROM incidents JOIN alerts USING (sequence) WHERE id = ?");
    if (query.bind(id).step() != Statement::Step::row) return std::unexpected("store: there is no incident " + id);
    auto staff = key.unseal(query.blob(0));
    if (!staff) return std::unexpected("store: the identity of " + id + " is sealed with another key");
    // The pseudonym stands in the chain, the sealed identity does not: one put in its place would name another.
    const auto incident = incident_from_json(query.text(1));
    if (!incident) return std::unexpected(unreadable(id, incident.error()));
    if (key.pseudonym(*staff) != incident->subject)
        return std::unexpected("store: the sealed identity of " + id + " is not that of " + incident->subject.value +
                               ": it was changed, and is not told");
    query.reset();
    const AuditEntry entry{request.at, request.who, "identity-opened", id, request.reason};
    const auto recorded =
        append(*writable, {make_identity_opened_alert(id, request.who, request.at), id, std::nullopt, to_json(entry)});
    if (!recorded) return std::unexpected(recorded.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return std::move(*staff);
}

std::expected<std::vector<JournalRecord>, std::string> CaseFile::ask_journal(const JournalAnswer& answer,
                                                                             const std::string& action,
                                                                             const OpeningRequest& request,
                                                                             const IdentityKey& key)
{
    auto writable = open_to_record(impl_->file);
    if (!writable) return std::unexpected(writable.error());
    Transaction transaction(*writable);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    auto query = writable->prepare("SELECT sealed FROM journal ORDER BY until");
    std::vector<JournalRecord> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        auto record = unseal(query.blob(0), key);
        if (!record) return std::unexpected("store: the journal is sealed with another key");
        all.push_back(std::move(*record));
    }
    if (step == Statement::Step::failed) return std::unexpected(writable->error("reading the journal"));
    query.reset();
    auto found = answer(std::move(all));
    std::set<std::string> subjects;
    for (const auto& record : found) subjects.insert(key.pseudonym(staff_of(record)).value);
    std::string subject;
    for (const auto& each : subjects) subject += (subject.empty() ? "" : " ") + each;
    if (subject.empty()) subject = "nobody";
    const AuditEntry entry{request.at, request.who, action, subject, request.reason};
    const auto recorded = append(
        *writable, {make_journal_asked_alert(subject, request.who, request.at), "", std::nullopt, to_json(entry)});
    if (!recorded) return std::unexpected(recorded.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return found;
}

std::expected<void, std::string> CaseFile::record_watch(const Pseudonym& volunteer, const OpeningRequest& request)
{
    const AuditEntry entry{request.at, request.who, "device-watched", volunteer.value, request.reason};
    return record_alone(impl_->file, {make_device_watched_alert(volunteer.value, request.who, request.at), "",
                                      std::nullopt, to_json(entry)});
}

std::expected<void, std::string> CaseFile::record_samples(const std::string& sink, std::size_t count,
                                                          const OpeningRequest& request)
{
    const AuditEntry entry{request.at, request.who, "samples-sent", sink, request.reason};
    return record_alone(
        impl_->file, {make_samples_sent_alert(sink, count, request.who, request.at), "", std::nullopt, to_json(entry)});
}

std::expected<std::vector<AuditEntry>, std::string> CaseFile::audit() const
{
    auto query = impl_->database.prepare(
        "SELECT at, evidence FROM alerts WHERE code IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AND evidence NOT IN ('', "
        "'{}') "
        "ORDER BY sequence");
    for (const auto& kind : {event::kOpened, event::kStateSet, event::kMentionEntered, event::kVerdictGiven,
                             event::kSamplesSent, event::kRetention, event::kOpeningAsked, event::kOpeningApproved,
                             event::kLookup, event::kPromised, event::kReplayed})
        query.bind(kind.code);
    std::vector<AuditEntry> entries;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const Timestamp at{Duration{query.integer(0)}};
        boost::system::error_code error;
        const auto value = json::parse(clean_text(query.text(1)), error);
        // That somebody did something is told even when what he did cannot be read any more.
        if (error || !value.is_object()) {
            entries.push_back({at, "?", "unreadable", "", "this entry of the audit trail is spoilt"});
            continue;
        }
        const auto& object = value.get_object();
        entries.push_back({at, text_of(object, "who"), text_of(object, "action"), text_of(object, "subject"),
                           text_of(object, "reason"), text_of(object, "verdict"), text_of(object, "openers")});
    }
    if (step == Statement::Step::failed) return std::unexpected(impl_->database.error("reading the audit trail"));
    return entries;
}

std::expected<std::vector<EvidenceEntry>, std::string> CaseFile::evidence(const std::string& id) const
{
    auto query = impl_->database.prepare(
        "SELECT sequence, code, ifnull(revision, 0), at, text, digest, hash FROM alerts WHERE incident = ? ORDER BY "
        "sequence");
    query.bind(id);
    std::vector<EvidenceEntry> entries;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        EvidenceEntry entry{.sequence = static_cast<std::uint64_t>(query.integer(0)),
                            .code = query.text(1),
                            .revision = std::nullopt,
                            .at = Timestamp{Duration{query.integer(3)}},
                            .text = clean_text(query.text(4)),
                            .digest = hex_of(query.blob(5)),
                            .hash = hex_of(query.blob(6))};
        if (query.integer(2) > 0) entry.revision = static_cast<std::uint32_t>(query.integer(2));
        entries.push_back(std::move(entry));
    }
    if (step == Statement::Step::failed) return std::unexpected(impl_->database.error("reading the evidence"));
    return entries;
}

std::optional<SiteFacts> CaseFile::site() const
{
    auto query = impl_->database.prepare("SELECT value FROM meta WHERE key = 'site'");
    return query.step() == Statement::Step::row ? site_facts_from_json(query.text(0)) : std::nullopt;
}

std::expected<Verification, std::string> CaseFile::verify(const VerifyAgainst& against) const
{
    return verify_chain(impl_->database, impl_->file.parent_path(), against);
}

std::expected<std::uint64_t, std::string> CaseFile::last_sequence() const
{
    return breakwatch::last_sequence(impl_->database);
}

}  // namespace breakwatch
