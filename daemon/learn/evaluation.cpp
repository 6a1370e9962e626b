#include "learn/evaluation.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace breakwatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::array kEdges{0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0};

bool same_person(const LabAction& action, const Finding& finding)
{
    return action.mac == finding.device.mac && action.platform == finding.platform;
}

const LabAction* post_near(const LabSession& session, const Finding& finding, const std::set<const LabAction*>& taken)
{
    const LabAction* best = nullptr;
    auto best_apart = Duration::max();
    for (const auto& action : session.actions) {
        if (!action.is_post || !same_person(action, finding) || taken.contains(&action)) continue;
        if (finding.at < action.start - seconds{2} || finding.at > action.end + seconds{5}) continue;
        const auto apart = std::chrono::abs(finding.at - action.publish);
        if (apart < best_apart) {
            best = &action;
            best_apart = apart;
        }
    }
    return best;
}

const LabAction* action_at(const LabSession& session, const Finding& finding)
{
    const LabAction* best = nullptr;
    for (const auto& action : session.actions) {
        if (!same_person(action, finding)) continue;
        if (finding.at < action.start - milliseconds{500} || finding.at > action.end + milliseconds{1500}) continue;
        const bool within = finding.at <= action.end + milliseconds{300} && finding.at >= action.start;
        if (best == nullptr || within) best = &action;
    }
    return best;
}

double ratio(std::size_t part, std::size_t rest)
{
    return part + rest == 0 ? 0 : static_cast<double>(part) / static_cast<double>(part + rest);
}

}  // namespace

std::vector<JudgedFinding> judge(const LabSession& session, const std::vector<Finding>& findings)
{
    auto sorted = findings;
    std::ranges::stable_sort(sorted, std::greater{}, &Finding::confidence);
    std::set<const LabAction*> taken;
    std::vector<JudgedFinding> out;
    for (const auto& finding : sorted) {
        if (const auto* post = post_near(session, finding, taken)) {
            taken.insert(post);
            out.push_back({finding, post, true});
        } else {
            out.push_back({finding, action_at(session, finding), false});
        }
    }
    return out;
}

double Tally::precision() const
{
    return ratio(right, wrong);
}

double Tally::recall() const
{
    return ratio(right, missed);
}

double Tally::f1() const
{
    const auto p = precision();
    const auto r = recall();
    return p + r > 0 ? 2 * p * r / (p + r) : 0;
}

Tally tally(const std::vector<JudgedFinding>& judgements, std::size_t posts, double threshold)
{
    Tally tally;
    for (const auto& judgement : judgements) {
        if (judgement.confidence() < threshold) continue;
        ++(judgement.right ? tally.right : tally.wrong);
    }
    tally.missed = posts - tally.right;
    return tally;
}

Validation validate(const std::vector<const LabSession*>& sessions, const std::vector<JudgedFinding>& judgements,
                    double threshold)
{
    Validation out;
    out.sessions = sessions.size();
    for (const auto* session : sessions) {
        for (const auto& action : session->actions) ++(action.is_post ? out.posts : out.others);
    }
    const auto at = tally(judgements, out.posts, threshold);
    out.found = at.right;
    out.wrong = at.wrong;
    for (std::size_t i = 0; i + 1 < kEdges.size(); ++i) {
        ReliabilityBin bin{.from = kEdges[i], .to = kEdges[i + 1]};
        const bool last = i + 2 == kEdges.size();
        for (const auto& judgement : judgements) {
            const auto confidence = judgement.confidence();
            if (confidence < bin.from || (confidence >= bin.to && !last)) continue;
            ++bin.findings;
            if (judgement.right) ++bin.right;
            bin.mean += (confidence - bin.mean) / static_cast<double>(bin.findings);
        }
        if (bin.findings > 0) out.reliability.push_back(bin);
    }
    return out;
}

Ranking ranking(std::vector<JudgedFinding> judgements, std::size_t posts, double wanted_precision)
{
    std::ranges::stable_sort(judgements, std::greater{}, &JudgedFinding::confidence);
    Ranking ranking;
    std::size_t right = 0;
    for (std::size_t i = 0; i < judgements.size(); ++i) {
        if (!judgements[i].right) continue;
        ++right;
        const auto precision = static_cast<double>(right) / static_cast<double>(i + 1);
        const auto recall = static_cast<double>(right) / static_cast<double>(std::max<std::size_t>(posts, 1));
        ranking.average_precision += precision / static_cast<double>(std::max<std::size_t>(posts, 1));
        if (precision >= wanted_precision) ranking.recall_at_precision = recall;
    }
    return ranking;
}

Thresholds choose_thresholds(const std::vector<JudgedFinding>& judgements, std::size_t posts, double wanted_precision)
{
    Thresholds chosen;
    double best_f1 = 0;
    double best_recall = 0;
    for (const auto& candidate : judgements) {
        const auto at = tally(judgements, posts, candidate.confidence());
        if (at.f1() > best_f1) {
            best_f1 = at.f1();
            chosen.balanced = candidate.confidence();
        }
        if (at.precision() >= wanted_precision && at.recall() > best_recall) {
            best_recall = at.recall();
            chosen.alert = candidate.confidence();
        }
    }
    return chosen;
}

}  // namespace breakwatch
