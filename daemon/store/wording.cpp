#include "store/wording.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "policy/event_catalogue.hpp"
#include "policy/incident/story.hpp"
#include "policy/text.hpp"
#include "store/purge_record.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

std::string decimal(double value, int digits)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

std::string place_in_time(const Incident& incident)
{
    const bool after = incident.after_call.count() >= 0 && incident.call.ended.has_value();
    const std::string contact(contact_in_words(incident.call.channel));
    return after ? to_words(incident.after_call) + " after " + contact + " ended" : "during " + contact;
}

std::string what(const Incident& incident)
{
    if (incident.findings.empty()) return "device where devices are not allowed";
    const auto more = incident.finding_count - 1;
    const std::string when = incident.tier == Tier::corroborated ? ", when somebody saw a post there," : "";
    return "post-like activity on " + incident.platform + when +
           (more > 0 ? " (" + std::to_string(more) + " more)" : "");
}

std::string sentence(const Incident& incident)
{
    if (incident.state == IncidentState::closed && incident.finding_count == 0)
        return "withdrawn: facts that came later told another story of " + incident.subject.value;
    auto text = what(incident) + " by " + incident.subject.value;
    if (!incident.findings.empty()) text += ", " + place_in_time(incident);
    if (!incident.binding.zone.empty()) text += ", zone " + incident.binding.zone;
    if (incident.findings.empty()) return text;
    if (incident.measured)
        return text + "; confidence " + std::to_string(std::lround(incident.confidence * 100)) + " %";
    text += "; write-like, not measured on this site";
    return incident.rank ? text + ": " + rank_in_words(*incident.rank) : text;
}

std::string in_words(const Mention& mention)
{
    const auto at = to_rfc3339(mention.at).substr(0, 19) + "Z";
    const auto either_way = mention.within > Duration{0} ? " (" + to_words(mention.within) + " either way)" : "";
    return "a post seen on " + mention.platform + " at " + at + either_way + ", reference " + reference_of(mention);
}

std::string people_in_words(std::size_t people)
{
    return people == 1 ? "1 person" : std::to_string(people) + " people";
}

std::string those_who_could(const MentionAnswer& answer)
{
    auto text = counted(answer.exchanges, "exchange");
    if (answer.people > 0) text += " of " + people_in_words(answer.people);
    text += " could be it";
    if (answer.unnamed > 0) text += " (of " + std::to_string(answer.unnamed) + " it is not sure whose)";
    return text + (answer.stands_out ? "; one stands out, see its incident" : "; nobody stands out");
}

std::string what_is_known(const MentionAnswer& answer)
{
    if (answer.mention.withdrawn) return "it was a mistake, and is taken back";
    if (answer.rule.empty()) return "no rule of kind mention_after_call covers it";
    if (!answer.in_reach) return "most of that time was not watched, or is past what is kept: nothing can be said";
    if (answer.exchanges == 0) return "nothing here could be it: cellular data, another place or another person";
    return those_who_could(answer) + "; nobody here: " + std::to_string(std::lround(answer.nobody * 100)) + " %";
}

using AlertFields = std::vector<std::pair<std::string, std::string>>;

// What both events of a mention say of it.
AlertFields fields_of(const Mention& mention)
{
    return {{"ref", reference_of(mention)},
            {"plat", mention.platform},
            {"at", to_rfc3339(mention.at)},
            {"within_s", decimal(static_cast<double>(mention.within.count()) / 1e9, 1)}};
}

std::string message_id_of(std::string_view code)
{
    const auto kind = std::ranges::find(kEvents, code, &EventKind::code);
    return std::string(kind == kEvents.end() ? event::kFeedDown.message_ids : kind->message_ids);
}

}  // namespace

