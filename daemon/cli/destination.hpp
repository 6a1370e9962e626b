// A destination of alerts as a command names it.
#pragma once

#include <expected>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/outcome.hpp"
#include "config/config.hpp"

namespace breakwatch {

template <typename Table>
std::vector<std::string_view> words_of(const Table& table)
{
    std::vector<std::string_view> words;
    for (const auto& each : table) words.push_back(each.word);
    return words;
}

// "" `word` is one of them.
std::string unknown_word(const char* option, const std::string& word, std::span<const std::string_view> known);
// Of the configuration, with words that are known; else what to say.
std::expected<SyslogConfig, Outcome> destination_named(const std::filesystem::path& config, const char* option,
                                                       const std::string& name);

}  // namespace breakwatch
