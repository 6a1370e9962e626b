#include "store/owe_again.hpp"

#include "policy/event_catalogue.hpp"
#include "store/case_file_impl.hpp"
#include "store/database.hpp"
#include "store/epoch.hpp"
#include "store/ledger.hpp"

namespace breakwatch {

namespace {

std::expected<void, std::string> check_sink(Database& database, const std::string& sink)
{
    std::string known;
    auto query = database.prepare("SELECT name FROM sinks ORDER BY name");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        if (query.text(0) == sink) return {};
        known += (known.empty() ? "" : ", ") + query.text(0);
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the sinks"));
    return std::unexpected("no sink '" + sink + "'; expected one that the daemon was last started with: " + known);
}

LedgerEntry audit_entry(const std::string& sink, Timestamp since, std::size_t count, const OpeningRequest& request)
{
    const AuditEntry entry{request.at, request.who, "alerts-replayed", "syslog:" + sink, request.reason};
    return {{.code = std::string(event::kReplayed.code),
             .message_id = std::string(event::kReplayed.message_ids),
             .severity = Severity::notice,
             .at = request.at,
             .fields = {{"part", "syslog:" + sink},
                        {"by", request.who},
                        {"count", std::to_string(count)},
                        {"since", to_rfc3339(since)}},
             .text = std::to_string(count) + " alerts since " + to_rfc3339(since) + " are sent to " + sink +
                     " again, as " + request.who + " asked"},
            "",
            std::nullopt,
            to_json(entry)};
}

}  // namespace

std::expected<std::size_t, std::string> owe_again(const std::filesystem::path& directory, const std::string& sink,
                                                  Timestamp since, const OpeningRequest& request)
{
    // CaseFile's way to a file that a daemon made: none is made here.
    if (auto there = CaseFile::open(directory); !there) return std::unexpected(there.error());
    auto database = open_to_record(directory / "breakwatch.db");
    if (!database) return std::unexpected(database.error());
    Transaction transaction(*database);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    if (auto known = check_sink(*database, sink); !known) return std::unexpected(known.error());
    // What retention has emptied says nothing any more.
    auto put = database->prepare(
        "INSERT OR IGNORE INTO outbox (sink, sequence) SELECT ?, sequence FROM alerts WHERE at >= ? AND code <> ? AND "
        "evidence <> ''");
    put.bind(sink).bind(since.time_since_epoch().count()).bind(event::kHeld.code);
    if (put.step() != Statement::Step::done) return std::unexpected(database->error("owing alerts again"));
    const auto count = static_cast<std::size_t>(database->changes());
    if (auto told = append(*database, audit_entry(sink, since, count, request)); !told)
        return std::unexpected(told.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return count;
}

}  // namespace breakwatch
