// CaseFile: two people open a name. What is asked, approved and opened is recorded before it is told.
#include <utility>

#include "store/case_file_impl.hpp"
#include "store/epoch.hpp"
#include "store/incident_json.hpp"
#include "store/ledger.hpp"
#include "store/opening_table.hpp"
#include "store/opening_wording.hpp"

namespace breakwatch {

namespace {

// The file, open for writing, in a transaction that ends with this object unless it is committed.
struct Writing {
    explicit Writing(Database opened) : database(std::move(opened)) {}
    Database database;
    Transaction transaction{database};
};

std::expected<std::unique_ptr<Writing>, std::string> begin_writing(const std::filesystem::path& file, Timestamp now)
{
    auto opened = open_to_record(file);
    if (!opened) return std::unexpected(opened.error());
    auto writing = std::make_unique<Writing>(std::move(*opened));
    if (auto begun = writing->transaction.begin(); !begun) return std::unexpected(begun.error());
    if (!keeps_openings(writing->database))
        return std::unexpected(
            "store: the database is of an earlier version of breakwatch, which seals to no openers; start this "
            "version's daemon on it first");
    if (auto ended = end_requests(writing->database, now); !ended) return std::unexpected(ended.error());
    return writing;
}

std::expected<StoredRequest, std::string> request_there(Database& database, const std::string& id)
{
    auto found = request_of(database, id);
    if (!found) return std::unexpected(found.error());
    if (!*found)
        return std::unexpected("store: nobody asks to open " + id +
                               ", or the request's time is over; `breakwatch ask` makes one");
    return std::move(**found);
}

std::expected<void, std::string> put_on_record(Writing& writing, Alert alert, const AuditEntry& entry)
{
    const auto recorded = append(writing.database, {std::move(alert), entry.subject, std::nullopt, to_json(entry)});
    if (!recorded) return std::unexpected(recorded.error());
    return writing.transaction.commit();
}

}  // namespace

std::vector<Opener> CaseFile::openers() const
{
    return configured_openers(impl_->database);
}

std::expected<OpeningAsk, std::string> CaseFile::ask_opening(const std::string& id, const OpeningRequest& request,
                                                             Timestamp until)
{
    const auto about = incident(id);
    if (!about) return std::unexpected(about.error());
    if (!*about) return std::unexpected("store: there is no incident " + id);
    auto writing = begin_writing(impl_->file, request.at);
    if (!writing) return std::unexpected(writing.error());
    auto identity = sealed_of((*writing)->database, id);
    if (!identity) return std::unexpected(identity.error());
    if (!*identity)
        return std::unexpected("store: the identity of " + id +
                               " is sealed to no openers; `breakwatch show --staff` opens it");
    (*identity)->body.clear();
    const auto key = make_answer_key();
    OpeningAsk ask{.id = make_request_id(),
                   .about = {id, (*about)->subject.value},
                   .by = request.who,
                   .reason = request.reason,
                   // As its file says them.
                   .at = std::chrono::floor<std::chrono::milliseconds>(request.at),
                   .until = std::chrono::floor<std::chrono::milliseconds>(until),
                   .answer_to = key.key,
                   .identity = std::move(**identity)};
    if (auto put = put_request((*writing)->database, ask, key); !put) return std::unexpected(put.error());
    const AuditEntry entry{request.at, request.who, "identity-asked", id, request.reason};
    if (auto done = put_on_record(**writing, make_opening_asked_alert(ask), entry); !done)
        return std::unexpected(done.error());
    return ask;
}

std::expected<OpeningAsk, std::string> CaseFile::opening_asked(const std::string& id) const
{
    auto found = request_there(impl_->database, id);
    if (!found) return std::unexpected(found.error());
    return std::move(found->ask);
}

std::expected<void, std::string> CaseFile::bring_approval(const Approval& approval, const OpeningRequest& request)
{
    auto writing = begin_writing(impl_->file, request.at);
    if (!writing) return std::unexpected(writing.error());
    const auto found = request_there((*writing)->database, approval.request);
    if (!found) return std::unexpected(found.error());
    if (const auto objection = objection_to(approval, found->ask); !objection.empty())
        return std::unexpected(objection);
    for (const auto& given : found->approvals) {
        if (given.opener.key == approval.opener.key)
            return std::unexpected(approval.opener.name + " approved of request " + approval.request +
                                   " already; expected another opener");
    }
    if (auto put = put_approval((*writing)->database, approval); !put) return put;
    const AuditEntry entry{request.at,        request.who, "identity-approved", approval.incident,
                           found->ask.reason, "",          approval.opener.name};
    return put_on_record(**writing, make_opening_approved_alert(approval, request.who, request.at), entry);
}

std::expected<StaffId, std::string> CaseFile::open_approved(const std::string& id, const std::string& who, Timestamp at,
                                                            const IdentityKey& key)
{
    const auto about = incident(id);
    if (!about) return std::unexpected(about.error());
    if (!*about) return std::unexpected("store: there is no incident " + id);
    auto writing = begin_writing(impl_->file, at);
    if (!writing) return std::unexpected(writing.error());
    const auto found = request_there((*writing)->database, id);
    if (!found) return std::unexpected(found.error());
    const auto& ask = found->ask;
    const auto identity = sealed_of((*writing)->database, id);
    if (!identity) return std::unexpected(identity.error());
    if (!*identity) return std::unexpected("store: the sealed identity of " + id + " is gone");
    for (const auto& approval : found->approvals) {
        if (const auto objection = objection_to(approval, ask); !objection.empty()) return std::unexpected(objection);
    }
    auto staff = join_approvals(**identity, ask, found->key, found->approvals);
    if (!staff) return std::unexpected("store: the identity of " + id + " stays sealed: " + staff.error());
    // The pseudonym stands in the chain, the sealed identity does not: one put in its place would name another.
    if (ask.about.subject != (*about)->subject.value || key.pseudonym(*staff).value != ask.about.subject)
        return std::unexpected("store: the sealed identity of " + id + " is not that of " + (*about)->subject.value +
                               ": it was changed, and is not told");
    std::vector<Opener> openers;
    for (const auto& approval : found->approvals) openers.push_back(approval.opener);
    if (auto taken = take_request((*writing)->database, ask.id); !taken) return std::unexpected(taken.error());
    const AuditEntry entry{at, who, "identity-opened", id, ask.reason, "", names_of(openers)};
    if (auto done = put_on_record(**writing, make_opened_by_two_alert(ask, openers, who, at), entry); !done)
        return std::unexpected(done.error());
    return std::move(*staff);
}

}  // namespace breakwatch
