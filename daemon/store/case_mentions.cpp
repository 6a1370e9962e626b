// CaseFile: mentions as people enter, read and open them.
#include <boost/json.hpp>
#include <utility>

#include "policy/text.hpp"
#include "store/case_file_impl.hpp"
#include "store/epoch.hpp"
#include "store/ledger.hpp"
#include "store/octets.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace {

constexpr const char* kOlderStore =
    "store: the database is of an earlier version of breakwatch, which keeps no mentions; start this version's daemon "
    "on it first";

// The mention as it stands; none: there is no such reference.
std::expected<std::optional<Mention>, std::string> mention_there(Database& database, const std::string& reference)
{
    auto query = database.prepare("SELECT mention FROM mentions WHERE source = ? AND reference = ?");
    switch (query.bind(kOperatorSource).bind(reference).step()) {
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: return std::unexpected(database.error("looking for a mention"));
        case Statement::Step::row: break;
    }
    auto mention = mention_from_json(query.text(0));
    if (!mention) return std::unexpected("store: mention " + reference + " cannot be read back");
    return mention;
}

// "m-20261127-1": the first of the day (UTC) that is free.
std::expected<std::string, std::string> free_reference(Database& database, Timestamp now)
{
    auto day = to_rfc3339(now).substr(0, 10);
    std::erase(day, '-');
    for (int number = 1;; ++number) {
        auto reference = "m-" + day + "-" + std::to_string(number);
        auto query = database.prepare("SELECT 1 FROM mentions WHERE source = ? AND reference = ?");
        switch (query.bind(kOperatorSource).bind(reference).step()) {
            case Statement::Step::done: return reference;
            case Statement::Step::failed: return std::unexpected(database.error("looking for a free reference"));
            case Statement::Step::row: break;
        }
    }
}

// With what its maker left to the store: the reference, or all but the reference of one that is taken back.
std::expected<Mention, std::string> completed(Database& database, Mention mention, Timestamp now)
{
    mention.source = kOperatorSource;
    if (mention.withdrawn) {
        auto there = mention_there(database, mention.reference);
        if (!there) return std::unexpected(there.error());
        if (!*there)
            return std::unexpected("store: nobody entered a mention " + mention.reference +
                                   "; `breakwatch mentions` lists them");
        if ((*there)->withdrawn)
            return std::unexpected("store: mention " + mention.reference + " is taken back already");
        (*there)->withdrawn = true;
        return std::move(**there);
    }
    if (!mention.reference.empty()) return mention;
    auto reference = free_reference(database, now);
    if (!reference) return std::unexpected(reference.error());
    mention.reference = std::move(*reference);
    return mention;
}

// The answer goes where it was to another mention. Its number stays, for the next to count on from.
std::expected<void, std::string> put_entry(Database& database, const Mention& mention, const OpeningRequest& request,
                                           std::uint64_t sequence)
{
    auto put = database.prepare(
        "INSERT INTO mentions (source, reference, told, entered, entered_by, mention, answer, revision, sealed, "
        "sequence) VALUES (?, ?, ?, ?, ?, ?, '', 0, x'', ?) ON CONFLICT (source, reference) DO UPDATE SET told = "
        "excluded.told, entered = excluded.entered, entered_by = excluded.entered_by, mention = excluded.mention, "
        "answer = iif(mention = excluded.mention, answer, ''), sealed = iif(mention = excluded.mention, sealed, x''), "
        "sequence = iif(mention = excluded.mention, sequence, excluded.sequence)");
    put.bind(mention.source).bind(mention.reference).bind(request.at.time_since_epoch().count()).bind(sequence);
    put.bind(request.who).bind(to_json(mention)).bind(sequence);
    if (put.step() != Statement::Step::done) return std::unexpected(database.error("recording a mention"));
    return {};
}

// The audit entry, and the mention itself: the chain tells of what was entered when the row has moved on.
std::string evidence_of(const AuditEntry& entry, const Mention& mention)
{
    auto object = boost::json::parse(to_json(entry)).as_object();
    object["mention"] = boost::json::parse(to_json(mention));
    return clean_text(boost::json::serialize(object));
}

constexpr const char* kMentionRows =
    "SELECT mention, told, entered_by, answer, source, reference FROM mentions ORDER BY number";

