// A passphrase: from the terminal, without echo, or from a file.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace breakwatch {

struct PassphraseQuestion {
    std::filesystem::path file;  // its first line; empty: the terminal is asked
    std::string before;          // shown on the terminal first, so that nobody agrees to what he did not see
    std::string prompt;
    bool twice = false;  // for a new one
};

std::expected<std::string, std::string> read_passphrase(const PassphraseQuestion& question);

}  // namespace breakwatch
