// A file's content; of one that cannot be read, nothing.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace breakwatch {

inline std::string file_text(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace breakwatch
