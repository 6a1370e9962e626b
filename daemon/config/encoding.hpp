// The encodings in which text files may come, by the words of the configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

enum class Encoding : std::uint8_t {
    automatic,  // UTF-8, or what is recognised without doubt
    utf_8,
    utf_16,  // by its byte order mark; without one little-endian, as Windows writes it
    utf_16le,
    utf_16be,
    utf_32le,
    utf_32be,
    shift_jis,  // with the extensions of Windows (CP932)
    euc_jp,
    iso_2022_jp,
    windows_1252,  // holds ISO 8859-1
    windows_1250,
    windows_1251,
    windows_1254,
    iso_8859_15,
    macintosh,
    gb18030,
    big5,
    euc_kr,
};

// By its own word or a usual other one ("cp932", "latin-1"), in any case.
std::optional<Encoding> parse_encoding(std::string_view word);
// "shift_jis": what to write into the configuration.
std::string_view name(Encoding encoding);
// "auto, utf-8, utf-16, ...": for people.
std::string encoding_words();

}  // namespace breakwatch