Alert make_alert(const Incident& incident, bool told_before)
{
    Alert alert;
    alert.code = std::string(event_of(incident, told_before).code);
    alert.message_id = incident.platform.empty() ? "ZONE" : "POSTLIKE";
    if (incident.held) alert.message_id = event::kHeld.message_ids;
    alert.severity = incident.severity;
    alert.at = incident.raised_at;
    alert.text = sentence(incident);
    const auto add = [&](const char* name, std::string value) { alert.fields.emplace_back(name, std::move(value)); };
    add("id", incident.id);
    add("rev", std::to_string(incident.revision));
    add("rule", incident.rule);
    add("subj", incident.subject.value);
    if (!incident.findings.empty()) {
        const auto& first = incident.findings.front();
        add("plat", incident.platform);
        add("kind", std::string(name(first.kind)));
        add("tier", std::string(name(incident.tier)));
        add("conf", decimal(incident.confidence, 2));
        if (!incident.measured) add("measured", "0");
        if (incident.rank) add("rank", decimal(*incident.rank / 100.0, 2));
        add("at", to_rfc3339(first.at));
        add("after_call_s", decimal(static_cast<double>(incident.after_call.count()) / 1e9, 1));
        add("call", incident.call.source + "/" + incident.call.id);
        add("chan", std::string(name(incident.call.channel)));
        if (!incident.call.queue.empty()) add("queue", incident.call.queue);
        if (incident.coverage.total() > 0) add("cov", decimal(incident.coverage.share(), 2));
    }
    add("cnt", std::to_string(incident.finding_count));
    if (!incident.binding.zone.empty()) add("zone", incident.binding.zone);
    add("grade", std::string(name(incident.binding.grade)));
    return alert;
}

Alert make_alert(const ReportHealth& health)
{
    Alert alert{.code = std::string(health.code),
                .message_id = message_id_of(health.code),
                .severity = health.severity,
                .at = health.at,
                .fields = {{"part", health.subject}},
                .text = health.subject + ": " + health.text};
    alert.fields.insert(alert.fields.end(), health.fields.begin(), health.fields.end());
    return alert;
}

Alert make_alert(const MentionAnswer& answer)
{
    Alert alert{.code = std::string(event::kMention.code),
                .message_id = std::string(event::kMention.message_ids),
                .severity = Severity::notice,
                .at = answer.answered_at,
                .fields = fields_of(answer.mention),
                .text = in_words(answer.mention) + ": " + what_is_known(answer) +
                        (answer.final ? "" : "; facts that come late may change it")};
    const auto add = [&](const char* name, std::string value) { alert.fields.emplace_back(name, std::move(value)); };
    if (answer.mention.withdrawn) add("withdrawn", "1");
    if (!answer.rule.empty()) add("rule", answer.rule);
    add("cnt", std::to_string(answer.exchanges));
    add("people", std::to_string(answer.people));
    add("unnamed", std::to_string(answer.unnamed));
    add("nobody", decimal(answer.nobody, 2));
    if (answer.stands_out && !answer.candidates.empty()) add("share", decimal(answer.candidates.front().share, 2));
    add("chance", decimal(answer.by_chance, 2));
    add("final", answer.final ? "1" : "0");
    add("rev", std::to_string(answer.revision));
    return alert;
}

Alert make_heartbeat(std::uint64_t last_sequence, const std::string& head, std::size_t backlog, std::size_t unstored,
                     Timestamp at)
{
    Alert alert{.sequence = last_sequence,
                .previous = last_sequence,
                .code = std::string(event::kHeartbeat.code),
                .message_id = std::string(event::kHeartbeat.message_ids),
                .severity = Severity::informational,
                .at = at,
                .fields = {{"backlog", std::to_string(backlog)}, {"unstored", std::to_string(unstored)}},
                .text = "alive; last sequence number " + std::to_string(last_sequence)};
    if (!head.empty()) alert.fields.emplace_back("head", head);
    return alert;
}

Alert make_purged_alert(const PurgeRecord& record, Timestamp at)
{
    return {.code = std::string(event::kRetention.code),
            .message_id = std::string(event::kRetention.message_ids),
            .severity = Severity::notice,
            .at = at,
            .fields = {{"part", "retention"}, {"count", std::to_string(record.incidents)}},
            .text = std::to_string(record.incidents) + " incidents and " + std::to_string(record.rows) +
                    " records from before " + to_rfc3339(record.older_than) + " were deleted, as the retention says"};
}

