// What a hostile phone sends, by kind of attack: frames made beforehand, and where each cycle through them writes its
// number, so that the next cycle's are others.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "support/hex.hpp"

namespace breakwatch::attack {

struct Frames {
    std::vector<test::Octets> frames;
    // Offset of two octets that the number of the cycle is added to in every frame; 0: all cycles are alike.
    std::size_t cycle_at = 0;
};

struct Kind {
    std::string name;
    std::string what;
    Frames (*make)();
};

// The first is ordinary traffic, to compare with.
const std::vector<Kind>& kinds();

}  // namespace breakwatch::attack
