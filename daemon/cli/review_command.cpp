#include "cli/review_command.hpp"

#include <algorithm>
#include <charconv>
#include <expected>
#include <tuple>

#include "base/clock.hpp"
#include "cli/open_case.hpp"
#include "cli/operator_name.hpp"
#include "cli/review_list.hpp"
#include "report/plain_text.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostListed = 1'000;

std::optional<std::size_t> limit_of(const std::string& text)
{
    std::size_t limit = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (error != std::errc{} || end != text.data() + text.size() || limit == 0 || limit > kMostListed)
        return std::nullopt;
    return limit;
}

std::optional<Timestamp> begin_of_list(const std::string& since)
{
    if (since.empty()) return Timestamp::min();
    return parse_rfc3339(since.size() == 10 ? since + "T00:00:00Z" : since);
}

std::string found(const char* option, const std::string& what)
{
    return std::string(option) + ": found '" + shortened(printable(what), 60) + "'; expected ";
}

// What is wrong with a verdict's options; empty: nothing.
std::string objection_to_verdict(const ReviewOptions& options)
{
    if (options.verdict.empty())
        return options.id.empty() ? "--note-ref: found without --verdict; expected it with a verdict alone"
                                  : "review: found an incident without --verdict; expected --verdict true, false or "
                                    "unknown; `breakwatch show` tells it";
    if (options.id.empty())
        return "--verdict: found without an incident; expected its id, as `breakwatch review` lists them";
    if (!parse_verdict(options.verdict)) return found("--verdict", options.verdict) + "true, false or unknown";
    if (!options.ticket.empty() && !is_ticket_reference(options.ticket))
        return found("--note-ref", options.ticket) +
               "a ticket's reference such as HR-2026-311: at most 40 letters, digits and . _ / # : -, with a digit; "
               "words about people belong in the ticket";
    if (options.open || options.held || options.json || !options.since.empty() || !options.after.empty())
        return "review: found an incident with options of the list; expected --verdict and --note-ref alone";
    return "";
}

std::string objection_to_list(const ReviewOptions& options)
{
    if (!begin_of_list(options.since))
        return found("--since", options.since) + "a date or a time such as 2026-11-23T09:00:00Z, or +09:00 for Z";
    if (!limit_of(options.limit)) return found("--limit", options.limit) + "a number from 1 to 1000";
    return "";
}

Outcome judge(const ReviewOptions& options)
{
    auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto incident = file->incident(options.id);
    if (!incident) return failed(incident.error());
    if (!*incident) return no_such_incident(*file, options.id, options.state);
    const auto verdict = *parse_verdict(options.verdict);
    const auto before = file->give_verdict(options.id, verdict, options.ticket, operator_name(), wall_clock());
    if (!before) return failed(before.error());
    return {tool_success,
            printable(options.id) + " is found " + std::string(name(verdict)) +
                (*before ? ", and was found " + std::string(name(**before)) + " before" : "") +
                "; recorded in the audit trail; the running daemon tells the SIEM\n",
            ""};
}

auto place(const Incident& incident)
{
    return std::tuple(incident.findings.empty() ? incident.raised_at : incident.findings.front().at, incident.id);
}

// Those before `after` are left out; false: there is none of that id.
bool begin_after(std::vector<Incident>& incidents, const std::string& after)
{
    const auto last = std::ranges::find(incidents, after, &Incident::id);
    if (last == incidents.end()) return after.empty();
    incidents.erase(incidents.begin(), std::next(last));
    return true;
}

std::expected<ReviewList, Outcome> listed_for(const CaseFile& file, const ReviewOptions& options)
{
    auto incidents = file.incidents();
    if (!incidents) return std::unexpected(failed(incidents.error()));
    const auto verdicts = file.verdicts();
    if (!verdicts) return std::unexpected(failed(verdicts.error()));
    std::ranges::sort(*incidents, {}, [](const Incident& each) { return place(each); });
    if (!begin_after(*incidents, options.after))
        return std::unexpected(failed(
            found("--after", options.after) + "the id that the list before ended with; there is no such incident",
            tool_not_found));
    const auto since = *begin_of_list(options.since);
    const auto limit = *limit_of(options.limit);
    ReviewList list;
    for (auto& incident : *incidents) {
        const auto given = verdicts->find(incident.id);
        const bool judged = given != verdicts->end();
        if (incident.raised_at < since || (options.open && judged) || (options.held && !incident.held)) continue;
        if (list.rows.size() == limit) {
            ++list.left;
        } else {
            list.rows.push_back({std::move(incident), judged ? std::optional(given->second) : std::nullopt});
        }
    }
    return list;
}

}  // namespace

Outcome run_review(const ReviewOptions& options)
{
    if (!options.id.empty() || !options.verdict.empty() || !options.ticket.empty()) {
        const auto objection = objection_to_verdict(options);
        return objection.empty() ? judge(options) : failed(objection, tool_usage);
    }
    if (const auto objection = objection_to_list(options); !objection.empty()) return failed(objection, tool_usage);
    const auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto list = listed_for(*file, options);
    if (!list) return list.error();
    std::string spoilt;
    for (const auto& each : file->spoilt()) spoilt += printable(each) + "\n";
    if (options.json) return {tool_success, review_json(*list), spoilt};
    if (list->rows.empty())
        return {tool_success, "Nothing to review. That is no proof that nothing was posted: breakwatch(1), CAVEATS.\n",
                spoilt};
    return {tool_success, review_table(*list), spoilt};
}

}  // namespace breakwatch
