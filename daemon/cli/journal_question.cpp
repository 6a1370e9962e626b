#include "cli/journal_question.hpp"

#include <chrono>

#include "base/clock.hpp"
#include "cli/operator_name.hpp"
#include "cli/reason.hpp"

namespace breakwatch {

std::expected<JournalReply, Outcome> ask(const JournalQuestion& question,
                                         const std::function<JournalReply(const JournalContent&, Timestamp)>& answer)
{
    const auto at = parse_rfc3339(question.at);
    if (!at)
        return std::unexpected(
            failed("--at: found '" + question.at + "'; expected a time such as 2026-11-24T09:14:05Z, or +09:00 for Z",
                   tool_usage));
    if (const auto objection = objection_to(question.reason); !objection.empty())
        return std::unexpected(failed(objection, tool_usage));
    const auto key = IdentityKey::open(question.state / "identity.key");
    if (!key) return std::unexpected(failed(key.error()));
    auto file = CaseFile::open(question.state);
    if (!file) return std::unexpected(failed(file.error()));
    const auto now = wall_clock();
    std::string words;
    const auto take = [&](std::vector<JournalRecord>&& all) {
        auto reply = answer(JournalContent(std::move(all)), *at);
        words = std::move(reply.words);
        return std::move(reply.records);
    };
    auto records = file->ask_journal(take, question.action, {operator_name(), question.reason, now}, *key);
    if (!records) return std::unexpected(failed(records.error()));
    return JournalReply{std::move(*records), std::move(words)};
}

}  // namespace breakwatch