std::optional<StoredMention> stored_mention(const Statement& row)
{
    auto mention = mention_from_json(row.text(0));
    if (!mention) return std::nullopt;
    StoredMention stored{.mention = std::move(*mention),
                         .told = Timestamp{Duration{row.integer(1)}},
                         .entered_by = clean_text(row.text(2)),
                         .answer = {},
                         .share = {},
                         .answer_json = row.text(3)};
    if (stored.answer_json.empty()) return stored;
    auto told = answer_from_json(stored.answer_json);
    if (!told) return std::nullopt;
    stored.answer = std::move(told->answer);
    stored.share = told->share;
    return stored;
}

struct SealedAnswer {
    Mention mention;
    std::vector<MentionCandidate> candidates;
};

// The list as sealed with the answer that the chain tells: one put in its place would name others.
std::expected<SealedAnswer, std::string> read_sealed(Database& database, const std::string& source,
                                                     const std::string& reference, const IdentityKey& key)
{
    auto query = database.prepare(
        "SELECT mention, answer, sealed, ifnull(evidence, '') FROM mentions LEFT JOIN alerts USING (sequence) WHERE "
        "source = ? AND reference = ?");
    const auto words = "store: mention " + source + "/" + reference + ": ";
    if (query.bind(source).bind(reference).step() != Statement::Step::row)
        return std::unexpected("store: there is no mention " + source + "/" + reference);
    auto mention = mention_from_json(query.text(0));
    if (!mention) return std::unexpected(words + "it cannot be read back");
    const auto answer = query.text(1);
    if (answer.empty()) return std::unexpected(words + "it has no answer yet");
    if (answer != query.text(3)) return std::unexpected(words + "its answer is not the one told: it was changed");
    auto candidates = unseal_candidates(query.blob(2), answer, key);
    if (!candidates) return std::unexpected(words + candidates.error());
    return SealedAnswer{std::move(*mention), std::move(*candidates)};
}

}  // namespace

std::expected<std::string, std::string> CaseFile::enter_mention(const Mention& mention, const OpeningRequest& request)
{
    auto writable = open_to_record(impl_->file);
    if (!writable) return std::unexpected(writable.error());
    Transaction transaction(*writable);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    if (!keeps_mentions(*writable)) return std::unexpected(kOlderStore);
    auto whole = completed(*writable, mention, request.at);
    if (!whole) return std::unexpected(whole.error());
    const AuditEntry entry{request.at, request.who, whole->withdrawn ? "mention-withdrawn" : "mention-entered",
                           reference_of(*whole), request.reason};
    const auto sequence = append(*writable, {make_mention_entered_alert(*whole, request.who, request.at), "",
                                             std::nullopt, evidence_of(entry, *whole)});
    if (!sequence) return std::unexpected(sequence.error());
    if (auto put = put_entry(*writable, *whole, request, *sequence); !put) return std::unexpected(put.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return std::move(whole->reference);
}

std::expected<std::vector<StoredMention>, std::string> CaseFile::mentions() const
{
    if (!keeps_mentions(impl_->database)) return std::unexpected(kOlderStore);
    auto query = impl_->database.prepare(kMentionRows);
    std::vector<StoredMention> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        if (auto stored = stored_mention(query)) all.push_back(std::move(*stored));
    }
    if (step == Statement::Step::failed) return std::unexpected(impl_->database.error("reading the mentions"));
    return all;
}

std::vector<std::string> CaseFile::spoilt_mentions() const
{
    std::vector<std::string> all;
    if (!keeps_mentions(impl_->database)) return all;
    auto query = impl_->database.prepare(kMentionRows);
    while (query.step() == Statement::Step::row) {
        if (!stored_mention(query))
            all.push_back("store: mention " + clean_text(query.text(4) + "/" + query.text(5)) + " cannot be read back");
    }
    return all;
}

std::expected<std::vector<MentionCandidate>, std::string> CaseFile::open_mention(const std::string& source,
                                                                                 const std::string& reference,
                                                                                 const OpeningRequest& request,
                                                                                 const IdentityKey& key)
{
    auto writable = open_to_record(impl_->file);
    if (!writable) return std::unexpected(writable.error());
    Transaction transaction(*writable);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    if (!keeps_mentions(*writable)) return std::unexpected(kOlderStore);
    auto sealed = read_sealed(*writable, source, reference, key);
    if (!sealed) return std::unexpected(sealed.error());
    const AuditEntry entry{request.at, request.who, "mention-opened", reference_of(sealed->mention), request.reason};
    const auto recorded = append(*writable, {make_mention_opened_alert(sealed->mention, request.who, request.at), "",
                                             std::nullopt, to_json(entry)});
    if (!recorded) return std::unexpected(recorded.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return std::move(sealed->candidates);
}

}  // namespace breakwatch
