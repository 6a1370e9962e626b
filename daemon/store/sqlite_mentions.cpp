// Mentions, and what is known of each.
#include <utility>

#include "policy/text.hpp"
#include "store/ledger.hpp"
#include "store/mention_row.hpp"
#include "store/octets.hpp"
#include "store/sqlite_store.hpp"
#include "store/wording.hpp"

namespace breakwatch {

struct SqliteStore::KnownMention {
    std::uint64_t entered = 0;
    std::string mention;
    std::string answer;
    std::uint32_t revision = 0;
    std::string sealed;
    std::uint64_t sequence = 0;
};

std::expected<std::optional<SqliteStore::KnownMention>, std::string> SqliteStore::known_mention(const Mention& mention)
{
    auto query = database_.prepare(
        "SELECT entered, mention, answer, revision, sealed, sequence FROM mentions WHERE source = ? AND reference = ?");
    switch (query.bind(mention.source).bind(mention.reference).step()) {
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: return std::unexpected(database_.error("looking for a mention"));
        case Statement::Step::row: break;
    }
    return KnownMention{.entered = static_cast<std::uint64_t>(query.integer(0)),
                        .mention = query.text(1),
                        .answer = query.text(2),
                        .revision = static_cast<std::uint32_t>(query.integer(3)),
                        .sealed = query.blob(4),
                        .sequence = static_cast<std::uint64_t>(query.integer(5))};
}

// Whether an answer is to be left out because what is known says more.
bool SqliteStore::nothing_new(const KnownMention& known, const MentionAnswer& answer) const
{
    // Somebody replaced the mention while this was on its way: the answer to the new one comes.
    if (known.entered > 0 && known.mention != to_json(answer.mention)) return true;
    if (known.answer.empty()) return false;
    if (same_answer(answer, known.answer, known.sealed, *key_)) return true;
    // After a restart the record of exchanges is shorter: that it does not reach back takes no answer away.
    const auto before = answer_from_json(known.answer);
    return before && before->answer.mention == answer.mention && before->answer.in_reach && !answer.in_reach &&
           before->answer.rule == answer.rule;
}

std::expected<void, std::string> SqliteStore::put_answer(const MentionAnswer& answer, const std::string& evidence,
                                                         std::uint64_t sequence)
{
    auto put = database_.prepare(
        "INSERT INTO mentions (source, reference, told, entered, entered_by, mention, answer, revision, sealed, "
        "sequence) VALUES (?, ?, ?, 0, '', ?, ?, ?, ?, ?) ON CONFLICT (source, reference) DO UPDATE SET mention = "
        "excluded.mention, answer = excluded.answer, revision = excluded.revision, sealed = excluded.sealed, "
        "sequence = excluded.sequence");
    put.bind(answer.mention.source).bind(answer.mention.reference);
    put.bind(answer.answered_at.time_since_epoch().count()).bind(to_json(answer.mention)).bind(evidence);
    put.bind(std::uint64_t{answer.revision}).bind_blob(octets_of(seal_candidates(answer, *key_))).bind(sequence);
    if (put.step() != Statement::Step::done) return std::unexpected(database_.error("recording a mention's answer"));
    return {};
}

std::expected<std::uint64_t, std::string> SqliteStore::record(const RecordMention& effect)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    auto answer = effect.answer;
    // A mistake is about nobody.
    if (answer.mention.withdrawn) answer.candidates.clear();
    const auto known = known_mention(answer.mention);
    if (!known) return std::unexpected(known.error());
    if (*known && nothing_new(**known, answer)) return (*known)->sequence;
    // Its maker may have begun anew; whoever reads the alerts counts on.
    answer.revision = *known ? (*known)->revision + 1 : 1;
    const auto evidence = to_json(answer);
    const auto sequence = append(database_, {make_alert(answer), "", std::nullopt, evidence});
    if (!sequence) return sequence;
    if (auto put = put_answer(answer, evidence, *sequence); !put) return std::unexpected(put.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return sequence;
}

std::expected<std::vector<EnteredMention>, std::string> SqliteStore::entered_mentions(
    std::uint64_t after, const std::function<void(const std::string&)>& spoilt)
{
    auto query = database_.prepare(
        "SELECT entered, mention, source, reference FROM mentions WHERE entered > ? ORDER BY entered");
    query.bind(after);
    std::vector<EnteredMention> found;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        auto mention = mention_from_json(query.text(1));
        if (mention) {
            found.push_back({static_cast<std::uint64_t>(query.integer(0)), std::move(*mention)});
        } else if (spoilt) {
            spoilt("mention " + clean_text(query.text(2) + "/" + query.text(3)) + " cannot be read back");
        }
    }
    if (step == Statement::Step::failed) return std::unexpected(database_.error("reading the mentions"));
    return found;
}

std::expected<void, std::string> SqliteStore::purge_mentions(Timestamp older_than)
{
    auto remove = database_.prepare("DELETE FROM mentions WHERE told < ?");
    if (remove.bind(older_than.time_since_epoch().count()).step() != Statement::Step::done)
        return std::unexpected(database_.error("deleting old mentions"));
    return {};
}

}  // namespace breakwatch
