// One thing wrong in a YAML file, with its place. A loader reports all of them at once.
#pragma once

#include <string>
#include <vector>

namespace breakwatch {

struct ConfigError {
    std::string file;
    int line = 0;      // 1-based; 0: the file as a whole
    int column = 0;    // 1-based
    std::string key;   // dotted path: "syslog[0].port"
    std::string text;  // what was found, what was expected, a near miss if there is one
};

using ConfigErrors = std::vector<ConfigError>;

// "breakwatch.yaml:12:5: syslog[0].prot: unknown key; did you mean 'port'?"
std::string to_string(const ConfigError& error);

}  // namespace breakwatch
