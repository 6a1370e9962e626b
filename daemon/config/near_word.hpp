// "did you mean ...?": the word that a misspelt one was probably meant to be.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace breakwatch {

// Nothing where none is within two letters.
std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> words);

}  // namespace breakwatch
