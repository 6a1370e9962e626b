#include "store/chain_check.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "policy/text.hpp"
#include "store/chain_links.hpp"
#include "store/hex.hpp"
#include "store/ledger.hpp"
#include "store/octets.hpp"
#include "store/purge_record.hpp"
#include "store/verdict_table.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostFaults = 20;  // of one kind, in words

// What SQLite itself finds wrong with the file.
std::expected<void, std::string> verify_file(Database& database, std::vector<std::string>& wrong)
{
    auto query = database.prepare("PRAGMA integrity_check(20)");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        if (query.text(0) != "ok") wrong.push_back("the file is damaged: " + clean_text(query.text(0)));
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("checking the file"));
    return {};
}

// The list of incidents against the chain: an incident taken off it, or set back to an earlier revision, shows.
std::expected<void, std::string> verify_incidents(Database& database, std::vector<std::string>& wrong)
{
    auto query = database.prepare(
        "SELECT last.incident, last.sequence, incidents.sequence FROM "
        "(SELECT incident, max(sequence) AS sequence FROM alerts WHERE revision IS NOT NULL AND evidence <> '' GROUP "
        "BY incident) AS last "
        "LEFT JOIN incidents ON incidents.id = last.incident "
        "WHERE incidents.sequence IS NOT last.sequence ORDER BY last.sequence");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto number = std::to_string(query.integer(1));
        const auto kept = query.integer(2);
        wrong.push_back(
            "incident " + query.text(0) +
            (kept == 0 ? " was taken off the list; alert " + number + " tells it"
                       : " is listed as of alert " + std::to_string(kept) + "; its last revision is alert " + number));
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the incidents"));
    return {};
}

// What is kept of each mention against the alert that tells it.
std::expected<void, std::string> verify_mentions(Database& database, std::vector<std::string>& wrong)
{
    auto query = database.prepare(
        "SELECT source || '/' || reference, sequence FROM mentions LEFT JOIN alerts USING (sequence) WHERE answer <> "
        "'' "
        "AND evidence <> '' AND evidence <> answer ORDER BY number");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        wrong.push_back("the answer to mention " + query.text(0) + " is not the one that alert " +
                        std::to_string(query.integer(1)) + " tells");
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the mentions"));
    return {};
}

// Rows against what the last purge says it took away.
class PurgeCheck {
  public:
    PurgeCheck(std::optional<PurgeRecord> record, std::vector<std::string>& wrong)
        : record_(std::move(record)), wrong_(wrong)
    {}

    void begin(const ChainHead& begin)
    {
        const auto said = record_ ? record_->begins_after : ChainHead{};
        if (begin == said) return;
        wrong_.push_back(begin.sequence == said.sequence
                             ? "the hash that the chain begins with was changed"
                             : "alerts " + std::to_string(said.sequence + 1) + " to " + std::to_string(begin.sequence) +
                                   " are missing: " + no_purge());
    }

    void row(std::uint64_t sequence, bool is_empty)
    {
        const bool may_be_empty =
            record_ && std::ranges::any_of(record_->emptied, [sequence](const SequenceRange& range) {
                return range.first <= sequence && sequence <= range.last;
            });
        if (is_empty && !may_be_empty)
            wrong_.push_back("alert " + std::to_string(sequence) + " was emptied: " + no_purge());
        if (!is_empty && may_be_empty)
            wrong_.push_back("alert " + std::to_string(sequence) + " says something that retention took away");
    }

  private:
    std::string no_purge() const
    {
        return record_ ? "the last purge that is recorded (alert " + std::to_string(record_->sequence) +
                             ") did not take that away"
                       : "no purge is recorded";
    }

    std::optional<PurgeRecord> record_;
    std::vector<std::string>& wrong_;
};

