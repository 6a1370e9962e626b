#include "cli/mentions_command.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <expected>

#include "base/clock.hpp"
#include "cli/operator_name.hpp"
#include "cli/reason.hpp"
#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"
#include "report/story.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMentionsWidth = 80;

std::string people_in_words(std::uint32_t people)
{
    return people == 1 ? "1 person" : std::to_string(people) + " people";
}

std::string answer_in_words(const StoredMention& stored)
{
    if (stored.mention.withdrawn) return "taken back";
    if (!stored.answer) return "waits";
    const auto& answer = *stored.answer;
    if (answer.rule.empty()) return "no rule asks for mentions of this platform";
    if (!answer.in_reach) return "most of that time was not watched, or is past what is kept";
    const auto nobody = "nobody here " + percent(answer.nobody);
    auto text = nobody;
    if (answer.stands_out)
        text = "stands out: share " + (stored.share ? percent(*stored.share) : "unknown") + "; " + nobody;
    else if (answer.people > 0)
        text = people_in_words(answer.people) + ", nobody stands out; " + nobody;
    return text + (answer.final ? "" : "; an early answer");
}

// Two lines each, so that eighty columns hold them.
std::string as_table(const std::vector<StoredMention>& all)
{
    TextTable table({"REFERENCE", "PLATFORM", "AT (UTC)", "WITHIN"});
    for (const auto& stored : all) {
        const auto& mention = stored.mention;
        table.add({reference_of(mention), mention.platform, utc_date_time(mention.at), to_words(mention.within)},
                  "  " + shortened(printable(answer_in_words(stored)), kMentionsWidth - 2));
    }
    return table.render();
}

std::string as_json(const std::vector<StoredMention>& all)
{
    boost::json::array list;
    for (const auto& stored : all) {
        auto told = boost::json::parse(to_json(stored.mention)).as_object();
        told["told"] = to_rfc3339(stored.told);
        told["entered_by"] = stored.entered_by;
        auto& answer = told["answer"];
        if (stored.answer) {
            answer = boost::json::parse(stored.answer_json);
            answer.as_object().erase("mention");
        }
        list.push_back(std::move(told));
    }
    return clean_text(boost::json::serialize(list)) + "\n";
}

std::expected<StoredMention, Outcome> meant(std::vector<StoredMention> all, const std::string& reference)
{
    const auto fits = [&](const StoredMention& each) {
        return each.mention.reference == reference || reference_of(each.mention) == reference;
    };
    const auto found = std::ranges::find_if(all, fits);
    if (found == all.end())
        return std::unexpected(failed(
            "there is no mention '" + printable(reference) + "'; `breakwatch mentions` lists them", tool_not_found));
    std::string names;
    for (const auto& each : all) {
        if (fits(each)) names += (names.empty() ? "" : ", ") + printable(reference_of(each.mention));
    }
    if (std::ranges::count_if(all, fits) > 1)
        return std::unexpected(
            failed("'" + printable(reference) + "' is of several mentions; expected one of " + names, tool_usage));
    return std::move(*found);
}

std::string people_as_json(const std::vector<MentionCandidate>& candidates, const IdentityKey& key)
{
    boost::json::array list;
    for (const auto& each : candidates)
        list.push_back(boost::json::object{{"subject", key.pseudonym(each.staff).value},
                                           {"share", each.share},
                                           {"at", to_rfc3339(each.at)},
                                           {"confidence", each.confidence},
                                           {"grade", name(each.grade)},
                                           {"call", each.call}});
    return clean_text(boost::json::serialize(list)) + "\n";
}

std::string people_as_text(const StoredMention& stored, const std::vector<MentionCandidate>& candidates,
                           const IdentityKey& key)
{
    auto text = printable(reference_of(stored.mention)) + ": " + printable(answer_in_words(stored)) + "\n";
    if (!candidates.empty()) {
        TextTable table({"SUBJECT", "SHARE", "TIME (UTC)", "CONFIDENCE", "GRADE", "CALL"});
        for (const auto& each : candidates)
            table.add({key.pseudonym(each.staff).value, percent(each.share), utc_date_time(each.at),
                       percent(each.confidence), std::string(name(each.grade)), each.call});
        text += table.render();
    }
    if (stored.answer->unnamed > 0)
        text += "Of exchanges of which it is not sure whose: " + percent(stored.answer->unsure) + ".\n";
    return text +
           "Who is on this list was where a post could have been made, and no more: a share is a question to ask, "
           "never "
           "proof.\nWhoever stands out has an incident; the others are not to be named.\n";
}

Outcome open_list(CaseFile& file, const StoredMention& stored, const MentionsOptions& options)
{
    const auto key = IdentityKey::open(options.state / "identity.key");
    if (!key) return failed(key.error() + "; mentions are opened by the daemon's user or root");
    const auto now = wall_clock();
    const auto& mention = stored.mention;
    const auto candidates =
        file.open_mention(mention.source, mention.reference, {operator_name(), options.reason, now}, *key);
    if (!candidates) return failed(candidates.error());
    return {tool_success, options.json ? people_as_json(*candidates, *key) : people_as_text(stored, *candidates, *key),
            "recorded in the audit trail, for the running daemon to tell the SIEM: " + operator_name() + ", " +
                to_rfc3339(now) + "\n"};
}

}  // namespace

Outcome run_mentions(const MentionsOptions& options)
{
    if (options.reference.empty() && !options.reason.empty())
        return failed("--reason: found without a reference; expected which mention is opened", tool_usage);
    if (!options.reference.empty()) {
        if (const auto objection = objection_to(options.reason); !objection.empty())
            return failed(objection, tool_usage);
    }
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    auto all = file->mentions();
    if (!all) return failed(all.error());
    if (!options.reference.empty()) {
        const auto stored = meant(std::move(*all), options.reference);
        if (!stored) return stored.error();
        if (!stored->answer)
            return failed(printable(reference_of(stored->mention)) + ": " + answer_in_words(*stored) +
                          "; there is no list to open");
        return open_list(*file, *stored, options);
    }
    std::string spoilt;
    for (const auto& each : file->spoilt_mentions()) spoilt += printable(each) + "\n";
    if (options.json) return {tool_success, as_json(*all), spoilt};
    return {tool_success, all->empty() ? "No mentions. `breakwatch mention` enters one.\n" : as_table(*all), spoilt};
}

}  // namespace breakwatch
