#include "store/site_facts.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "policy/text.hpp"
#include "store/database.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

json::object write(const RuleFacts& rule)
{
    return {{"id", rule.id},
            {"description", rule.description},
            {"within", std::chrono::floor<std::chrono::seconds>(rule.within).count()},
            {"during_call", rule.during_call},
            {"least_confidence", rule.least_confidence}};
}

RuleFacts read_rule(const json::object& object)
{
    return {.id = json::value_to<std::string>(object.at("id")),
            .description = json::value_to<std::string>(object.at("description")),
            .within = std::chrono::seconds{object.at("within").to_number<std::int64_t>()},
            .during_call = object.at("during_call").as_bool(),
            .least_confidence = object.at("least_confidence").to_number<double>()};
}

json::object write(const DueTimes& due)
{
    return {{"triaged", due.triaged.count()},
            {"principal_notified", due.principal_notified.count()},
            {"answered", due.answered.count()},
            {"closed", due.closed.count()},
            {"owners", json::value_from(due.owners)}};
}

DueTimes read_due(const json::object& object)
{
    const auto time = [&](const char* key) { return std::chrono::seconds{object.at(key).to_number<std::int64_t>()}; };
    DueTimes due{time("triaged"), time("principal_notified"), time("answered"), time("closed")};
    if (const auto* owners = object.if_contains("owners")) due.owners = json::value_to<decltype(due.owners)>(*owners);
    return due;
}

json::object write(const DetectorFacts& detector)
{
    json::array reliability;
    for (const auto& bin : detector.validation.reliability)
        reliability.push_back(
            {{"from", bin.from}, {"to", bin.to}, {"mean", bin.mean}, {"findings", bin.findings}, {"right", bin.right}});
    const auto& validation = detector.validation;
    return {{"version", detector.version},     {"trained_on", detector.trained_on},
            {"sessions", validation.sessions}, {"posts", validation.posts},
            {"found", validation.found},       {"others", validation.others},
            {"wrong", validation.wrong},       {"reliability", std::move(reliability)}};
}

DetectorFacts read_detector(const json::object& object)
{
    const auto count = [](const json::object& from, const char* key) { return from.at(key).to_number<std::size_t>(); };
    DetectorFacts detector{
        json::value_to<std::string>(object.at("version")), json::value_to<std::string>(object.at("trained_on")), {}};
    detector.validation = {count(object, "sessions"), count(object, "posts"), count(object, "found"),
                           count(object, "others"),   count(object, "wrong"), {}};
    for (const auto& value : object.at("reliability").as_array()) {
        const auto& bin = value.as_object();
        detector.validation.reliability.push_back({bin.at("from").to_number<double>(), bin.at("to").to_number<double>(),
                                                   bin.at("mean").to_number<double>(), count(bin, "findings"),
                                                   count(bin, "right")});
    }
    return detector;
}

SiteFacts read(const json::object& object)
{
    const auto text = [&](const char* key) { return json::value_to<std::string>(object.at(key)); };
    SiteFacts facts{.site = text("site"),
                    .time_zone = text("time_zone"),
                    .purpose = text("purpose"),
                    .responsible = text("responsible"),
                    .rules_reference = text("rules_reference"),
                    .notice_date = text("notice_date"),
                    .retention_days = object.at("retention_days").to_number<std::int64_t>(),
                    .rules = {},
                    .due = read_due(object.at("due").as_object()),
                    .detector = {}};
    // A store that an earlier version wrote has none of these.
    if (const auto* detector = object.if_contains("detector")) facts.detector = read_detector(detector->as_object());
    if (const auto* platforms = object.if_contains("platforms"))
        facts.platforms = json::value_to<std::vector<std::string>>(*platforms);
    if (const auto* file = object.if_contains("platforms_file"))
        facts.platforms_file = json::value_to<std::string>(*file);
    if (const auto* file = object.if_contains("rules_file")) facts.rules_file = json::value_to<std::string>(*file);
    if (const auto* due = object.if_contains("statutory")) facts.statutory = read_due(due->as_object());
    if (const auto* kept = object.if_contains("exchange_retention"))
        facts.exchange_retention = std::chrono::seconds{kept->to_number<std::int64_t>()};
    for (const auto& rule : object.at("rules").as_array()) facts.rules.push_back(read_rule(rule.as_object()));
    return facts;
}

}  // namespace

const RuleFacts* SiteFacts::rule(std::string_view id) const
{
    const auto at = std::ranges::find(rules, id, &RuleFacts::id);
    return at == rules.end() ? nullptr : &*at;
}

std::string to_json(const SiteFacts& facts)
{
    json::array rules;
    for (const auto& rule : facts.rules) rules.push_back(write(rule));
    return clean_text(json::serialize(json::object{{"site", facts.site},
                                                   {"time_zone", facts.time_zone},
                                                   {"purpose", facts.purpose},
                                                   {"responsible", facts.responsible},
                                                   {"rules_reference", facts.rules_reference},
                                                   {"notice_date", facts.notice_date},
                                                   {"retention_days", facts.retention_days},
                                                   {"rules", std::move(rules)},
                                                   {"due", write(facts.due)},
                                                   {"detector", write(facts.detector)},
                                                   {"platforms", json::value_from(facts.platforms)},
                                                   {"platforms_file", facts.platforms_file},
                                                   {"rules_file", facts.rules_file},
                                                   {"statutory", write(facts.statutory)},
                                                   {"exchange_retention", facts.exchange_retention.count()}}));
}

std::optional<SiteFacts> site_facts_from_json(std::string_view text)
{
    try {
        return read(json::parse(clean_text(text)).as_object());
    } catch (const std::exception&) {
        return std::nullopt;  // Boost.JSON tells a missing key or another type by exception only
    }
}

std::expected<void, std::string> record_site_facts(const std::filesystem::path& directory, const SiteFacts& facts)
{
    auto database = Database::open(directory / "breakwatch.db", Database::Mode::create);
    if (!database) return std::unexpected(database.error());
    auto put = database->prepare(
        "INSERT INTO meta (key, value) VALUES ('site', ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value");
    if (put.bind(to_json(facts)).step() != Statement::Step::done)
        return std::unexpected(database->error("recording what the configuration says"));
    return {};
}

}  // namespace breakwatch
