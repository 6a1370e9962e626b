#include "cli/lookup_command.hpp"

#include <algorithm>
#include <expected>
#include <set>

#include "base/clock.hpp"
#include "cli/journal_people.hpp"
#include "cli/known_platforms.hpp"
#include "cli/lookup_words.hpp"
#include "cli/operator_name.hpp"
#include "cli/reason.hpp"
#include "config/load_config.hpp"
#include "policy/mention/odds.hpp"
#include "policy/mention/weigh.hpp"
#include "report/plain_text.hpp"
#include "store/site_facts.hpp"

namespace breakwatch {

namespace {

// By what the daemon judges.
struct InForce {
    SiteFacts site;
    PlatformCatalog catalog;
    Rules rules;
};

std::expected<InForce, std::string> in_force(const CaseFile& file)
{
    auto site = file.site();
    if (!site) return std::unexpected("no daemon of this version has written here yet; start it first");
    auto catalog = load_platforms(site->platforms_file);
    if (!catalog) return std::unexpected(lines_of(catalog.error()));
    auto rules = load_rules(site->rules_file, 0);
    if (!rules) return std::unexpected(lines_of(rules.error()));
    return InForce{std::move(*site), std::move(*catalog), std::move(rules->rules)};
}

std::string objection_to_time(const char* option, const std::string& found, const std::string& expected)
{
    return std::string(option) + ": found '" + printable(found) + "'; expected " + expected;
}

constexpr const char* kSuchTimes =
    "a time such as 2026-11-24T09:14:05Z, 2026-11-24T18:14+09:00, or by the site's clock 14:05 or '2026-11-24 14:05'";

std::expected<LookupQuestion, std::string> question_of(const LookupOptions& options, const SiteZone& zone,
                                                       Timestamp now)
{
    LookupQuestion question{.platform = options.platform, .from = {}, .to = {}};
    const auto from = zone.moment(options.from, now);
    if (!from) return std::unexpected(objection_to_time("--from", options.from, kSuchTimes));
    const auto to = zone.moment(options.to, now);
    if (!to) return std::unexpected(objection_to_time("--to", options.to, kSuchTimes));
    question.from = *from;
    question.to = *to;
    if (*from > *to)
        return std::unexpected(
            objection_to_time("--from", options.from, "a time up to --to, '" + printable(options.to) + "'"));
    if (*from > now)
        return std::unexpected(objection_to_time(
            "--from", options.from, "a time up to now, " + zone.date_time(now) + "; of another day, with its date"));
    if (*to - *from > LookupQuestion::kLongest)
        return std::unexpected(objection_to_time("--to", options.to, "a time at most 24 h after --from"));
    if (options.kind.empty()) return question;
    using enum FindingKind;
    for (const auto kind : {media_post, text_post, story, composer_opened, media_upload}) {
        if (name(kind) == options.kind) question.kind = kind;
    }
    if (question.kind) return question;
    return std::unexpected("--kind: found '" + printable(options.kind) +
                           "'; expected media_post, text_post, story, composer_opened or media_upload");
}

// The least confidence with which a rule alerts what is found there by itself.
double line_of(const InForce& judged_by, const std::string& platform)
{
    double line = 1;
    for (const auto& rule : judged_by.rules) {
        const bool there =
            rule.platforms.empty() || std::ranges::find(rule.platforms, platform) != rule.platforms.end();
        const auto* facts = judged_by.site.rule(rule.id);
        if (rule.kind == Rule::Kind::post_after_call && there && facts != nullptr)
            line = std::min(line, facts->least_confidence);
    }
    return line;
}

std::optional<DutyCount> duty_count(const JournalContent& journal, const LookupQuestion& question)
{
    const auto reaches = journal.reaches_back_to();
    if (!reaches || question.from < *reaches) return std::nullopt;
    std::set<StaffId> on_duty;
    for (const auto& row : journal.duty) {
        const auto& each = row.interval;
        const bool duty = each.activity != DutyActivity::off && each.activity != DutyActivity::unknown;
        if (duty && each.start <= question.to && each.end > question.from) on_duty.insert(each.staff);
    }
    std::set<StaffId> there;
    for (const auto& binding : journal.bindings) {
        const bool then = binding.from <= question.to && (!binding.to || *binding.to > question.from);
        if (then && on_duty.contains(binding.staff)) there.insert(binding.staff);
    }
    return DutyCount{on_duty.size(), there.size()};
}

std::expected<LookupReply, std::string> reply_to(const LookupQuestion& question, const CaseFile& file,
                                                 const IdentityKey& key, const InForce& judged_by, Timestamp now)
{
    Lookup lookup(question);
    std::size_t read = 0;
    const auto spoilt = file.read_record(question.from - kUsualAbout, key, [&](Memory&& memory) {
        ++read;
        lookup.take(std::move(memory));
    });
    if (!spoilt) return std::unexpected(spoilt.error());
    if (*spoilt > 0 && read == 0) return std::unexpected("store: the record is sealed with another key");
    auto journal = file.count_journal(key);
    if (!journal) return std::unexpected(journal.error());
    auto troubles = file.troubles(question.from, question.to);
    if (!troubles) return std::unexpected(troubles.error());
    const auto line = line_of(judged_by, question.platform);
    return LookupReply{.question = question,
                       .answer = lookup.answer(judged_by.catalog, judged_by.rules,
                                               prior_odds(judged_by.site.detector.validation), line),
                       .line = line,
                       .retention = judged_by.site.exchange_retention,
                       .duty = duty_count(JournalContent(std::move(*journal)), question),
                       .troubles = std::move(*troubles),
                       .spoilt = *spoilt,
                       .now = now};
}

LookupTold told_of(const LookupReply& reply, const IdentityKey& key)
{
    const auto& weighed = reply.answer.weighed;
    LookupTold told{.platform = reply.question.platform,
                    .from = reply.question.from,
                    .to = reply.question.to,
                    .exchanges = weighed.exchanges,
                    .people = weighed.people,
                    .shown = {}};
    for (const auto& each : weighed.candidates) told.shown.push_back(key.pseudonym(each.staff));
    return told;
}

}  // namespace

Outcome run_lookup(const LookupOptions& options)
{
    if (const auto objection = objection_to(options.reason); !objection.empty()) return failed(objection, tool_usage);
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    if (const auto objection = objection_to_platform(options.platform, known_platforms(*file)); !objection.empty())
        return failed(objection, tool_usage);
    const auto judged_by = in_force(*file);
    if (!judged_by) return failed(judged_by.error());
    const SiteZone zone(judged_by->site.time_zone);
    const auto now = wall_clock();
    const auto question = question_of(options, zone, now);
    if (!question) return failed(question.error(), tool_usage);
    const auto key = IdentityKey::open(options.state / "identity.key");
    if (!key) return failed(key.error() + "; complaints are looked up by the daemon's user or root");
    const auto reply = reply_to(*question, *file, *key, *judged_by, now);
    if (!reply) return failed(reply.error());
    const OpeningRequest request{operator_name(), options.reason, now};
    if (const auto recorded = file->record_lookup(told_of(*reply, *key), request); !recorded)
        return failed(recorded.error());
    const auto text = options.json ? as_json(*reply, *key) : as_text(*reply, zone, *key);
    return {reply->answer.people.empty() ? tool_not_found : tool_success, text,
            "recorded in the audit trail, for the running daemon to tell the SIEM: " + request.who + ", " +
                to_rfc3339(now) + "\n"};
}

}  // namespace breakwatch
