// What headers and bodies of messages are made with: text on one line, cutting between characters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// Well-formed UTF-8 on one line.
std::string clean_line(std::string_view text);
// Cleaned text to at most `most` octets, between two characters; what was cut ends with an ellipsis, where it fits.
void cut_line(std::string& text, std::size_t most);
// PRINTUSASCII of at most `most`, "-" when there is nothing.
std::string header_field(std::string_view value, std::size_t most);
// Since 1970, in digits.
std::string epoch_milliseconds(Timestamp at);

}  // namespace breakwatch
