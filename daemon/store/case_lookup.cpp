// CaseFile: what a complaint is answered from, and that somebody asked.
#include <boost/json.hpp>
#include <map>
#include <utility>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"
#include "store/case_file_impl.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace {

// The audit entry, and who is in the answer.
std::string evidence_of(const AuditEntry& entry, const LookupTold& told)
{
    auto object = boost::json::parse(to_json(entry)).as_object();
    boost::json::array shown;
    for (const auto& each : told.shown) shown.emplace_back(each.value);
    object["shown"] = std::move(shown);
    return clean_text(boost::json::serialize(object));
}

}  // namespace

std::expected<std::size_t, std::string> CaseFile::read_record(Timestamp since, const IdentityKey& key,
                                                              const std::function<void(Memory&&)>& take) const
{
    auto query = impl_->database.prepare("SELECT sealed FROM memory WHERE until >= ? ORDER BY number");
    query.bind(since.time_since_epoch().count());
    std::size_t spoilt = 0;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        if (auto memory = unseal_memory(query.blob(0), key))
            take(std::move(*memory));
        else
            ++spoilt;
    }
    if (step == Statement::Step::failed) return std::unexpected(impl_->database.error("reading the record"));
    return spoilt;
}

std::expected<std::vector<JournalRecord>, std::string> CaseFile::count_journal(const IdentityKey& key) const
{
    auto query = impl_->database.prepare("SELECT sealed FROM journal ORDER BY until");
    std::vector<JournalRecord> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        if (auto record = unseal(query.blob(0), key)) all.push_back(std::move(*record));
    }
    if (step == Statement::Step::failed) return std::unexpected(impl_->database.error("reading the journal"));
    return all;
}

std::expected<std::vector<Trouble>, std::string> CaseFile::troubles(Timestamp from, Timestamp to) const
{
    auto query = impl_->database.prepare(
        "SELECT code, at, severity, fields, text FROM alerts WHERE code IN (?, ?, ?, ?) AND at <= ? ORDER BY sequence");
    query.bind(event::kFeedDown.code).bind(event::kBlind.code).bind(event::kMemory.code).bind(event::kStarted.code);
    query.bind(to.time_since_epoch().count());
    std::vector<Trouble> all;
    std::map<std::string, std::size_t> open;  // by what and where
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const Timestamp at{Duration{query.integer(1)}};
        // A run tells anew what is not over.
        if (query.text(0) == event::kStarted.code) {
            for (const auto& [what, place] : std::exchange(open, {})) all[place].until = at;
            continue;
        }
        Alert alert;
        fields_from_json(query.text(3), alert);
        const auto part = alert.fields.empty() ? std::string() : clean_text(alert.fields.front().second);
        const auto what = query.text(0) + " " + part;
        const bool over = static_cast<Severity>(query.integer(2)) >= Severity::notice;
        const auto known = open.find(what);
        if (over && known != open.end()) {
            all[known->second].until = at;
            open.erase(known);
        } else if (!over && known == open.end()) {
            open.emplace(what, all.size());
            all.push_back({part, clean_text(query.text(4)), at, std::nullopt});
        }
    }
    if (step == Statement::Step::failed) return std::unexpected(impl_->database.error("reading what was not seen"));
    std::erase_if(all, [from](const Trouble& trouble) { return trouble.until && *trouble.until < from; });
    return all;
}

std::expected<void, std::string> CaseFile::record_lookup(const LookupTold& told, const OpeningRequest& request)
{
    const AuditEntry entry{request.at, request.who, "lookup",
                           told.platform + " " + to_rfc3339(told.from) + "/" + to_rfc3339(told.to), request.reason};
    return record_alone(impl_->file,
                        {make_lookup_alert(told, request.who, request.at), "", std::nullopt, evidence_of(entry, told)});
}

}  // namespace breakwatch
