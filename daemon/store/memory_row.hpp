// A piece of the engine's memory as it lies on disk: sealed with the identity key, so that nothing in it tells who or
// which device without it.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "policy/memory.hpp"
#include "store/identity_key.hpp"

namespace breakwatch {

struct MemoryRow {
    std::string id;     // keyed hash: the same piece, told anew, replaces itself
    std::string owner;  // pseudonym; "" where it is nobody's
    Timestamp until;
    std::string sealed;
};

// One transaction. In the order of the members.
struct MemoryUpdate {
    std::vector<MemoryRow> put;
    std::vector<MemoryRow> put_last;     // those that follow the effects they tell of
    std::vector<std::string> gone;       // ids
    std::vector<std::string> forgotten;  // owners
};

// `changes.rows` that are `gone` become ids.
MemoryUpdate seal(const MemoryChanges& changes, const IdentityKey& key);
// In words why it cannot be read: another key, spoilt, or of a later version.
std::expected<Memory, std::string> unseal_memory(const std::string& sealed, const IdentityKey& key);

}  // namespace breakwatch
