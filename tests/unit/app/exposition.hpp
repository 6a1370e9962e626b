// Prometheus's text format, read by its description (0.0.4) and nothing of the library that wrote it.
#pragma once

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

namespace breakwatch::test {

struct Exposition {
    struct Family {
        std::string help;
        std::string type;
        std::map<std::string, double> samples;  // by labels as written, braces and all
    };
    std::map<std::string, Family> families;

    double value(const std::string& name, const std::string& labels = "") const
    {
        INFO(name, labels);
        REQUIRE(families.contains(name));
        REQUIRE(families.at(name).samples.contains(labels));
        return families.at(name).samples.at(labels);
    }
};

// Where the braces of `line` end, quoted values and what is escaped in them passed over; npos: not at all.
inline std::size_t end_of_labels(const std::string& line, std::size_t at)
{
    bool quoted = false;
    for (; at < line.size(); ++at) {
        if (quoted && line[at] == '\\') {
            ++at;
        } else if (line[at] == '"') {
            quoted = !quoted;
        } else if (line[at] == '}' && !quoted) {
            return at + 1;
        }
    }
    return std::string::npos;
}

inline Exposition read_exposition(const std::string& text)
{
    Exposition read;
    std::string family;  // whose lines are being read: all of one stand together
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        CAPTURE(line);
        std::istringstream words(line);
        std::string mark, what, name;
        if (line.starts_with("# ")) {
            words >> mark >> what >> name;
            std::string rest;
            std::getline(words >> std::ws, rest);
            CHECK_FALSE(rest.empty());
            if (what == "HELP") {
                CHECK_FALSE(read.families.contains(name));
                family = name;
                read.families[name].help = rest;
            } else {
                CHECK(what == "TYPE");
                CHECK(name == family);
                read.families[name].type = rest;
            }
            continue;
        }
        const auto end_of_name = line.find_first_of("{ ");
        REQUIRE(end_of_name != std::string::npos);
        CHECK(line.substr(0, end_of_name) == family);
        const auto end = line[end_of_name] == '{' ? end_of_labels(line, end_of_name) : end_of_name;
        REQUIRE(end != std::string::npos);
        std::size_t used = 0;
        const auto number = line.substr(end + 1);
        const auto value = std::stod(number, &used);
        CHECK(used == number.size());
        const auto labels = line.substr(end_of_name, end - end_of_name);
        CHECK(read.families[family].samples.emplace(labels, value).second);
    }
    return read;
}

}  // namespace breakwatch::test
