// One YAML mapping, read key by key: knows its place in the file and which keys were asked for, and
// notes everything wrong with it instead of stopping at the first. yaml-cpp stays in this folder.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/encoding.hpp"
#include "config/near_word.hpp"
#include "config/parse_duration.hpp"
#include "config/yaml_file.hpp"
#include "policy/types.hpp"

namespace breakwatch {

class YamlMap {
  public:
    // `path`: dotted key of this mapping, "" for the whole file. A node that is no mapping is noted.
    YamlMap(YamlFile& file, const YAML::Node& node, std::string path);
    // Notes every key nobody asked for, with a near miss if there is one.
    ~YamlMap();
    YamlMap(const YamlMap&) = delete;
    YamlMap& operator=(const YamlMap&) = delete;

    bool has(const std::string& key);
    enum class Shape : std::uint8_t { absent, text, list, map };
    Shape shape(const std::string& key);
    // Where this mapping begins in the file, from 1.
    std::size_t line() const { return static_cast<std::size_t>(node_.Mark().line + 1); }
    // Each leaves `value` alone when the key is absent, and notes an error when it is not what it should be.
    void text(const std::string& key, std::string& value);
    void boolean(const std::string& key, bool& value);
    template <typename Integer>
    void integer(const std::string& key, Integer& value, std::int64_t least, std::int64_t most)
    {
        if (const auto read = read_integer(key, least, most)) value = static_cast<Integer>(*read);
    }
    void real(const std::string& key, double& value, double least, double most);
    bool duration(const std::string& key, Duration& value);  // "15min", "2h", "180 days"; whether it was there and good
    void octets(const std::string& key, std::size_t& value);  // "512MiB", "1 GiB"
    void date(const std::string& key, std::string& value);    // ISO 8601 calendar date
    void encoding(const std::string& key, Encoding& value);
    // The same of what comes line by line, which two or four octets a character would break.
    void encoding_of_lines(const std::string& key, Encoding& value);
    void file_path(const std::string& key, std::filesystem::path& value);
    void texts(const std::string& key, std::vector<std::string>& values);
    // A list, or a single text for a list of one.
    void text_or_texts(const std::string& key, std::vector<std::string>& values);
    // The same, where only some words mean something; `known` empty: not looked at.
    void known_texts(const std::string& key, std::vector<std::string>& values, std::span<const std::string> known);
    void file_paths(const std::string& key, std::vector<std::filesystem::path>& values);
    template <typename Enum>
    void one_of(const std::string& key, Enum& value, std::span<const std::pair<std::string_view, Enum>> names)
    {
        std::vector<std::string_view> words;
        for (const auto& [word, each] : names) words.push_back(word);
        if (const auto index = read_word(key, words)) value = names[*index].second;
    }
    void required(const std::string& key, const std::string& what);
    // Nested mapping, and list of mappings; `read` is called for each that is there.
    void map(const std::string& key, const std::function<void(YamlMap&)>& read);
    void maps(const std::string& key, const std::function<void(YamlMap&)>& read);
    // Every key with a mapping below it, in the file's order: keys are the user's own names.
    void named_maps(const std::function<void(const std::string& name, YamlMap&)>& read);
    // The same of keys with a text each.
    void named_texts(const std::function<void(const std::string& name, const std::string& value)>& read);
    // Its keys are no concern of the caller's.
    void pass_over() { all_asked_ = true; }
    // Notes something wrong with the value of `key` (or with this mapping when `key` is empty).
    void wrong(const std::string& key, const std::string& text);
    // What is wrong with a file that this one names.
    void take(const ConfigErrors& of_another);
    // For lists of words that a caller checks itself.
    std::optional<std::size_t> index_of(const std::string& key, const std::string& word,
                                        std::span<const std::string_view> words);

  private:
    YAML::Node child(const std::string& key);
    std::string path_of(const std::string& key) const;
    std::optional<std::string> scalar(const std::string& key, const char* expected);
    std::optional<std::int64_t> read_integer(const std::string& key, std::int64_t least, std::int64_t most);
    std::optional<std::size_t> read_word(const std::string& key, std::span<const std::string_view> words);

    YamlFile& file_;
    YAML::Node node_;
    std::string path_;
    std::vector<std::string> asked_;
    bool all_asked_ = false;
};

// "512MiB", "1 GiB"; none: no such size, or over a TiB.
std::optional<std::size_t> parse_octets(std::string_view text);

}  // namespace breakwatch
