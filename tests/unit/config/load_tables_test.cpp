// Platforms, rules and the detector's numbers: the shipped files are right, and a site's own is told what is wrong.
#include <doctest/doctest.h>

#include "config/embedded_data.hpp"
#include "config/load_config.hpp"
#include "support/temporary_folder.hpp"

using namespace breakwatch;
using test::TemporaryFolder;

namespace {

template <typename Result>
std::string told(const Result& result, const std::filesystem::path& file)
{
    if (result) return "";
    std::string all;
    for (const auto& error : result.error()) all += to_string(error).substr(file.string().size() + 1) + "\n";
    return all;
}

template <typename Load>
std::string errors_of(Load load, const std::string& yaml)
{
    const TemporaryFolder folder;
    const auto file = folder.write("t.yaml", yaml);
    return told(load(file), file);
}

std::string platform_errors(const std::string& yaml)
{
    return errors_of(load_platforms, yaml);
}
std::string rule_errors(const std::string& yaml)
{
    return errors_of([](const auto& file) { return load_rules(file, 0.6); }, yaml);
}
std::string model_errors(const std::string& yaml)
{
    return errors_of(load_detector_model, yaml);
}

std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("the shipped tables are in the program and right")
{
    const auto platforms = load_platforms("");
    REQUIRE(platforms);
    CHECK(platforms->platform_index("x"));
    const auto rules = load_rules("", 0.7);
    REQUIRE(rules);
    CHECK(rules->rules.at(0).id == "post-after-call");
    CHECK(rules->rules.at(0).within == std::chrono::minutes{15});
    CHECK(rules->rules.at(0).least_confidence == 0.7);  // the detector's own
    CHECK(rules->rules.at(0).weak_confidence == 0.35);
    const auto model = load_detector_model("");
    REQUIRE(model);
    CHECK_FALSE(model->trees.empty());
    CHECK(embedded_data("no-such.yaml").empty());
}

TEST_CASE("a shipped table written out is read as the site's own")
{
    const TemporaryFolder folder;
    CHECK(load_platforms(folder.write("platforms.yaml", embedded_data("platforms.yaml"))));
    CHECK(load_rules(folder.write("rules.yaml", embedded_data("rules.yaml")), 0.6));
    CHECK(load_detector_model(folder.write("detector.yaml", embedded_data("detector.yaml"))));
}

TEST_CASE("a table that is not there is told by its name")
{
    for (const auto& text :
         {told(load_platforms("/nonexistent"), "/nonexistent"), told(load_rules("/nonexistent", 0.6), "/nonexistent"),
          told(load_detector_model("/nonexistent"), "/nonexistent")})
        CHECK(text == " No such file or directory\n");
}

TEST_CASE("wrong platforms are told with their places")
{
    CHECK(platform_errors("version: 2026-10-01\n").find("'platforms' is missing") != std::string::npos);
    CHECK(platform_errors("platforms: {x: {}}\n").find("platforms.x: 'hosts' is missing") != std::string::npos);
    CHECK(platform_errors("platforms:\n"
                          "  x:\n"
                          "    hosts:\n"
                          "      - {host: X.com, role: api}\n"
                          "      - {host: 'x*.*.com', role: api}\n"
                          "      - {host: x.com, role: post}\n"
                          "      - {host: x.com, role: api, teir: b}\n"
                          "      - {role: api}\n"
                          "    verified: yesterday\n") ==
          "4:16: platforms.x.hosts[0].host: found 'X.com'; expected a lower-case server name such as api.x.com, .x.com "
          "or log*.tiktokv.com\n"
          "5:16: platforms.x.hosts[1].host: found 'x*.*.com'; expected a lower-case server name such as api.x.com, "
          ".x.com or log*.tiktokv.com\n"
          "6:29: platforms.x.hosts[2].role: found 'post'; expected one of read, api, upload, compose, telemetry, "
          "login, cdn, outer\n"
          "7:34: platforms.x.hosts[3].teir: unknown key; did you mean 'tier'?\n"
          "8:9: platforms.x.hosts[4]: 'host' is missing; expected a server name such as api.x.com, .x.com or "
          "log*.tiktokv.com\n"
          "9:15: platforms.x.verified: found 'yesterday'; expected a date such as 2026-10-01\n");
    CHECK(platform_errors(
              "platforms:\n  x: {hosts: [{host: x.com, role: api}]}\n  x: {hosts: [{host: t.co, role: api}]}\n") ==
          "3:3: platforms.x: stands twice; the first is on line 2\n");
}

TEST_CASE("wrong rules are told with their places")
{
    CHECK(rule_errors("version: 2\nrules: []\n").starts_with("1:10: version: found '2'"));
    CHECK(rule_errors("version: 1\n").find("'rules' is missing") != std::string::npos);
    CHECK(rule_errors("rules:\n"
                      "  - id: After Call\n"
                      "    kind: post_after_call\n"
                      "  - id: b\n"
                      "    kind: post_after_cal\n"
                      "    within: 25h\n"
                      "    least_confidence: 1.5\n"
                      "    weak_confidence: 0.8\n"
                      "    kinds: [text_pots]\n"
                      "    channels: [voice, mail]\n"
                      "  - id: b\n"
                      "    kind: device_in_zone\n"
                      "    severity: loud\n") ==
          "2:9: rules[0].id: found 'After Call'; expected lower-case letters, digits and dashes\n"
          "5:11: rules[1].kind: found 'post_after_cal'; expected one of post_after_call, device_in_zone, "
          "mention_after_call; did you mean "
          "'post_after_call'?\n"
          "6:13: rules[1].within: is over 24h; expected a window that calls are kept for\n"
          "7:23: rules[1].least_confidence: found '1.5'; expected a number from 0 to 1\n"
          "8:22: rules[1].weak_confidence: is above least_confidence; expected at most that\n"
          "9:12: rules[1].kinds: found 'text_pots'; expected one of media_post, text_post, story, composer_opened, "
          "media_upload; did "
          "you mean 'text_post'?\n"
          "10:15: rules[1].channels: found 'mail'; expected one of voice, chat, email, task; did you mean 'email'?\n"
          "11:9: rules[2].id: 'b' names an earlier rule\n"
          "13:15: rules[2].severity: found 'loud'; expected one of critical, error, warning, notice, informational\n");
}

TEST_CASE("the mode is read from the rules; none stated is the budget of three a day")
{
    const TemporaryFolder folder;
    const auto plan_of = [&](const std::string& head) {
        const auto rules = load_rules(folder.write("r.yaml", head + "rules: [{id: a, kind: post_after_call}]\n"), 0.6);
        REQUIRE(rules);
        return rules->plan;
    };
    CHECK(plan_of("") == AlertPlan{AlertMode::budget, 3});
    CHECK(plan_of("mode: complaint\n").mode == AlertMode::complaint);
    CHECK(plan_of("mode: media\n").mode == AlertMode::media);
    CHECK(plan_of("mode: measured\n").mode == AlertMode::measured);
    CHECK(plan_of("mode: budget\nbudget: 12\n") == AlertPlan{AlertMode::budget, 12});
    CHECK(plan_of("budget: 1\n") == AlertPlan{AlertMode::budget, 1});
    const auto shipped = load_rules("", 0.6);
    REQUIRE(shipped);
    CHECK(shipped->plan == AlertPlan{});
}

TEST_CASE("a mode that is none, and a budget out of place or of bounds, is told with its place")
{
    const std::string rules = "rules: [{id: a, kind: post_after_call}]\n";
    CHECK(rule_errors("mode: mesured\n" + rules) ==
          "1:7: mode: found 'mesured'; expected one of complaint, media, measured, budget; did you mean 'measured'?\n");
    CHECK(rule_errors("budget: 0\n" + rules).starts_with("1:9: budget: found '0'"));
    CHECK(rule_errors("mode: media\nbudget: 3\n" + rules) ==
          "2:9: budget: is of mode budget, and the mode is media; expected one or the other\n");
}

TEST_CASE("what a site measured is read from a file of its own, and what is wrong with it told with its place")
{
    const TemporaryFolder folder;
    const auto good = load_measured(folder.write("m.yaml",
                                                 "version: 1\nmodel: '2026-11-23, x 48 of 72 posts'\nmeasured:\n"
                                                 "  - {platform: x, posts: 40, found: 33, browse_hours: 1.5, actions: "
                                                 "412, false_findings: 1}\n"),
                                    {"x", "reddit"});
    REQUIRE(good);
    CHECK(good->model == "2026-11-23, x 48 of 72 posts");
    CHECK(good->record == MeasuredRecord{{"x", 40, 33, 1.5, 412, 1}});
    const auto errors = errors_of([](const auto& file) { return load_measured(file, {"x", "reddit"}); },
                                  "measured:\n"
                                  "  - {platform: redit, posts: 4, found: 5, browse_hours: 1, actions: 0, "
                                  "false_findings: 0}\n"
                                  "  - {platform: x, posts: 4, found: 3, browse_hours: 0, actions: 7, "
                                  "false_findings: 8}\n"
                                  "  - {platform: x, posts: 4, found: 3, browse_hours: -1, actions: 0}\n");
    CHECK(errors ==
          "2:16: measured[0].platform: found 'redit'; expected a platform of the table; did you mean 'reddit'?\n"
          "2:40: measured[0].found: expected no more than there were posts\n"
          "3:53: measured[1].browse_hours: expected the time that the actions took\n"
          "3:84: measured[1].false_findings: expected no more than there were actions\n"
          "4:5: measured[2]: 'false_findings' is missing; expected a count\n"
          "4:16: measured[2].platform: found 'x' again; expected each platform once\n"
          "4:53: measured[2].browse_hours: found '-1'; expected a number from 0 to 100000\n");
    CHECK(told(load_measured("/nonexistent"), "/nonexistent") == " No such file or directory\n");
    CHECK(model_errors(replaced(embedded_data("detector.yaml"), "\nversion:",
                                "\nmeasured: [{platform: x, posts: 1, found: 2, browse_hours: 1, actions: 0, "
                                "false_findings: 0}]\nversion:"))
              .find("measured[0].found: expected no more than there were posts") != std::string::npos);
}

TEST_CASE("wrong numbers of the detector are told with their places")
{
    const auto shipped = embedded_data("detector.yaml");
    CHECK(model_errors(shipped).empty());
    CHECK(model_errors("version: 2026-11-01\n").find("'trees' is missing") != std::string::npos);
    CHECK(model_errors(replaced(shipped, "\nversion:", "\nversoin:"))
              .find("versoin: unknown key; did you mean 'version'?") != std::string::npos);
    CHECK(model_errors(replaced(shipped, "\n  found: ", "\n  found: 100"))
              .find("validation.found: expected no more than there were posts") != std::string::npos);
    CHECK(model_errors(replaced(shipped, "right: ", "right: 100")).find("expected no more than there were findings") !=
          std::string::npos);
    CHECK(model_errors(replaced(shipped, "{from: 0.95", "{from: 0.5")).find("expected rising confidences") !=
          std::string::npos);
    CHECK(model_errors("version: 2026-11-01\nreview_by: 2027-01-01\n"
                       "calibration: [{score: 1, confidence: 0.5}, {score: 0, confidence: 0.6}]\n"
                       "trees: [{splits: [nonsense 1], values: [1, nan]}]\n"
                       "spreads: [{feature: wiat, cuts: [2, 1], shares: [0.5, 1.5]}]\n") ==
          "3:52: calibration[1].score: expected scores in rising order, and confidence never falling\n"
          "4:18: trees[0].splits: expected seven entries, each 'FEATURE NUMBER'\n"
          "4:18: trees[0].splits: found 'nonsense 1'; expected a feature's name and a number\n"
          "4:40: trees[0].values: found 'nan'; expected a number\n"
          "4:40: trees[0].values: expected fifteen numbers\n"
          "5:21: spreads[0].feature: found 'wiat'; expected a feature's name\n"
          "5:33: spreads[0].cuts: expected rising numbers\n"
          "5:49: spreads[0].shares: expected shares from 0 to 1, one more than there are cuts\n");
}

TEST_CASE(
    "a tree that is cut short, and a confidence that falls, is no number or has no bounds, is told with its place")
{
    const std::string head = "version: 2026-11-01\nreview_by: 2027-01-01\n";
    const std::string points = "calibration: [{score: 0, confidence: 0.5}]\n";
    const std::string six = "wait 1, wait 1, wait 1, wait 1, wait 1, wait 1";
    const std::string fifteen = "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0";
    const auto tree = [](const std::string& splits, const std::string& values) {
        return "trees: [{splits: [" + splits + "], values: [" + values + "]}]\n";
    };
    CHECK(model_errors(head + points + tree(six + ", wait 1", fifteen)).empty());
    CHECK(model_errors(head + points + tree(six, fifteen)) ==
          "4:18: trees[0].splits: expected seven entries, each 'FEATURE NUMBER'\n");
    CHECK(model_errors(head + points + tree(six + ", weit 1", fifteen)) ==
          "4:18: trees[0].splits: found 'weit 1'; expected a feature's name and a number\n");
    CHECK(model_errors(head + points + tree(six + ", wait inf", fifteen)) ==
          "4:18: trees[0].splits: found 'wait inf'; expected a feature's name and a number\n");
    const auto falling =
        model_errors(head + "calibration: [{score: 0, confidence: 0.5}, {score: 1, confidence: 0.4}]\n" +
                     tree(six + ", wait 1", fifteen));
    CHECK(falling.find("confidence never falling") != std::string::npos);
    for (const auto* wrong : {"nan", "inf", "1.5", "-0.1", "much"}) {
        CAPTURE(wrong);
        const auto told = model_errors(head + "calibration: [{score: 0, confidence: " + wrong + "}]\n" +
                                       tree(six + ", wait 1", fifteen));
        CHECK(told.find("calibration[0].confidence") != std::string::npos);
    }
    const auto adaptation = "  - {platform: x, " +
                            tree(six + ", wait 1", fifteen).substr(0, tree(six + ", wait 1", fifteen).size() - 1) +
                            "}\n";
    const auto twice =
        model_errors(head + points + tree(six + ", wait 1", fifteen) + "platforms:\n" + adaptation + adaptation);
    CHECK(twice.find("found 'x' again; expected each platform once") != std::string::npos);
}
