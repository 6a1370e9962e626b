#include "store/opening_table.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "policy/text.hpp"
#include "store/chain_links.hpp"
#include "store/octets.hpp"

namespace breakwatch {

namespace json = boost::json;

const char* const kOpeningTables = R"sql(
    -- Who an incident is about, sealed to pairs of openers. incidents.staff, which the identity key opens, is empty once
    -- nothing can extend the incident.
    CREATE TABLE sealed_identities (
        incident TEXT PRIMARY KEY,
        sealed TEXT NOT NULL               -- JSON
    ) WITHOUT ROWID;
    CREATE TABLE opening_requests (
        number INTEGER PRIMARY KEY,        -- in the order asked
        id TEXT NOT NULL UNIQUE,
        incident TEXT NOT NULL,
        until INTEGER NOT NULL,            -- ns since 1970
        request TEXT NOT NULL,             -- JSON, as the openers see it
        secret BLOB NOT NULL               -- reads the approvals
    );
    CREATE TABLE opening_approvals (
        number INTEGER PRIMARY KEY,        -- in the order given
        request TEXT NOT NULL,
        opener TEXT NOT NULL,              -- public key
        approval TEXT NOT NULL,            -- JSON
        UNIQUE (request, opener)
    );
    )sql";

namespace {

std::expected<void, std::string> run(Database& database, Statement& statement, const char* doing)
{
    if (statement.step() != Statement::Step::done) return std::unexpected(database.error(doing));
    return {};
}

std::expected<void, std::string> run(Database& database, const char* sql, const std::string& value, const char* doing)
{
    auto statement = database.prepare(sql);
    statement.bind(value);
    return run(database, statement, doing);
}

std::expected<std::vector<Approval>, std::string> approvals_of(Database& database, const std::string& request)
{
    auto query = database.prepare("SELECT approval FROM opening_approvals WHERE request = ? ORDER BY number");
    query.bind(request);
    std::vector<Approval> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        auto approval = approval_from_json(query.text(0));
        if (!approval) return std::unexpected("store: an approval of request " + request + " " + approval.error());
        all.push_back(std::move(*approval));
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading approvals"));
    return all;
}

}  // namespace

bool keeps_openings(Database& database)
{
    return database.has_table("sealed_identities");
}

std::expected<void, std::string> put_openers(Database& database, const std::vector<Opener>& openers)
{
    json::array list;
    for (const auto& opener : openers) list.push_back(json::array{opener.name, opener.key});
    return set_meta(database, "openers", clean_text(json::serialize(list)));
}

std::vector<Opener> configured_openers(Database& database)
{
    std::vector<Opener> openers;
    boost::system::error_code error;
    const auto list = json::parse(meta(database, "openers").value_or(""), error);
    if (error || !list.is_array()) return openers;
    for (const auto& each : list.get_array()) {
        if (each.is_array() && each.get_array().size() == 2 && each.get_array()[0].is_string() &&
            each.get_array()[1].is_string())
            openers.push_back(
                {std::string(each.get_array()[0].get_string()), std::string(each.get_array()[1].get_string())});
    }
    return openers;
}

std::expected<void, std::string> put_sealed(Database& database, const StaffId& staff, const SealedAbout& about,
                                            const std::vector<Opener>& openers)
{
    const auto there = sealed_of(database, about.incident);
    if (!there) return std::unexpected(there.error());
    if (*there) return {};
    auto put = database.prepare("INSERT INTO sealed_identities (incident, sealed) VALUES (?, ?)");
    put.bind(about.incident).bind(to_json(seal_identity(staff, about, openers)));
    return run(database, put, "sealing an identity");
}

std::expected<std::optional<SealedIdentity>, std::string> sealed_of(Database& database, const std::string& incident)
{
    if (!keeps_openings(database)) return std::nullopt;
    auto query = database.prepare("SELECT sealed FROM sealed_identities WHERE incident = ?");
    switch (query.bind(incident).step()) {
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: return std::unexpected(database.error("reading a sealed identity"));
        case Statement::Step::row: break;
    }
    auto identity = sealed_identity_from_json(query.text(0));
    if (!identity)
        return std::unexpected("store: the sealed identity of " + incident +
                               " cannot be read back: it was changed, or is of a later version");
    return identity;
}

std::expected<void, std::string> forget_copies(Database& database, Timestamp before)
{
    auto forget = database.prepare(
        "UPDATE incidents SET staff = x'' WHERE touched < ? AND staff <> x'' AND id IN (SELECT incident FROM "
        "sealed_identities)");
    forget.bind(before.time_since_epoch().count());
    return run(database, forget, "forgetting whom sealed incidents are about");
}

std::expected<void, std::string> purge_openings(Database& database)
{
    for (const auto* sql : {"DELETE FROM sealed_identities WHERE incident NOT IN (SELECT id FROM incidents)",
                            "DELETE FROM opening_requests WHERE incident NOT IN (SELECT id FROM incidents)",
                            "DELETE FROM opening_approvals WHERE request NOT IN (SELECT id FROM opening_requests)"}) {
        if (auto done = database.execute(sql); !done) return done;
    }
    return {};
}

std::expected<void, std::string> end_requests(Database& database, Timestamp now)
{
    auto end = database.prepare("DELETE FROM opening_requests WHERE until < ?");
    end.bind(now.time_since_epoch().count());
    if (auto done = run(database, end, "ending requests"); !done) return done;
    return database.execute("DELETE FROM opening_approvals WHERE request NOT IN (SELECT id FROM opening_requests)");
}

std::expected<void, std::string> put_request(Database& database, const OpeningAsk& ask, const AnswerKey& key)
{
    auto put =
        database.prepare("INSERT INTO opening_requests (id, incident, until, request, secret) VALUES (?, ?, ?, ?, ?)");
    put.bind(ask.id).bind(ask.about.incident).bind(ask.until.time_since_epoch().count()).bind(to_json(ask));
    put.bind_blob(octets_of(key.secret));
    return run(database, put, "recording a request");
}

std::expected<std::optional<StoredRequest>, std::string> request_of(Database& database, const std::string& id)
{
    if (!keeps_openings(database)) return std::nullopt;
    auto query = database.prepare(
        "SELECT request, secret FROM opening_requests WHERE id = ? OR incident = ? ORDER BY number DESC LIMIT 1");
    switch (query.bind(id).bind(id).step()) {
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: return std::unexpected(database.error("reading a request"));
        case Statement::Step::row: break;
    }
    auto ask = opening_ask_from_json(query.text(0));
    if (!ask) return std::unexpected("store: request " + id + " " + ask.error());
    auto approvals = approvals_of(database, ask->id);
    if (!approvals) return std::unexpected(approvals.error());
    AnswerKey key{.key = ask->answer_to, .secret = query.blob(1)};
    return StoredRequest{std::move(*ask), std::move(key), std::move(*approvals)};
}

std::expected<void, std::string> put_approval(Database& database, const Approval& approval)
{
    auto put = database.prepare("INSERT INTO opening_approvals (request, opener, approval) VALUES (?, ?, ?)");
    put.bind(approval.request).bind(approval.opener.key).bind(to_json(approval));
    return run(database, put, "recording an approval");
}

std::expected<void, std::string> take_request(Database& database, const std::string& id)
{
    for (const auto* sql :
         {"DELETE FROM opening_requests WHERE id = ?", "DELETE FROM opening_approvals WHERE request = ?"}) {
        if (auto done = run(database, sql, id, "ending a request"); !done) return done;
    }
    return {};
}

}  // namespace breakwatch
