// A state directory, opened to be written to: its lock, its keys, its store.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "store/store.hpp"
#include "store/store_lock.hpp"

namespace breakwatch {

struct OpenState {
    StoreLock lock;  // before the keys: two first starts at once would make two
    std::shared_ptr<const IdentityKey> key;
    std::string chain_key;  // the public part, in hex: what is to be put on paper
    std::unique_ptr<Store> store;
};

// `openers`: as of open_store().
std::expected<OpenState, std::string> open_state(const std::filesystem::path& directory,
                                                 const std::vector<std::string>& sinks, std::vector<Opener> openers);

}  // namespace breakwatch
