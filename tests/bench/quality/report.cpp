#include "report.hpp"

#include <algorithm>
#include <cstdio>

#include "learn/cross_validation.hpp"
#include "policy/activity/detector_model.hpp"

namespace breakwatch {
namespace {

std::size_t count_actions(const JudgedSessions& sessions, bool posts)
{
    std::size_t count = 0;
    for (const auto& judged : sessions)
        count += static_cast<std::size_t>(std::ranges::count(judged.session->actions, posts, &LabAction::is_post));
    return count;
}

double client_hours(const JudgedSessions& sessions)
{
    double hours = 0;
    for (const auto& judged : sessions) {
        std::map<MacAddress, std::pair<Timestamp, Timestamp>> spans;
        for (const auto& action : judged.session->actions) {
            const auto [span, fresh] = spans.try_emplace(action.mac, action.start, action.end);
            span->second.first = std::min(span->second.first, action.start);
            span->second.second = std::max(span->second.second, action.end);
        }
        for (const auto& [mac, span] : spans)
            hours += std::chrono::duration<double, std::ratio<3600>>(span.second - span.first).count();
    }
    return hours;
}

std::string group_of(const LabSession& session, const LabAction& action, Grouping grouping)
{
    switch (grouping) {
        case Grouping::action: return action.action;
        case Grouping::platform: return action.platform;
        case Grouping::transport: return action.transport;
        case Grouping::client: return client_of(session, action.mac);
    }
    return {};
}

// A false finding is charged to the action it falls into, else to what the finding itself says.
std::string group_of(const LabSession& session, const JudgedFinding& judgement, Grouping grouping)
{
    if (judgement.action != nullptr) return group_of(session, *judgement.action, grouping);
    if (grouping == Grouping::platform) return judgement.finding.platform;
    if (grouping == Grouping::client) return client_of(session, judgement.finding.device.mac);
    return "none";
}

void print_line(const char* name, const Tally& tally)
{
    std::printf("  %-24s P %.3f  R %.3f  F1 %.3f   (%zu %zu %zu)\n", name, tally.precision(), tally.recall(),
                tally.f1(), tally.right, tally.wrong, tally.missed);
}

void print_groups(const JudgedSessions& sessions, double threshold)
{
    constexpr std::pair<Grouping, const char*> kGroupings[] = {{Grouping::action, "by action"},
                                                               {Grouping::platform, "by platform"},
                                                               {Grouping::transport, "by transport"},
                                                               {Grouping::client, "by client"}};
    for (const auto& [grouping, title] : kGroupings) {
        std::printf(" %s\n", title);
        for (const auto& [group, tally] : tally_by(sessions, grouping, threshold)) {
            if (tally.right + tally.wrong + tally.missed > 0) print_line(group.c_str(), tally);
        }
    }
}

void print_threshold(const char* name, const JudgedSessions& sessions, double threshold)
{
    const auto total = tally(sessions, threshold);
    const auto others = static_cast<double>(count_actions(sessions, false));
    std::printf("%s threshold %.3f\n", name, threshold);
    print_line("all", total);
    std::printf("  false findings: %.2f per 100 actions that are no posts, %.1f per client-hour\n",
                100 * static_cast<double>(total.wrong) / others,
                static_cast<double>(total.wrong) / client_hours(sessions));
    print_groups(sessions, threshold);
}

void print_reliability(const Validation& validation)
{
    std::printf("reliability: of findings with such a confidence, how many were right\n");
    for (const auto& bin : validation.reliability) {
        std::printf("  %.2f to %.2f   mean %.2f   right %.2f   (%zu of %zu)\n", bin.from, bin.to, bin.mean,
                    static_cast<double>(bin.right) / static_cast<double>(bin.findings), bin.right, bin.findings);
    }
}

void print_base_rates(const Validation& alert, const Validation& balanced)
{
    std::printf(
        "precision by base rate (one post in so many actions), at the alert and the balanced threshold;\n"
        "with the join: %.0f %% of other actions fall into a post-call window on shift\n",
        100 * kExposed);
    std::printf("  %-10s %14s %14s %18s %18s\n", "one in", "alert alone", "with the join", "balanced alone",
                "with the join");
    for (const auto rate : kActionsPerPost) {
        std::printf("  %-10d %14.2f %14.2f %18.2f %18.2f\n", rate, precision_at(alert, rate, 1),
                    precision_at(alert, rate, kExposed), precision_at(balanced, rate, 1),
                    precision_at(balanced, rate, kExposed));
    }
}

// A device on a platform in one session: as in one window after one call.
struct Window {
    bool post = false;
    std::vector<double> confidences;
};

std::vector<Window> windows_of(const JudgedSessions& sessions)
{
    std::vector<Window> windows;
    for (const auto& judged : sessions) {
        std::map<std::pair<MacAddress, std::string>, Window> by_person;
        for (const auto& action : judged.session->actions) {
            auto& window = by_person[{action.mac, action.platform}];
            window.post = window.post || action.is_post;
        }
        for (const auto& judgement : judged.judgements)
            by_person[{judgement.finding.device.mac, judgement.finding.platform}].confidences.push_back(
                judgement.confidence());
        for (auto& [person, window] : by_person) windows.push_back(std::move(window));
    }
    return windows;
}

// What the shipped rule makes of them: each finding by itself, and the weak ones (half as sure) taken together.
void print_windows(const JudgedSessions& sessions, double threshold)
{
    std::size_t all[2] = {};
    std::size_t alone[2] = {};
    std::size_t together[2] = {};
    for (const auto& window : windows_of(sessions)) {
        std::vector<double> counted;
        for (const auto confidence : window.confidences) {
            if (confidence >= threshold / 2) counted.push_back(confidence);
        }
        ++all[window.post];
        if (!counted.empty() && std::ranges::max(counted) >= threshold) ++alone[window.post];
        if (combined_confidence(counted) >= threshold) ++together[window.post];
    }
    std::printf(
        "incidents, one a device and platform, at the alert threshold: of %zu with a post %zu by a finding alone, %zu "
        "with "
        "weak ones taken together; of %zu without a post %zu and %zu\n",
        all[1], alone[1], together[1], all[0], alone[0], together[0]);
}

void print_ranking(const JudgedSessions& sessions)
{
    std::vector<JudgedFinding> all;
    for (const auto& judged : sessions) all.insert(all.end(), judged.judgements.begin(), judged.judgements.end());
    const auto rank = ranking(std::move(all), count_actions(sessions, true), 0.9);
    std::printf("average precision %.3f, recall %.3f at precision .90\n", rank.average_precision,
                rank.recall_at_precision);
}

}  // namespace

Tally tally(const JudgedSessions& sessions, double threshold)
{
    Tally sum;
    for (const auto& judged : sessions) {
        const auto posts =
            static_cast<std::size_t>(std::ranges::count_if(judged.session->actions, &LabAction::is_post));
        const auto own = tally(judged.judgements, posts, threshold);
        sum.right += own.right;
        sum.wrong += own.wrong;
        sum.missed += own.missed;
    }
    return sum;
}

Validation validation_of(const JudgedSessions& sessions, double threshold)
{
    std::vector<const LabSession*> all;
    std::vector<JudgedFinding> judgements;
    for (const auto& judged : sessions) {
        all.push_back(judged.session);
        judgements.insert(judgements.end(), judged.judgements.begin(), judged.judgements.end());
    }
    return validate(all, judgements, threshold);
}

std::vector<PrecisionRecall> curve(const JudgedSessions& sessions)
{
    std::vector<double> thresholds;
    for (const auto& judged : sessions) {
        for (const auto& judgement : judged.judgements) thresholds.push_back(judgement.confidence());
    }
    std::ranges::sort(thresholds, std::greater{});
    std::vector<PrecisionRecall> points;
    for (const auto threshold : thresholds) {
        const auto at = tally(sessions, threshold);
        points.push_back({threshold, at.precision(), at.recall()});
    }
    return points;
}

std::map<std::string, Tally> tally_by(const JudgedSessions& sessions, Grouping grouping, double threshold)
{
    std::map<std::string, Tally> groups;
    for (const auto& [session, judgements] : sessions) {
        for (const auto& action : session->actions) {
            if (action.is_post) ++groups[group_of(*session, action, grouping)].missed;
        }
        for (const auto& judgement : judgements) {
            if (judgement.confidence() < threshold) continue;
            auto& group = groups[group_of(*session, judgement, grouping)];
            ++(judgement.right ? group.right : group.wrong);
            if (judgement.right) --group.missed;
        }
    }
    return groups;
}

void print_report(const char* title, const JudgedSessions& sessions, const Thresholds& thresholds)
{
    std::printf("== %s: %zu sessions, %zu posts, %zu other actions, %.2f client-hours; P R F1 (right wrong missed)\n",
                title, sessions.size(), count_actions(sessions, true), count_actions(sessions, false),
                client_hours(sessions));
    print_ranking(sessions);
    print_threshold("alert", sessions, thresholds.alert);
    print_threshold("balanced", sessions, thresholds.balanced);
    const auto alert = validation_of(sessions, thresholds.alert);
    print_reliability(alert);
    print_base_rates(alert, validation_of(sessions, thresholds.balanced));
    print_windows(sessions, thresholds.alert);
}

}  // namespace breakwatch
