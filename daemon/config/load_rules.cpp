#include <algorithm>
#include <array>
#include <set>

#include "config/embedded_data.hpp"
#include "config/load_config.hpp"
#include "config/yaml_reader.hpp"

namespace breakwatch {

namespace {

using namespace std::string_view_literals;

constexpr std::array kKinds{std::pair{"post_after_call"sv, Rule::Kind::post_after_call},
                            std::pair{"device_in_zone"sv, Rule::Kind::device_in_zone},
                            std::pair{"mention_after_call"sv, Rule::Kind::mention_after_call}};
constexpr std::array kTierWords{std::pair{"a"sv, Tier::a}, std::pair{"b"sv, Tier::b}};
constexpr std::array kSeverities{std::pair{"critical"sv, Severity::critical}, std::pair{"error"sv, Severity::error},
                                 std::pair{"warning"sv, Severity::warning}, std::pair{"notice"sv, Severity::notice},
                                 std::pair{"informational"sv, Severity::informational}};
constexpr std::array kModes{std::pair{"complaint"sv, AlertMode::complaint}, std::pair{"media"sv, AlertMode::media},
                            std::pair{"measured"sv, AlertMode::measured}, std::pair{"budget"sv, AlertMode::budget}};
constexpr std::array kChannelNames{"voice"sv, "chat"sv, "email"sv, "task"sv};
constexpr std::array kFindingKinds{"media_post"sv, "text_post"sv, "story"sv, "composer_opened"sv, "media_upload"sv};

Rule read_rule(YamlMap& map, double least_confidence, const RuleVocabulary& known)
{
    Rule rule;
    rule.least_confidence = least_confidence;
    map.required("id", "a name such as post-after-call");
    map.required("kind", "post_after_call, mention_after_call or device_in_zone");
    map.text("id", rule.id);
    map.one_of<Rule::Kind>("kind", rule.kind, kKinds);
    map.text("description", rule.description);
    map.duration("within", rule.within);
    map.boolean("during_call", rule.during_call);
    map.boolean("on_shift", rule.on_shift);
    std::vector<std::string> channels;
    map.texts("channels", channels);
    for (const auto& channel : channels) {
        if (const auto index = map.index_of("channels", channel, kChannelNames))
            rule.channels.push_back(kChannels.at(*index));
    }
    map.known_texts("zones", rule.zones, known.zones);
    map.known_texts("platforms", rule.platforms, known.platforms);
    std::vector<std::string> kinds;
    map.texts("kinds", kinds);
    for (const auto& kind : kinds) {
        if (const auto index = map.index_of("kinds", kind, kFindingKinds))
            rule.kinds.push_back(static_cast<FindingKind>(*index));
    }
    const bool of_mentions = rule.kind == Rule::Kind::mention_after_call;
    if (of_mentions) {
        rule.least_confidence = 0;  // how surely it was this one is the mention's answer
        map.real("stand_out", rule.stand_out, 1, 10'000);
        map.real("seen_here", rule.seen_here, 0.01, 0.99);
    }
    map.one_of<Tier>("least_tier", rule.least_tier, kTierWords);
    map.real("least_confidence", rule.least_confidence, 0, 1);
    rule.weak_confidence = rule.least_confidence / 2;
    map.real("weak_confidence", rule.weak_confidence, 0, 1);
    map.one_of<Severity>("severity", rule.severity, kSeverities);
    if (rule.weak_confidence > rule.least_confidence)
        map.wrong("weak_confidence", "is above least_confidence; expected at most that");
    const bool plain = rule.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
    if (!plain) map.wrong("id", "found '" + rule.id + "'; expected lower-case letters, digits and dashes");
    if (rule.within > std::chrono::hours{24})
        map.wrong("within", "is over 24h; expected a window that calls are kept for");
    return rule;
}

AlertPlan read_plan(YamlMap& top)
{
    constexpr std::int64_t kMostADay = 1'000;  // more is no budget
    AlertPlan plan;
    top.one_of<AlertMode>("mode", plan.mode, kModes);
    top.integer("budget", plan.per_day, 1, kMostADay);
    if (top.has("budget") && plan.mode != AlertMode::budget)
        top.wrong("budget",
                  "is of mode budget, and the mode is " + std::string(name(plan.mode)) + "; expected one or the other");
    return plan;
}

}  // namespace

std::expected<RuleFile, ConfigErrors> load_rules(const std::filesystem::path& path, double least_confidence,
                                                 const RuleVocabulary& known)
{
    auto file =
        path.empty() ? YamlFile::parse("rules.yaml (shipped)", embedded_data("rules.yaml")) : YamlFile::read(path);
    RuleFile read;
    auto& rules = read.rules;
    if (file.errors.empty()) {
        YamlMap top(file, file.root, "");
        int version = 1;
        std::set<std::string> ids;
        top.integer("version", version, 1, 1);
        read.plan = read_plan(top);
        top.required("rules", "a list of rules");
        if (top.has("rules") && file.root["rules"].IsSequence() && file.root["rules"].size() == 0)
            top.wrong("rules", "is empty; expected at least one rule, or nothing is ever raised");
        top.maps("rules", [&](YamlMap& map) {
            rules.push_back(read_rule(map, least_confidence, known));
            if (!ids.insert(rules.back().id).second) map.wrong("id", "'" + rules.back().id + "' names an earlier rule");
        });
    }
    if (!file.errors.empty()) return std::unexpected(file.sorted_errors());
    return read;
}

}  // namespace breakwatch
