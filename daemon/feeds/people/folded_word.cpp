#include "feeds/people/folded_word.hpp"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <vector>

namespace breakwatch {

namespace {

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string with_single_blanks(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if (!is_blank(c)) {
            out += c;
        } else if (!out.empty() && out.back() != ' ') {
            out += ' ';
        }
    }
    if (out.ends_with(' ')) out.pop_back();
    return out;
}

std::string ascii_lower(std::string_view text)
{
    std::string low(text);
    for (char& c : low) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return low;
}

}  // namespace

std::string folded_word(std::string_view word)
{
    constexpr std::size_t kMost = 4096;
    const bool ascii = std::ranges::all_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii || word.size() > kMost) return with_single_blanks(ascii_lower(word));
    UErrorCode status = U_ZERO_ERROR;
    std::vector<UChar> wide(word.size() + 1);
    std::int32_t length = 0;
    u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &length, word.data(),
                  static_cast<std::int32_t>(word.size()), &status);
    const auto* folding = unorm2_getNFKCCasefoldInstance(&status);
    // One code unit becomes at most 18 (U+FDFA).
    std::vector<UChar> folded(static_cast<std::size_t>(length) * 18 + 1);
    if (U_SUCCESS(status)) {
        length = unorm2_normalize(folding, wide.data(), length, folded.data(), static_cast<std::int32_t>(folded.size()),
                                  &status);
    }
    std::string out(static_cast<std::size_t>(length > 0 ? length : 0) * 3 + 1, '\0');
    std::int32_t size = 0;
    if (U_SUCCESS(status))
        u_strToUTF8(out.data(), static_cast<std::int32_t>(out.size()), &size, folded.data(), length, &status);
    if (U_FAILURE(status)) return with_single_blanks(ascii_lower(word));
    out.resize(static_cast<std::size_t>(size));
    return with_single_blanks(out);
}

}  // namespace breakwatch
