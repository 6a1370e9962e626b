#include "pools.hpp"

#include "config/load_config.hpp"
#include "learn/cross_validation.hpp"
#include "learn/recipe.hpp"

namespace breakwatch {

namespace {

void add_session(Pools& pools, const LabSession& session, const std::vector<JudgedFinding>& judgements)
{
    std::map<const LabAction*, double> found;
    for (const auto& judged : judgements) {
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

std::expected<Pools, std::string> read_pools(const std::string& lab, std::vector<std::string> folders)
{
    const auto catalog = load_platforms({});
    if (!catalog) return std::unexpected("the shipped platform table cannot be read");
    folders.insert(folders.begin(), lab);
    const auto sessions = read_labs(folders, *catalog);
    if (!sessions) return std::unexpected(sessions.error());
    auto validation = cross_validate(*sessions, LeaveOut::session, shipped_recipe(), *catalog);
    calibrate_out_of_fold(validation);
    Pools pools;
    for (const auto& part : validation.parts) {
        if (part.session->folder == lab) add_session(pools, *part.session, part.plain);
    }
    // A platform nobody posted on tells nothing of posts.
    std::erase_if(pools,
                  [](const auto& entry) { return entry.second.posts.empty() || entry.second.other_actions == 0; });
    if (pools.empty()) return std::unexpected(lab + ": no labelled posts");
    return pools;
}

}  // namespace breakwatch
