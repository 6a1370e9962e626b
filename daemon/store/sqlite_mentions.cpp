// Mentions, and what is known of each.
#include "store/sqlite_store.hpp"

namespace breakwatch {

std::expected<std::uint64_t, std::string> SqliteStore::record(const RecordMention&)
{
    return last_sequence();
}

}  // namespace breakwatch
