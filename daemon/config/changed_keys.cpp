#include "config/changed_keys.hpp"

#include <yaml-cpp/yaml.h>

#include <map>
#include <set>

namespace breakwatch {

namespace {

using Leaves = std::map<std::string, std::string>;

void collect(const YAML::Node& node, const std::string& path, Leaves& leaves)
{
    if (node.IsScalar()) leaves[path] = node.Scalar();
    std::size_t index = 0;
    if (node.IsSequence()) {
        for (const auto& item : node) collect(item, path + "[" + std::to_string(index++) + "]", leaves);
    }
    if (!node.IsMap()) return;
    for (const auto& pair : node) {
        if (!pair.first.IsScalar()) continue;
        collect(pair.second, path.empty() ? pair.first.Scalar() : path + "." + pair.first.Scalar(), leaves);
    }
}

Leaves leaves_of(const std::string& text)
{
    Leaves leaves;
    try {
        collect(YAML::Load(text), "", leaves);
    } catch (const YAML::Exception&) {
        leaves.clear();  // was read a moment ago; now everything differs
    }
    return leaves;
}

}  // namespace

std::vector<std::string> changed_keys(const std::string& before, const std::string& after)
{
    const auto old = leaves_of(before);
    auto fresh = leaves_of(after);
    std::set<std::string> changed;
    for (const auto& [key, value] : old) {
        const auto same = fresh.find(key);
        if (same == fresh.end() || same->second != value) changed.insert(key);
        if (same != fresh.end()) fresh.erase(same);
    }
    for (const auto& [key, value] : fresh) changed.insert(key);
    return {changed.begin(), changed.end()};
}

}  // namespace breakwatch