std::expected<void, std::string> verify_rows(Database& database, Verification& result)
{
    const auto begin = chain_begin(database);
    if (!begin) return std::unexpected(begin.error());
    auto purge = last_purge(database);
    if (!purge) return std::unexpected(purge.error());
    PurgeCheck purged(std::move(*purge), result.wrong);
    purged.begin(*begin);
    auto before = *begin;
    result.first = before.sequence + 1;
    auto query = database.prepare(
        "SELECT sequence, at, code, message_id, severity, incident, ifnull(revision, -1), fields, text, evidence, "
        "digest, hash FROM alerts ORDER BY sequence");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto sequence = static_cast<std::uint64_t>(query.integer(0));
        const auto number = std::to_string(sequence);
        if (sequence != before.sequence + 1)
            result.wrong.push_back("alerts " + std::to_string(before.sequence + 1) + " to " +
                                   std::to_string(sequence - 1) + " are missing");
        Alert alert;
        alert.code = query.text(2);
        alert.message_id = query.text(3);
        alert.severity = static_cast<Severity>(query.integer(4));
        alert.text = query.text(8);
        const auto evidence = query.text(9);
        const bool is_empty = evidence.empty() && alert.text.empty() && query.text(7) == "[]";
        purged.row(sequence, is_empty);
        if (!is_empty && digest_of(alert, query.text(5), query.integer(6), query.text(7), evidence) != query.blob(10))
            result.wrong.push_back("alert " + number + " was changed");
        if (link_of(before.hash, sequence, query.integer(1), query.blob(10)) != query.blob(11))
            result.wrong.push_back("alert " + number + " does not follow from the one before it");
        before = ChainHead{sequence, query.blob(11)};
        ++result.alerts;
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the alerts"));
    result.last = before.sequence;
    result.head = hex_of(before.hash);
    return {};
}

// The hash of a row, or of the last row that is gone; "" where there is no such row.
std::expected<std::string, std::string> hash_of_row(Database& database, std::uint64_t sequence)
{
    auto query = database.prepare("SELECT hash FROM alerts WHERE sequence = ?");
    switch (query.bind(sequence).step()) {
        case Statement::Step::row: return query.blob(0);
        case Statement::Step::failed: return std::unexpected(database.error("looking for an alert"));
        case Statement::Step::done: break;
    }
    const auto begin = chain_begin(database);
    if (!begin) return std::unexpected(begin.error());
    return begin->sequence == sequence ? begin->hash : "";
}

// Whose signatures count, and whether the store says so, too.
std::expected<std::optional<ChainPublicKey>, std::string> trusted_key(Database& database,
                                                                      const std::filesystem::path& directory,
                                                                      const VerifyAgainst& against,
                                                                      std::vector<std::string>& wrong)
{
    const auto beside = chain_public_key(directory);
    if (!beside) return std::unexpected(beside.error());
    const auto recorded = signer(database);
    if (!recorded) {
        wrong.push_back(recorded.error());
        return against.key ? against.key : *beside;
    }
    const auto trusted = against.key ? against.key : *beside ? *beside : *recorded;
    if (!trusted) return trusted;
    if (!*recorded && keeps_heads(database))
        wrong.push_back(
            "the database does not say with which key its heads are signed: it was changed, or no daemon "
            "that signs has written here");
    if (*recorded && **recorded != *trusted)
        wrong.push_back("the database says that its heads are signed with key " + (*recorded)->hex() +
                        ", which is not the one to be trusted, " + trusted->hex());
    if (*beside && **beside != *trusted)
        wrong.push_back("chain.pub beside the database has key " + (*beside)->hex() +
                        ", which is not the one to be trusted, " + trusted->hex());
    return trusted;
}

struct HeadPlace {
    std::string row;           // its hash now; "" there is none
    std::uint64_t last = 0;    // row
    std::int64_t before = -1;  // the head that is kept before it
};

std::string fault_of(const KeptHead& kept, const ChainPublicKey& key, const HeadPlace& place)
{
    const auto number = std::to_string(kept.head.sequence);
    if (!is_signed_by(kept, key))
        return "the head of alert " + number + " that is kept is not signed with key " + key.hex();
    if (kept.previous != place.before)
        return "a head that was signed before that of alert " + number + " is missing: that of alert " +
               std::to_string(kept.previous);
    if (place.row == kept.head.hash) return "";
    if (kept.head.sequence <= place.last)
        return "alert " + number + " is not the one whose head was signed at " + to_rfc3339(kept.at);
    return "alerts " + std::to_string(place.last + 1) + " to " + number + " are missing: their head was signed at " +
           to_rfc3339(kept.at);
}

