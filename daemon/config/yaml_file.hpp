// A YAML file as a whole: its text's encoding, its syntax, where each value stands, and everything wrong with it, in
// one list. yaml-cpp stays in this folder.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "config/config_error.hpp"

namespace breakwatch {

// A whole file, and what is wrong with it so far.
struct YamlFile {
    std::string name;              // as errors call it
    std::filesystem::path folder;  // where relative paths start
    YAML::Node root;
    ConfigErrors errors;
    std::map<std::string, std::pair<int, int>> places;  // of values, by dotted key: line and column, from 1

    // Reads and parses; syntax errors and duplicate keys are noted. `text` given: that, not the file.
    static YamlFile read(const std::filesystem::path& file);
    static YamlFile parse(std::string name, const std::string& text);
    std::map<std::string, std::string> asked;  // keys, by the mapping that first asked for them

    // True, and noted: not UTF-8.
    bool refuse_encoding(const std::string& text);
    void note(const YAML::Mark& mark, std::string key, std::string text);
    // The key is there, misspelt, and told as such: once is enough.
    void forget_missing(const std::string& path, const std::string& key);
    // Sorted by place, for the user.
    ConfigErrors sorted_errors() const;
};

}  // namespace breakwatch