Alert make_state_set_alert(const std::string& incident, IncidentState before, const Progress& now,
                           const std::string& who, Timestamp at)
{
    const std::string now_in(name(now.state));
    const bool reopened = now.state < before;
    Alert alert{
        .code = std::string(event::kStateSet.code),
        .message_id = std::string(event::kStateSet.message_ids),
        .severity = Severity::notice,
        .at = at,
        .fields = {{"id", incident}, {"state", now_in}, {"by", who}},
        .text = "incident " + incident + (reopened ? " was reopened, to " : " was set to ") + now_in + " by " + who};
    if (now.verdict) {
        alert.fields.emplace_back("verdict", std::string(name(*now.verdict)));
        alert.text += ", verdict " + std::string(name(*now.verdict));
    }
    if (reopened) alert.fields.emplace_back("before", std::string(name(before)));
    return alert;
}

Alert make_identity_opened_alert(const std::string& incident, const std::string& who, Timestamp at)
{
    return {.code = std::string(event::kOpened.code),
            .message_id = std::string(event::kOpened.message_ids),
            .severity = Severity::notice,
            .at = at,
            .fields = {{"id", incident}, {"by", who}},
            .text = "the identity behind incident " + incident + " was opened by " + who};
}

Alert make_journal_asked_alert(const std::string& subject, const std::string& who, Timestamp at)
{
    return {.code = std::string(event::kOpened.code),
            .message_id = std::string(event::kOpened.message_ids),
            .severity = Severity::notice,
            .at = at,
            .fields = {{"subj", subject}, {"by", who}},
            .text = "the journal of devices and duty was asked by " + who + "; the answer is about " + subject};
}

Alert make_device_watched_alert(const std::string& volunteer, const std::string& who, Timestamp at)
{
    return {.code = std::string(event::kOpened.code),
            .message_id = std::string(event::kOpened.message_ids),
            .severity = Severity::notice,
            .at = at,
            .fields = {{"subj", volunteer}, {"by", who}},
            .text = "the device of " + volunteer + ", a volunteer, is watched for calibration by " + who};
}

Alert make_mention_opened_alert(const Mention& mention, const std::string& who, Timestamp at)
{
    return {.code = std::string(event::kOpened.code),
            .message_id = std::string(event::kOpened.message_ids),
            .severity = Severity::notice,
            .at = at,
            .fields = {{"ref", reference_of(mention)}, {"by", who}},
            .text = "the list of people behind mention " + reference_of(mention) + " was opened by " + who};
}

Alert make_mention_entered_alert(const Mention& mention, const std::string& who, Timestamp at)
{
    Alert alert{.code = std::string(event::kMentionEntered.code),
                .message_id = std::string(event::kMentionEntered.message_ids),
                .severity = Severity::notice,
                .at = at,
                .fields = fields_of(mention),
                .text = in_words(mention) + ", was " + (mention.withdrawn ? "taken back" : "entered") + " by " + who};
    if (mention.withdrawn) alert.fields.emplace_back("withdrawn", "1");
    alert.fields.emplace_back("by", who);
    return alert;
}

Alert make_lookup_alert(const LookupTold& told, const std::string& who, Timestamp at)
{
    const auto within = (told.to - told.from) / 2;
    const Mention asked{
        .source = {}, .reference = {}, .platform = told.platform, .at = told.from + within, .within = within};
    auto fields = fields_of(asked);
    fields.erase(fields.begin());  // it has no reference
    fields.emplace_back("cnt", std::to_string(told.exchanges));
    fields.emplace_back("people", std::to_string(told.people));
    fields.emplace_back("by", who);
    return {.code = std::string(event::kLookup.code),
            .message_id = std::string(event::kLookup.message_ids),
            .severity = Severity::notice,
            .at = at,
            .fields = std::move(fields),
            .text = "who could have posted on " + told.platform + " from " + to_rfc3339(told.from) + " to " +
                    to_rfc3339(told.to) + " was asked by " + who + "; the answer has " +
                    counted(told.exchanges, "exchange") + " of " + people_in_words(told.people)};
}