std::expected<void, std::string> verify_heads(Database& database, const ChainPublicKey& key, Verification& result)
{
    auto heads = std::expected<std::vector<KeptHead>, std::string>{};
    if (keeps_heads(database)) heads = kept_heads(database);
    if (!heads) return std::unexpected(heads.error());
    result.heads = heads->size();
    if (heads->empty())
        result.wrong.push_back("no signed head is kept; the daemon signs one at each start, and every few minutes");
    // The oldest ones go: of the first that is left the one before it is not known.
    auto before = heads->empty() ? -1 : heads->front().previous;
    std::size_t faults = 0;
    for (const auto& kept : *heads) {
        const auto row = hash_of_row(database, kept.head.sequence);
        if (!row) return std::unexpected(row.error());
        const auto fault = fault_of(kept, key, {.row = *row, .last = result.last, .before = before});
        before = static_cast<std::int64_t>(kept.head.sequence);
        if (fault.empty()) {
            result.signed_to = kept.head.sequence;
            result.signed_at = kept.at;
        } else if (++faults <= kMostFaults) {
            result.wrong.push_back(fault);
        }
    }
    return {};
}

// Heads that somebody else kept. Those that agree need no signature: they say what the store says.
class OutsideCheck {
  public:
    OutsideCheck(Database& database, const std::optional<ChainPublicKey>& key, Verification& result)
        : database_(database), key_(key), result_(result)
    {}

    std::expected<void, std::string> take(const SignedHead& signed_head)
    {
        const auto& head = signed_head.head;
        ++result_.outside;
        const auto row = hash_of_row(database_, head.sequence);
        if (!row) return std::unexpected(row.error());
        if (*row == head.hash) {
            ++result_.outside_equal;
            result_.outside_last = std::max(result_.outside_last, head.sequence);
            return {};
        }
        if (head.sequence + 1 < result_.first) return {};  // of what retention took away
        if (key_ && !is_signed_by(signed_head, *key_)) {
            forged_.insert(head.sequence);
        } else {
            other_.insert(head.sequence);
        }
        return {};
    }

    void tell() const
    {
        auto& wrong = result_.wrong;
        if (!other_.empty() && *other_.begin() <= result_.last)
            wrong.push_back("from alert " + std::to_string(*other_.begin()) +
                            " on this is not the chain whose heads are kept outside: it was written anew, or an older "
                            "copy was put back and went on" +
                            after_equal(*other_.begin()));
        if (!other_.empty() && *other_.rbegin() > result_.last)
            wrong.push_back("alerts " + std::to_string(result_.last + 1) + " to " + std::to_string(*other_.rbegin()) +
                            " are missing: their heads are kept outside; the end was cut off, or an older copy was put "
                            "back");
        if (!forged_.empty())
            wrong.push_back(std::to_string(forged_.size()) + " heads that are kept outside, the first of alert " +
                            std::to_string(*forged_.begin()) + ", are not signed with key " + key_->hex() +
                            " and are not of this chain: another sensor's, or made up, or this chain was signed anew "
                            "with another key");
    }

  private:
    std::string after_equal(std::uint64_t first) const
    {
        return result_.outside_last > 0 && result_.outside_last < first
                   ? "; up to alert " + std::to_string(result_.outside_last) + " they agree"
                   : "";
    }

    Database& database_;
    const std::optional<ChainPublicKey>& key_;
    Verification& result_;
    std::set<std::uint64_t> other_;   // properly signed, of another chain
    std::set<std::uint64_t> forged_;  // signed by nobody we know
};

}  // namespace

std::expected<Verification, std::string> verify_chain(Database& database, const std::filesystem::path& directory,
                                                      const VerifyAgainst& against)
{
    Verification result;
    auto& wrong = result.wrong;
    if (auto done = verify_file(database, wrong); !done) return std::unexpected(done.error());
    if (auto done = verify_rows(database, result); !done) return std::unexpected(done.error());
    if (auto done = verify_incidents(database, wrong); !done) return std::unexpected(done.error());
    if (keeps_mentions(database)) {
        if (auto done = verify_mentions(database, wrong); !done) return std::unexpected(done.error());
    }
    if (keeps_verdicts(database)) {
        if (auto done = verify_verdicts(database, wrong); !done) return std::unexpected(done.error());
    }
    const auto key = trusted_key(database, directory, against, wrong);
    if (!key) return std::unexpected(key.error());
    if (*key) {
        result.key = (*key)->hex();
        if (auto done = verify_heads(database, **key, result); !done) return std::unexpected(done.error());
    }
    if (!against.heads) return result;
    OutsideCheck outside(database, *key, result);
    while (const auto head = against.heads()) {
        if (auto done = outside.take(*head); !done) return std::unexpected(done.error());
    }
    outside.tell();
    return result;
}

}  // namespace breakwatch
