#include "store/mention_row.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <stdexcept>

#include "policy/text.hpp"
#include "store/incident_json.hpp"

namespace breakwatch {

namespace json = boost::json;

namespace {

json::object mention_object(const Mention& mention)
{
    return {{"source", mention.source},
            {"reference", mention.reference},
            {"platform", mention.platform},
            {"at", exact_rfc3339(mention.at)},
            {"within", static_cast<double>(mention.within.count()) / 1e9},
            {"contact", mention.contact},
            {"withdrawn", mention.withdrawn}};
}

// Boost.JSON tells a missing key or another type by exception; so do these.
std::string word_at(const json::object& object, const char* key)
{
    return json::value_to<std::string>(object.at(key));
}

Timestamp time_at(const json::object& object, const char* key)
{
    return parse_rfc3339(word_at(object, key)).value();
}

double real_at(const json::object& object, const char* key)
{
    return object.at(key).to_number<double>();
}

Mention mention_of(const json::object& object)
{
    return {.source = word_at(object, "source"),
            .reference = word_at(object, "reference"),
            .platform = word_at(object, "platform"),
            .at = time_at(object, "at"),
            .within = Duration{std::llround(real_at(object, "within") * 1e9)},
            .contact = word_at(object, "contact"),
            .withdrawn = object.at("withdrawn").as_bool()};
}

PublicAnswer answer_of(const json::object& object)
{
    const auto count = [&](const char* key) { return object.at(key).to_number<std::uint32_t>(); };
    PublicAnswer told;
    auto& answer = told.answer;
    answer.mention = mention_of(object.at("mention").as_object());
    answer.revision = count("revision");
    answer.answered_at = time_at(object, "answered_at");
    answer.final = object.at("final").as_bool();
    answer.in_reach = object.at("in_reach").as_bool();
    answer.rule = word_at(object, "rule");
    answer.exchanges = count("exchanges");
    answer.people = count("people");
    answer.unnamed = count("unnamed");
    answer.nobody = real_at(object, "nobody");
    answer.unsure = real_at(object, "unsure");
    answer.by_chance = real_at(object, "by_chance");
    answer.stands_out = object.at("stands_out").as_bool();
    if (object.contains("share")) told.share = real_at(object, "share");
    return told;
}

std::string candidates_json(const std::vector<MentionCandidate>& candidates)
{
    json::array list;
    for (const auto& each : candidates)
        list.push_back(json::object{{"staff", each.staff.value},
                                    {"share", each.share},
                                    {"at", exact_rfc3339(each.at)},
                                    {"confidence", each.confidence},
                                    {"grade", name(each.grade)},
                                    {"call", each.call}});
    return clean_text(json::serialize(list));
}

MentionCandidate candidate_of(const json::object& object)
{
    MentionCandidate candidate{.staff = {word_at(object, "staff")},
                               .share = real_at(object, "share"),
                               .at = time_at(object, "at"),
                               .confidence = real_at(object, "confidence"),
                               .grade = Grade::weak,
                               .call = word_at(object, "call")};
    for (const auto grade : {Grade::strong, Grade::medium}) {
        if (word_at(object, "grade") == name(grade)) candidate.grade = grade;
    }
    return candidate;
}

// What was sealed with this answer; none: another key, changed, or another answer's.
std::optional<std::string> unsealed_list(const std::string& sealed, const std::string& answer_json,
                                         const IdentityKey& key)
{
    const auto text = key.unseal_text(sealed);
    if (!text) return std::nullopt;
    const auto end = text->find('\n');
    if (end == std::string::npos || text->substr(0, end) != answer_json) return std::nullopt;
    return text->substr(end + 1);
}

}  // namespace

std::string reference_of(const Mention& mention)
{
    return mention.source + "/" + mention.reference;
}

std::string to_json(const Mention& mention)
{
    return clean_text(json::serialize(mention_object(mention)));
}

std::optional<Mention> mention_from_json(std::string_view text)
{
    try {
        return mention_of(json::parse(clean_text(text)).as_object());
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::string to_json(const MentionAnswer& answer)
{
    json::object object{{"mention", mention_object(answer.mention)},
                        {"revision", answer.revision},
                        {"answered_at", exact_rfc3339(answer.answered_at)},
                        {"final", answer.final},
                        {"in_reach", answer.in_reach},
                        {"rule", answer.rule},
                        {"exchanges", answer.exchanges},
                        {"people", answer.people},
                        {"unnamed", answer.unnamed},
                        {"nobody", answer.nobody},
                        {"unsure", answer.unsure},
                        {"by_chance", answer.by_chance},
                        {"stands_out", answer.stands_out}};
    if (answer.stands_out && !answer.candidates.empty()) object["share"] = answer.candidates.front().share;
    return clean_text(json::serialize(object));
}

std::optional<PublicAnswer> answer_from_json(std::string_view text)
{
    try {
        return answer_of(json::parse(clean_text(text)).as_object());
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::string seal_candidates(const MentionAnswer& answer, const IdentityKey& key)
{
    return key.seal_text(to_json(answer) + "\n" + candidates_json(answer.candidates));
}

std::expected<std::vector<MentionCandidate>, std::string> unseal_candidates(const std::string& sealed,
                                                                            const std::string& answer_json,
                                                                            const IdentityKey& key)
{
    const auto list = unsealed_list(sealed, answer_json, key);
    if (!list)
        return std::unexpected("its people are sealed with another key, or are those of another answer: not told");
    try {
        std::vector<MentionCandidate> all;
        const auto value = json::parse(*list);
        for (const auto& each : value.as_array()) all.push_back(candidate_of(each.as_object()));
        return all;
    } catch (const std::exception&) {
        return std::unexpected("its people were sealed by another version of breakwatch");
    }
}

bool same_answer(const MentionAnswer& answer, const std::string& before, const std::string& sealed,
                 const IdentityKey& key)
{
    const auto told = answer_from_json(before);
    if (!told) return false;
    auto dated = answer;
    dated.answered_at = told->answer.answered_at;
    dated.revision = told->answer.revision;
    return to_json(dated) == before && unsealed_list(sealed, before, key) == candidates_json(answer.candidates);
}

}  // namespace breakwatch
