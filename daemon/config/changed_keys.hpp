// In which keys two configurations differ, by their dotted paths ("syslog[0].host"), in the order of names.
#pragma once

#include <string>
#include <vector>

namespace breakwatch {

// Both have been read without an error. Comments, order of keys and notation of lists make no difference; a key that
// came or went is one.
std::vector<std::string> changed_keys(const std::string& before, const std::string& after);

}  // namespace breakwatch
