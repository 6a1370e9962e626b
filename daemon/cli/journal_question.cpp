#include "cli/journal_question.hpp"

#include <chrono>

#include "cli/operator_name.hpp"

namespace breakwatch {

std::expected<std::vector<JournalRecord>, Outcome> ask(
    const JournalQuestion& question, const std::function<bool(const JournalRecord&, Timestamp)>& wanted)
{
    const auto at = parse_rfc3339(question.at);
    if (!at) return std::unexpected(failed("--at: found '" + question.at + "'; expected a time such as 2026-11-24T09:14:05Z", tool_usage));
    if (question.reason.empty())
        return std::unexpected(failed("--reason: is missing; say why you ask, it is recorded", tool_usage));
    const auto key = IdentityKey::open(question.state / "identity.key");
    if (!key) return std::unexpected(failed(key.error()));
    auto file = CaseFile::open(question.state);
    if (!file) return std::unexpected(failed(file.error().text));
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    auto records = file->ask_journal([&](const JournalRecord& record) { return wanted(record, *at); }, question.action,
                                     {operator_name(), question.reason, now}, *key);
    if (!records) return std::unexpected(failed(records.error().text));
    return std::move(*records);
}

}  // namespace breakwatch
