#include "cli/lookup_words.hpp"

#include <boost/json.hpp>

#include "policy/text.hpp"
#include "report/plain_text.hpp"
#include "report/story.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

constexpr const char* kNotProof =
    "Nothing seen is not nothing done: cellular data, another device, another place and people without a contact in "
    "the "
    "rule's time before are in no record. A share is a question to ask, never proof.";
constexpr std::size_t kWidth = 80;

std::string so_many_people(std::size_t people)
{
    return people == 1 ? "1 person" : std::to_string(people) + " people";
}

std::string when(const LookupPerson& person)
{
    const auto& call = person.candidate.call;
    const auto apart = to_words(std::chrono::floor<std::chrono::seconds>(std::chrono::abs(person.after_call)));
    return person.after_call < Duration{0} ? "during " + call : apart + " after " + call;
}

std::string grade_of(const LookupPerson& person)
{
    return person.stands_out ? "stands out" : person.above_line ? "above" : "below";
}

std::string trouble_in_words(const Trouble& trouble, const SiteZone& zone)
{
    return zone.date_time(trouble.from) + " to " +
           (trouble.until ? zone.date_time(*trouble.until) : "after that time") + ": " + trouble.text;
}

// What in that time is in no record, or could not be: a line each.
std::vector<std::string> unseen(const LookupReply& reply, const SiteZone& zone)
{
    const auto& answer = reply.answer;
    std::vector<std::string> all;
    const auto hours = to_words(reply.retention);
    if (reply.retention == Duration{0})
        all.push_back("no record is kept (exchange_retention: 0s): nothing can be said of that time");
    else if (reply.question.from < reply.now - reply.retention)
        all.push_back("that time is beyond the retention of " + hours + ": what was on record of it may be deleted");
    if (answer.weighed.rule.empty())
        all.push_back("no rule of kind mention_after_call covers " + reply.question.platform +
                      ": no record of it is kept");
    if (answer.watched == 0)
        all.push_back("that time was not watched");
    else if (answer.watched < 1)
        all.push_back(percent(1 - answer.watched) + " of that time was not watched");
    if (reply.retention > Duration{0} && answer.watched > 0 && !answer.complete)
        all.push_back(
            "the record of that time is not whole: it found no room, was purged, was of somebody who withdrew, "
            "or other rules held");
    if (reply.spoilt > 0) all.push_back(counted(reply.spoilt, "piece") + " of the record cannot be read back");
    if (answer.waiting > 0)
        all.push_back(
            counted(answer.waiting, "exchange") +
            " of then may still be joined with somebody by late facts; ask again half an hour after that time");
    if (answer.weighed.unnamed > 0)
        all.push_back(counted(answer.weighed.unnamed, "exchange") + " of which it is not sure whose (" +
                      percent(answer.weighed.unsure) + ")");
    if (!reply.duty)
        all.push_back("who was on duty then, and on the network, is in the journal no more (journal_retention)");
    else if (reply.duty->on_network < reply.duty->on_duty)
        all.push_back("of " + so_many_people(reply.duty->on_duty) + " on duty then, no device of " +
                      std::to_string(reply.duty->on_duty - reply.duty->on_network) + " was known on the network");
    for (const auto& trouble : reply.troubles) all.push_back(trouble_in_words(trouble, zone));
    return all;
}

std::string heading(const LookupReply& reply, const SiteZone& zone)
{
    const auto& [platform, from, to, kind] = reply.question;
    return (kind ? in_words(*kind) : std::string("a post")) + " on " + platform + ", " + zone.date_time(from) + " to " +
           zone.date_time(to) + " " + zone.abbreviation(from) + ": " +
           counted(reply.answer.weighed.exchanges, "exchange") + " of " + so_many_people(reply.answer.weighed.people) +
           " on duty after a contact could be it";
}

}  // namespace

std::string as_text(const LookupReply& reply, const SiteZone& zone, const IdentityKey& key)
{
    auto text = paragraph(heading(reply, zone), 0, "", kWidth);
    const auto& people = reply.answer.people;
    if (!people.empty()) {
        TextTable table({"SUBJECT", "LINE", "SHARE", "TIME", "LIKE A POST", "DEVICE"});
        for (const auto& person : people) {
            const auto& each = person.candidate;
            table.add({key.pseudonym(each.staff).value, grade_of(person), percent(each.share), zone.clock(each.at),
                       percent(each.confidence), std::string(name(each.grade))},
                      "  " + shortened(printable(in_words(person.kind) + ", " + when(person) + ", " +
                                                 counted(person.exchanges, "exchange")),
                                       kWidth - 2));
        }
        text += table.render();
    }
    if (reply.answer.weighed.people > people.size())
        text += std::to_string(reply.answer.weighed.people - people.size()) + " less likely are not shown.\n";
    if (reply.answer.weighed.in_reach)
        text += paragraph("None of them: " + percent(reply.answer.weighed.nobody) +
                              ". Above the line: as post-like as what is alerted by itself (" + percent(reply.line) +
                              "); stands out: as a mention would name.",
                          0, "", kWidth);
    text += "\nWhat could not be seen then:\n";
    auto missing = unseen(reply, zone);
    if (missing.empty()) missing.emplace_back("nothing that is known of");
    for (const auto& each : missing) text += paragraph(each, 2, "-", kWidth);
    return text + "\n" + paragraph(kNotProof, 0, "", kWidth);
}

std::string as_json(const LookupReply& reply, const IdentityKey& key)
{
    const auto& [question, answer, line, retention, duty, found, spoilt, now] = reply;
    json::array people;
    for (const auto& person : answer.people) {
        const auto& each = person.candidate;
        people.push_back(json::object{{"subject", key.pseudonym(each.staff).value},
                                      {"line", grade_of(person)},
                                      {"share", each.share},
                                      {"at", to_rfc3339(each.at)},
                                      {"kind", name(person.kind)},
                                      {"confidence", each.confidence},
                                      {"grade", name(each.grade)},
                                      {"call", each.call},
                                      {"after_call_s", static_cast<double>(person.after_call.count()) / 1e9},
                                      {"exchanges", person.exchanges}});
    }
    json::array troubles;
    for (const auto& each : found)
        troubles.push_back(
            json::object{{"part", each.part},
                         {"what", each.text},
                         {"from", to_rfc3339(each.from)},
                         {"until", each.until ? json::value(to_rfc3339(*each.until)) : json::value(nullptr)}});
    json::object told{{"platform", question.platform},
                      {"from", to_rfc3339(question.from)},
                      {"to", to_rfc3339(question.to)},
                      {"kind", question.kind ? json::value(name(*question.kind)) : json::value(nullptr)},
                      {"rule", answer.weighed.rule},
                      {"in_reach", answer.weighed.in_reach},
                      {"exchanges", answer.weighed.exchanges},
                      {"people_count", answer.weighed.people},
                      {"people", std::move(people)},
                      {"nobody", answer.weighed.nobody},
                      {"unnamed", answer.weighed.unnamed},
                      {"unsure", answer.weighed.unsure},
                      {"line", line},
                      {"watched", answer.watched},
                      {"complete", answer.complete},
                      {"beyond_retention", question.from < now - retention},
                      {"waiting", answer.waiting},
                      {"spoilt", spoilt},
                      {"on_duty", duty ? json::value(duty->on_duty) : json::value(nullptr)},
                      {"on_network", duty ? json::value(duty->on_network) : json::value(nullptr)},
                      {"troubles", std::move(troubles)},
                      {"note", kNotProof}};
    return clean_text(json::serialize(told)) + "\n";
}

}  // namespace breakwatch
