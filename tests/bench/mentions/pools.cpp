#include "pools.hpp"

#include "config/load_config.hpp"
#include "learn/evaluation.hpp"
#include "learn/training.hpp"

namespace breakwatch {

namespace {

void add_session(Pools& pools, const LabSession& session, const std::vector<Finding>& findings)
{
    std::map<const LabAction*, double> found;
    for (const auto& judged : judge(session, findings)) {
        if (judged.right) {
            found[judged.action] = judged.confidence();
        } else {
            pools[judged.finding.platform].others.push_back(judged.confidence());
        }
    }
    for (const auto& action : session.actions) {
        auto& pool = pools[action.platform];
        if (!action.is_post) {
            ++pool.other_actions;
            continue;
        }
        const auto its = found.find(&action);
        pool.posts.push_back(its == found.end() ? 0 : its->second);
    }
}

}  // namespace

std::expected<Pools, std::string> read_pools(const std::filesystem::path& lab)
{
    const auto catalog = load_platforms({});
    const auto model = load_detector_model({});
    if (!catalog || !model) return std::unexpected("the shipped tables cannot be read");
    const auto sessions = read_lab(lab, *catalog);
    if (!sessions) return std::unexpected(sessions.error());
    Pools pools;
    for (const auto& session : *sessions) add_session(pools, session, detect(session.exchanges, *model, *catalog));
    // A platform nobody posted on tells nothing of posts.
    std::erase_if(pools,
                  [](const auto& entry) { return entry.second.posts.empty() || entry.second.other_actions == 0; });
    if (pools.empty()) return std::unexpected(lab.string() + ": no labelled posts");
    return pools;
}

}  // namespace breakwatch
