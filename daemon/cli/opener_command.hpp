// breakwatch opener make: a key pair of a person who approves of opening names. Needs neither configuration nor state
// directory, so that it is made where its owner keeps it.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct OpenerMakeOptions {
    std::filesystem::path output;
    std::filesystem::path passphrase_file;
    std::string name = "NAME";
};

Outcome run_opener_make(const OpenerMakeOptions& options);

}  // namespace breakwatch
