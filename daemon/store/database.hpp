// SQLite with errors as values. A connection and its statements belong to one thread.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "store/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace breakwatch {

class Statement;

class Database {
  public:
    // `immutable`: for a file that nobody writes to, where neither lock nor index may be made beside it.
    enum class Mode : std::uint8_t { create, read_only, immutable };

    // ":memory:" is a database that is gone with this object.
    static std::expected<Database, std::string> open(const std::filesystem::path& file, Mode mode);

    [[nodiscard]] std::expected<void, std::string> execute(const char* sql);
    // A statement that cannot be compiled is an error of ours: throws std::logic_error.
    Statement prepare(std::string_view sql);
    // "store: FILE: disk I/O error while DOING"
    std::string error(std::string_view doing) const;
    std::int64_t changes() const;
    // A table that a later migration makes: what only reads migrates nothing.
    bool has_table(std::string_view name);

  private:
    struct Close {
        void operator()(sqlite3* handle) const;
    };
    std::unique_ptr<sqlite3, Close> handle_;
    std::string name_;
};

// Bound left to right, read left to right. Does not outlive its database.
class Statement {
  public:
    enum class Step : std::uint8_t { row, done, failed };

    Statement& bind(std::int64_t value);
    Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
    Statement& bind(std::string_view text);
    Statement& bind_blob(std::span<const std::uint8_t> bytes);
    Statement& bind_null();
    Step step();
    void reset();

    std::int64_t integer(int column) const;
    std::string text(int column) const;
    std::string blob(int column) const;

  private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement) : handle_(statement) {}

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
    void bound(int code) { unbound_ = unbound_ || code != 0; }

    int bound_ = 0;
    bool unbound_ = false;  // a value found no memory: the statement must not run without it
};

// Rolls back unless committed.
class Transaction {
  public:
    explicit Transaction(Database& database) : database_(database) {}
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    [[nodiscard]] std::expected<void, std::string> begin();
    [[nodiscard]] std::expected<void, std::string> commit();

  private:
    Database& database_;
    bool open_ = false;
};

}  // namespace breakwatch
