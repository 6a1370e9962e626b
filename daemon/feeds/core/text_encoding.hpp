// Octets of a file that people or their programs wrote, to valid UTF-8 or to what is wrong with them, by row.
//
//     const auto file = read_text_file(path, config.encoding);      // or decode_text(name, octets, encoding)
//     if (!file) return std::unexpected(file.error());              // RowErrors: file, row, what, which key to set
//     if (const auto told = told_encoding(*file, path.string())) notes.push_back(*told);   // recognised: say so
//     CsvTable::parse(path.string(), file->text, ...);              // UTF-8, no mark, no NUL, composed (NFC)
//
// By Encoding::automatic UTF-8 is taken as it is, UTF-16 and ISO-2022-JP by their signs, and what else is no UTF-8
// only where one encoding alone makes sense of it. The conversion is ICU's: the same on every machine, whatever
// locales it has, with Windows' extensions of Shift_JIS and EUC-JP.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "config/encoding.hpp"
#include "feeds/core/csv_table.hpp"

namespace breakwatch {

struct DecodedText {
    // Line ends as they were; other controls are spaces, marks that nobody sees are gone (policy/text.hpp).
    std::string text;
    Encoding encoding = Encoding::utf_8;  // what it was read as
    bool recognised = false;              // by its octets alone: to be told
};

std::expected<DecodedText, RowErrors> decode_text(const std::string& file, std::string_view octets,
                                                  Encoding encoding = Encoding::automatic);
// The same of a file of at most CsvTable::kLargestFile octets.
std::expected<DecodedText, RowErrors> read_text_file(const std::filesystem::path& path,
                                                     Encoding encoding = Encoding::automatic);
// "read as shift_jis; set encoding: shift_jis to be sure", by the configuration's key; none where nothing was guessed.
std::optional<RowError> told_encoding(const DecodedText& text, const std::string& file,
                                      const std::string& key = "encoding");

}  // namespace breakwatch
