// Words that people write, compared as they mean them: without case, width ("ＳＨＩＦＴ") and outer blanks.
#pragma once

#include <string>
#include <string_view>

namespace breakwatch {

// NFKC with full case folding, blanks at the ends off and others as one space; what is no UTF-8 stays as it is.
std::string folded_word(std::string_view word);

}  // namespace breakwatch
