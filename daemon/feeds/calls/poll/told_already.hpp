// What was told already: windows overlap, and a service repeats itself. Two generations, so that memory is bounded;
// what is forgotten is told again, which changes nothing (calls are known by their ids). Main thread only.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <utility>

#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

class ToldAlready {
  public:
    static constexpr std::size_t kGeneration = 50'000;

    // Those that are new, which count as told from now on.
    CallStatements take_new(CallStatements statements)
    {
        std::erase_if(statements, [this](const CallStatement& each) { return !is_new(each); });
        return statements;
    }

  private:
    bool is_new(const CallStatement& each)
    {
        std::string key = std::to_string(static_cast<int>(each.type)) + '\n' +
                          std::to_string(each.at.time_since_epoch().count()) + '\n' + each.id;
        for (const auto& name : each.agents) key += '\n' + name;
        key += '\n' + each.ended_by + '\n' + std::to_string(each.wrap_up.value_or(Duration{-1}).count());
        if (young_.contains(key) || old_.contains(key)) return false;
        if (young_.size() >= kGeneration) old_ = std::exchange(young_, {});
        young_.insert(std::move(key));
        return true;
    }

    std::unordered_set<std::string> young_;
    std::unordered_set<std::string> old_;
};

}  // namespace breakwatch
