// An alert as any format may show it: text on one line and well formed, names that are names, and no more of it than
// there is room for.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "store/alert.hpp"

namespace breakwatch {

struct ShownAlert {
    Alert alert;
    bool truncated = false;  // something was cut: the body says so
};

// No name of a field stands twice, nor for something else that a body tells (its time, its text, ...).
ShownAlert clean_alert(const Alert& alert);

// The body, which `write` makes of `shown` as it then is, in at most `most` octets. What is too long loses its text
// first, then the longest values are cut to one length, then the last fields go whole; what is cut ends with an
// ellipsis. Numbers are never cut: they are short.
std::string fit_alert(ShownAlert& shown, std::size_t most, const std::function<std::string()>& write);

}  // namespace breakwatch
