// What the shipped detector makes of labelled sessions that it was not learned from: how sure it is of posts, and of
// everything else that people do.
#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace breakwatch {

struct Pool {
    std::vector<double> posts;      // confidences; 0 for one that it did not find
    std::vector<double> others;     // of its findings that were no posts
    std::size_t other_actions = 0;  // among so many
};

using Pools = std::map<std::string, Pool>;  // by platform

std::expected<Pools, std::string> read_pools(const std::filesystem::path& lab);

}  // namespace breakwatch
