// The tables and how older ones become today's.
#pragma once

#include <expected>

#include "store/database.hpp"

namespace breakwatch {

// Journal mode, synchronous writes, then every migration that is missing, in one transaction. Refused:
// a database of a later version of the program.
[[nodiscard]] std::expected<void, std::string> prepare_schema(Database& database);

}  // namespace breakwatch
