// Octets as hexadecimal digits, for JSON and paper.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

std::string hex_of(std::string_view octets);
// None: anything but pairs of hexadecimal digits.
std::optional<std::string> octets_of_hex(std::string_view text);

}  // namespace breakwatch
