// CaseFile: what is due of incidents, and what was promised.
#include "store/case_file_impl.hpp"
#include "store/due_book.hpp"
#include "store/epoch.hpp"
#include "store/wording.hpp"

namespace breakwatch {

std::expected<void, std::string> CaseFile::make_promise(const std::string& id, const Promise& promise,
                                                        const OpeningRequest& request)
{
    const auto found = incident(id);
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::unexpected("store: there is no incident " + id);
    if ((*found)->state >= IncidentState::answered)
        return std::unexpected("store: incident " + id + " is " + std::string(name((*found)->state)) +
                               "; expected one of which an answer is still to come");
    auto writable = open_to_record(impl_->file);
    if (!writable) return std::unexpected(writable.error());
    Transaction transaction(*writable);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (!keeps_due(*writable))
        return std::unexpected(
            "store: the database is of an earlier version of breakwatch, which keeps no promises; start this version's "
            "daemon on it first");
    const AuditEntry entry{request.at, request.who, "promise", id,
                           "by " + to_rfc3339(promise.due) + " to " + promise.role +
                               (request.reason.empty() ? "" : ": " + request.reason)};
    const auto sequence =
        append(*writable, {make_promise_alert(id, promise, request.who), id, std::nullopt, to_json(entry)});
    if (!sequence) return std::unexpected(sequence.error());
    if (auto put = put_promise(*writable, id, promise, *sequence); !put) return put;
    return transaction.commit();
}

std::expected<std::vector<DueToldItem>, std::string> CaseFile::due(const DueClock& clock) const
{
    return DueBook().list(impl_->database, clock);
}

}  // namespace breakwatch
