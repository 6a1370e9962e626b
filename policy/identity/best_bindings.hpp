// Of several statements about one person the best.
#pragma once

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

#include "policy/identity/binding.hpp"

namespace breakwatch {

// The better of two statements about one person: the stronger, then the one that began earlier.
inline bool better(const Binding& a, const Binding& b)
{
    return std::tie(a.grade, a.from, a.reason) < std::tie(b.grade, b.from, b.reason);
}

inline std::vector<Binding> best_of_each(std::vector<Binding> bindings)
{
    std::ranges::sort(bindings, better);
    std::set<StaffId> seen;
    std::erase_if(bindings, [&seen](const Binding& b) { return !seen.insert(b.staff).second; });
    return bindings;
}

}  // namespace breakwatch