Alert make_promise_alert(const std::string& incident, const Promise& promise, const std::string& who)
{
    return {.code = std::string(event::kPromised.code),
            .message_id = std::string(event::kPromised.message_ids),
            .severity = Severity::notice,
            .at = promise.made,
            .fields = {{"id", incident}, {"due", to_rfc3339(promise.due)}, {"role", promise.role}, {"by", who}},
            .text = "an answer about incident " + incident + " was promised to " + promise.role + " by " +
                    to_rfc3339(promise.due) + ", entered by " + who};
}

Alert make_due_alert(const DueItem& item, std::uint64_t reminder, Timestamp now)
{
    const std::string state(name(item.state));
    const std::string basis(name(item.basis));
    const auto passed = percent_gone(reminder);
    Alert alert{
        .code = std::string(event::kDue.code),
        .message_id = std::string(event::kDue.message_ids),
        .severity = passed < 100 ? Severity::notice : Severity::warning,
        .at = now,
        .fields = {{"id", item.incident},
                   {"state", state},
                   {"due", to_rfc3339(item.due)},
                   {"basis", basis},
                   {"passed", std::to_string(passed)}},
        .text = "incident " + item.incident + " is to be " + state + " by " + to_rfc3339(item.due) + " (" + basis};
    if (!item.role.empty()) {
        alert.fields.emplace_back("role", item.role);
        alert.text += (item.basis == DueBasis::promise ? ", to " : ", ") + item.role;
    }
    alert.text +=
        "): " + (passed < 100 ? std::to_string(passed) + " % of the time has gone by"
                              : "overdue by " + to_words(std::chrono::floor<std::chrono::seconds>(now - item.due)));
    return alert;
}

Alert make_verdict_alert(const Incident& incident, const VerdictChange& given, std::optional<Verdict> before)
{
    const std::string found(given.verdict ? name(*given.verdict) : std::string_view{});
    Alert alert{.code = std::string(event::kVerdictGiven.code),
                .message_id = std::string(event::kVerdictGiven.message_ids),
                .severity = Severity::notice,
                .at = given.at,
                .fields = {{"id", incident.id}, {"rule", incident.rule}, {"verdict", found}, {"by", given.who}},
                .text = "incident " + incident.id + " was found " + found + " by " + given.who};
    if (!incident.platform.empty()) alert.fields.emplace_back("plat", incident.platform);
    if (!given.reference.empty()) alert.fields.emplace_back("ticket", given.reference);
    if (before) {
        alert.fields.emplace_back("before", std::string(name(*before)));
        alert.text += ", " + std::string(name(*before)) + " before";
    }
    return alert;
}

Alert make_samples_sent_alert(const std::string& sink, std::size_t count, const std::string& who, Timestamp at)
{
    return {.code = std::string(event::kSamplesSent.code),
            .message_id = std::string(event::kSamplesSent.message_ids),
            .severity = Severity::notice,
            .at = at,
            .fields = {{"part", "syslog " + sink}, {"by", who}, {"count", std::to_string(count)}},
            .text = counted(count, "sample") + " of events were sent to syslog " + sink + " by " + who};
}

Alert make_figures_alert(const std::string& rule, const std::string& platform, const VerdictCounts& counts,
                         Timestamp at)
{
    const auto on = platform.empty() ? std::string() : " on " + platform;
    ReportHealth told{.code = event::kPrecision.code,
                      .severity = Severity::informational,
                      .subject = "verdicts",
                      .text = "rule " + rule + on + ": " + in_words(counts),
                      .at = at,
                      .fields = {{"rule", rule},
                                 {"found_true", std::to_string(counts.confirmed)},
                                 {"found_false", std::to_string(counts.false_alarms)},
                                 {"found_unknown", std::to_string(counts.unknown)}}};
    if (!platform.empty()) told.fields.emplace_back("plat", platform);
    if (const auto precision = counts.precision()) {
        told.fields.emplace_back("precision", decimal(*precision, 3));
        told.fields.emplace_back("precision_from", decimal(counts.interval().from, 3));
        told.fields.emplace_back("precision_to", decimal(counts.interval().to, 3));
    }
    return make_alert(told);
}

}  // namespace breakwatch
