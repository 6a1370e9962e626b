// What the numbers of alerts are unique within. A database that was put back from an older copy, or that lost its end,
// gives numbers again that receivers have seen for other alerts. So the last number that left the store stands in a
// file beside it, and where the database is behind that, numbers go on in an epoch of their own, which each alert
// names.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "store/alert.hpp"
#include "store/database.hpp"

namespace breakwatch {

// The file `handed-out`: epoch, the last number that left the store, and when the file itself was made, by which a copy
// of it is known.
class HandedOut {
  public:
    HandedOut() = default;  // of a store in memory, which keeps nothing
    ~HandedOut();
    HandedOut(HandedOut&& other) noexcept;
    HandedOut& operator=(HandedOut&& other) noexcept;

    // Before it leaves: it is on the disk when this returns.
    [[nodiscard]] std::expected<void, std::string> reach(std::uint64_t sequence);

  private:
    friend std::expected<HandedOut, std::string> settle_epoch(Database& database,
                                                              const std::filesystem::path& directory);
    [[nodiscard]] std::expected<void, std::string> write() const;

    int file_ = -1;
    std::filesystem::path path_;
    std::string epoch_;
    std::uint64_t last_ = 0;
};

// Whoever records asks first: begins an epoch where numbers of the one before may have been given out that the database
// does not know, and records that it did. The database has its tables.
std::expected<HandedOut, std::string> settle_epoch(Database& database, const std::filesystem::path& directory);
// For the operator's tool: the database, to be recorded in.
std::expected<Database, std::string> open_to_record(const std::filesystem::path& file);

// Those of a database, by their first numbers.
class Epochs {
  public:
    static std::expected<Epochs, std::string> of(Database& database);

    // The alert's; the first of an epoch has none before it. "" before there were epochs.
    void put_into(Alert& alert) const;
    std::string latest() const { return begins_.empty() ? "" : begins_.back().second; }

  private:
    std::vector<std::pair<std::uint64_t, std::string>> begins_;
};

}  // namespace breakwatch
