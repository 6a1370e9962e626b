// One daemon a state directory: two on one store would tell each incident twice, under two sequences.
// The operator's tool does not ask for it.
#pragma once

#include <expected>
#include <filesystem>

#include "store/store.hpp"

namespace breakwatch {

class StoreLock {
  public:
    // Held until the object, or the process however it ends, is gone. `directory` exists.
    static std::expected<StoreLock, std::string> take(const std::filesystem::path& directory);
    ~StoreLock();
    StoreLock(StoreLock&& other) noexcept;
    StoreLock& operator=(StoreLock&& other) noexcept;

  private:
    explicit StoreLock(int file) : file_(file) {}
    int file_ = -1;
};

}  // namespace breakwatch
