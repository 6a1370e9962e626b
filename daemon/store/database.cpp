#include "store/database.hpp"

#include <sqlite3.h>

#include <stdexcept>

#include "store/octets.hpp"

namespace breakwatch {

namespace {

// How long a write waits for the operator's tool, which reads the same file.
constexpr int kBusyMilliseconds = 5'000;

int flags_of(Database::Mode mode)
{
    switch (mode) {
        case Database::Mode::create: return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
        case Database::Mode::read_only: return SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
        case Database::Mode::immutable: break;
    }
    return SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
}

std::string immutable_uri(const std::string& file)
{
    std::string uri = "file:";
    for (const char c : file) {
        if (c == '%') {
            uri += "%25";
        } else if (c == '?') {
            uri += "%3f";
        } else if (c == '#') {
            uri += "%23";
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

}  // namespace

void Database::Close::operator()(sqlite3* handle) const
{
    sqlite3_close(handle);
}

std::expected<Database, std::string> Database::open(const std::filesystem::path& file, Mode mode)
{
    Database database;
    database.name_ = file.string();
    sqlite3* handle = nullptr;
    const auto name = mode == Mode::immutable ? immutable_uri(database.name_) : database.name_;
    const int code = sqlite3_open_v2(name.c_str(), &handle, flags_of(mode), nullptr);
    database.handle_.reset(handle);
    if (code != SQLITE_OK) return std::unexpected(database.error("opening it"));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    return database;
}

std::expected<void, std::string> Database::execute(const char* sql)
{
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return std::unexpected(error("running \"" + std::string(sql).substr(0, 40) + "\""));
    return {};
}

Statement Database::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) throw std::logic_error(error("preparing " + std::string(sql)));
    return Statement(statement);
}

std::string Database::error(std::string_view doing) const
{
    const char* words = handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory";
    return "store: " + name_ + ": " + words + " while " + std::string(doing);
}

bool Database::has_table(std::string_view name)
{
    auto query = prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    return query.bind(name).step() == Statement::Step::row;
}

std::int64_t Database::changes() const
{
    return sqlite3_changes64(handle_.get());
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

Statement& Statement::bind(std::int64_t value)
{
    bound(sqlite3_bind_int64(handle_.get(), ++bound_, value));
    return *this;
}

Statement& Statement::bind(std::string_view text)
{
    bound(sqlite3_bind_text64(handle_.get(), ++bound_, text.data() == nullptr ? "" : text.data(), text.size(),
                              SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind_blob(std::span<const std::uint8_t> bytes)
{
    bound(sqlite3_bind_blob64(handle_.get(), ++bound_, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind_null()
{
    bound(sqlite3_bind_null(handle_.get(), ++bound_));
    return *this;
}

Statement::Step Statement::step()
{
    if (unbound_) return Step::failed;
    switch (sqlite3_step(handle_.get())) {
        case SQLITE_ROW: return Step::row;
        case SQLITE_DONE: return Step::done;
        default: return Step::failed;
    }
}

void Statement::reset()
{
    sqlite3_reset(handle_.get());
    sqlite3_clear_bindings(handle_.get());
    bound_ = 0;
    unbound_ = false;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(handle_.get(), column);
}

std::string Statement::text(int column) const
{
    const auto* bytes = sqlite3_column_text(handle_.get(), column);
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
    return bytes == nullptr ? std::string() : std::string(characters_of({bytes, length}));
}

std::string Statement::blob(int column) const
{
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
    return bytes == nullptr ? std::string() : std::string(bytes, length);
}

Transaction::~Transaction()
{
    if (open_) (void)database_.execute("ROLLBACK");
}

std::expected<void, std::string> Transaction::begin()
{
    auto begun = database_.execute("BEGIN IMMEDIATE");
    open_ = begun.has_value();
    return begun;
}

std::expected<void, std::string> Transaction::commit()
{
    auto committed = database_.execute("COMMIT");
    if (committed) open_ = false;
    return committed;
}

}  // namespace breakwatch
