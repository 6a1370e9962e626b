// What the detector makes of labelled sessions that it was not learned from (the shipped recipe, learned from all but
// an eighth of the sessions in turn): how sure it is of posts, and of everything else that people do.
#pragma once

#include <expected>
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

// Of the sessions in `lab`; those in `folders` are learned from, too.
std::expected<Pools, std::string> read_pools(const std::string& lab, std::vector<std::string> folders);

}  // namespace breakwatch
