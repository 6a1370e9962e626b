// The folder of a kit: its recordings, one kit at a time, and a new one never over another.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/kit_plan.hpp"

namespace breakwatch {

class KitFolder {
  public:
    // Makes it where it is not, for its owner alone, and tries to write there: an hour's session is not to find out.
    static std::expected<KitFolder, std::string> open(const std::filesystem::path& path);
    ~KitFolder();
    KitFolder(KitFolder&& other) noexcept;
    KitFolder(const KitFolder&) = delete;
    KitFolder& operator=(const KitFolder&) = delete;

    // Every *.rec in it, by name. The error names one that is none.
    std::expected<std::vector<KitRecording>, std::string> read() const;
    const std::filesystem::path& path() const { return path_; }

  private:
    KitFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}

    std::filesystem::path path_;
    int lock_;
};

}  // namespace breakwatch
