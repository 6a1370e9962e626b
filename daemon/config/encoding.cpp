#include "config/encoding.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace breakwatch {

namespace {

using enum Encoding;
using Word = std::pair<std::string_view, Encoding>;

// The first word of each is its name.
constexpr std::array kWords{
    Word{"auto", automatic},      Word{"utf-8", utf_8},
    Word{"utf8", utf_8},          Word{"utf-8-bom", utf_8},
    Word{"utf-8-sig", utf_8},     Word{"utf-16", utf_16},
    Word{"utf16", utf_16},        Word{"unicode", utf_16},
    Word{"utf-16le", utf_16le},   Word{"utf-16be", utf_16be},
    Word{"utf-32le", utf_32le},   Word{"utf-32be", utf_32be},
    Word{"shift_jis", shift_jis}, Word{"shift-jis", shift_jis},
    Word{"sjis", shift_jis},      Word{"cp932", shift_jis},
    Word{"ms932", shift_jis},     Word{"windows-31j", shift_jis},
    Word{"ms_kanji", shift_jis},  Word{"euc-jp", euc_jp},
    Word{"eucjp", euc_jp},        Word{"iso-2022-jp", iso_2022_jp},
    Word{"jis", iso_2022_jp},     Word{"windows-1252", windows_1252},
    Word{"cp1252", windows_1252}, Word{"latin-1", windows_1252},
    Word{"latin1", windows_1252}, Word{"iso-8859-1", windows_1252},
    Word{"ansi", windows_1252},   Word{"windows-1250", windows_1250},
    Word{"cp1250", windows_1250}, Word{"windows-1251", windows_1251},
    Word{"cp1251", windows_1251}, Word{"windows-1254", windows_1254},
    Word{"cp1254", windows_1254}, Word{"iso-8859-15", iso_8859_15},
    Word{"latin-9", iso_8859_15}, Word{"macintosh", macintosh},
    Word{"mac-roman", macintosh}, Word{"gb18030", gb18030},
    Word{"gbk", gb18030},         Word{"gb2312", gb18030},
    Word{"cp936", gb18030},       Word{"big5", big5},
    Word{"cp950", big5},          Word{"euc-kr", euc_kr},
    Word{"cp949", euc_kr},        Word{"ks_c_5601-1987", euc_kr},
};

}  // namespace

std::optional<Encoding> parse_encoding(std::string_view word)
{
    std::string low(word);
    for (char& c : low) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    const auto* const at = std::ranges::find(kWords, std::string_view(low), &Word::first);
    return at == kWords.end() ? std::nullopt : std::optional(at->second);
}

std::string_view name(Encoding encoding)
{
    return std::ranges::find(kWords, encoding, &Word::second)->first;
}

std::string encoding_words()
{
    std::string words;
    for (auto each = kWords.begin(); each != kWords.end(); ++each) {
        if (name(each->second) == each->first) words += (words.empty() ? "" : ", ") + std::string(each->first);
    }
    return words;
}

}  // namespace breakwatch
