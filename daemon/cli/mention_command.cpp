#include "cli/mention_command.hpp"

#include <expected>

#include "base/clock.hpp"
#include "cli/known_platforms.hpp"
#include "cli/operator_name.hpp"
#include "cli/reason.hpp"
#include "config/yaml_reader.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

// A clock of the sender's may be so much ahead.
constexpr Duration kMostAhead = std::chrono::minutes{5};
constexpr Duration kUsualWithin = std::chrono::seconds{60};
constexpr Duration kMostWithin = std::chrono::hours{24};
constexpr std::size_t kLongestWord = 100;

// Of an id that is to be typed again: one word or some, that print.
std::string objection_to_word(const char* option, const std::string& word)
{
    const bool good = printable(word) == word && word.size() <= kLongestWord && !word.starts_with(' ') &&
                      !word.ends_with(' ') && !word.starts_with('-');
    return good ? ""
                : std::string(option) + ": found '" + shortened(printable(word), 60) + "'; expected at most " +
                      std::to_string(kLongestWord) + " octets that print on one line, without a blank at either end";
}

std::expected<Mention, std::string> mention_of(const MentionOptions& options, const CaseFile& file, Timestamp now)
{
    Mention mention{.source = std::string(kOperatorSource),
                    .reference = options.reference,
                    .platform = options.platform,
                    .at = {},
                    .within = kUsualWithin,
                    .contact = options.contact,
                    .withdrawn = false};
    if (const auto objection = objection_to_platform(options.platform, known_platforms(file)); !objection.empty())
        return std::unexpected(objection);
    const auto at = parse_rfc3339(options.at);
    if (!at)
        return std::unexpected("--at: found '" + printable(options.at) +
                               "'; expected a time such as 2026-11-24T09:14:05Z, or +09:00 for Z");
    if (*at > now + kMostAhead)
        return std::unexpected("--at: found '" + printable(options.at) +
                               "', which is to come; expected a time up to now, " + to_rfc3339(now));
    mention.at = *at;
    if (options.within.empty()) return mention;
    const auto within = parse_duration(options.within);
    if (!within || *within > kMostWithin)
        return std::unexpected("--within: found '" + printable(options.within) +
                               "'; expected a duration such as 60s, 5min or 2h, of at most 24h");
    mention.within = *within;
    return mention;
}

// Taken back as it was entered: another platform or time beside it would be a mistake that goes unseen.
std::expected<Mention, std::string> withdrawal_of(const MentionOptions& options)
{
    if (options.reference.empty())
        return std::unexpected("--withdraw: found no --ref; expected which mention is taken back");
    if (!options.platform.empty() || !options.at.empty() || !options.within.empty() || !options.contact.empty())
        return std::unexpected(
            "--withdraw: found with what a mention says; expected --ref alone, or the mention without --withdraw");
    Mention mention;
    mention.reference = options.reference;
    mention.withdrawn = true;
    return mention;
}

std::string in_words(const Mention& mention)
{
    return "a post on " + mention.platform + " at " + utc_date_time(mention.at) + " UTC, " +
           (mention.within > Duration{0} ? to_words(mention.within) + " either way" : "to the second");
}

}  // namespace

Outcome run_mention(const MentionOptions& options)
{
    for (const auto& [option, word] : {std::pair{"--ref", &options.reference}, {"--contact", &options.contact}}) {
        if (const auto objection = objection_to_word(option, *word); !objection.empty())
            return failed(objection, tool_usage);
    }
    if (const auto objection = objection_to(options.reason); !objection.empty()) return failed(objection, tool_usage);
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto now = wall_clock();
    const auto mention = options.withdrawn ? withdrawal_of(options) : mention_of(options, *file, now);
    if (!mention) return failed(mention.error(), tool_usage);
    const auto reference = file->enter_mention(*mention, {operator_name(), options.reason, now});
    if (!reference) return failed(reference.error());
    const auto what = options.withdrawn ? " is taken back" : " is entered: " + in_words(*mention);
    return {tool_success,
            printable(*reference) + what + "; recorded in the audit trail; the running daemon tells the SIEM" +
                (options.withdrawn ? "\n" : ", and answers it: `breakwatch mentions`\n"),
            ""};
}

}  // namespace breakwatch
