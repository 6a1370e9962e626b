#include "feeds/leases/kea_lease_files.hpp"

#include <cerrno>
#include <utility>

#include <sys/stat.h>

namespace breakwatch {

namespace {

constexpr std::size_t kPerLook = 1024 * 1024;  // bytes, so that the loop gets its turn
constexpr std::size_t kEverything = static_cast<std::size_t>(-1);

ino_t inode_of(const std::string& path)
{
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

template <typename Value>
void append(std::vector<Value>& all, std::vector<Value> more)
{
    all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

KeaLeaseFiles::KeaLeaseFiles(std::string path, std::size_t longest_row, Refuse refuse)
    : path_(std::move(path)), longest_row_(longest_row), refuse_(std::move(refuse)), lines_(path_, longest_row)
{}

KeaLeaseFiles::Inodes KeaLeaseFiles::inodes() const
{
    return {inode_of(path_ + ".completed"), inode_of(path_ + ".2"), inode_of(path_ + ".1"), inode_of(path_)};
}

void KeaLeaseFiles::take_line(const std::string& path, const AppendedLines::Line& line, Rows& rows)
{
    const auto where = [&] { return path + ":" + std::to_string(line.number); };
    if (line.too_long) {
        return refuse_(where(), "row too long; expected at most " + std::to_string(longest_row_) + " bytes");
    }
    if (line.number == 1) {
        columns_.reset();
        const auto columns = KeaColumns::of_header(line.text);
        if (columns)
            columns_ = *columns;
        else
            refuse_(where(), columns.error());
        return;
    }
    if (!columns_ || line.text.empty()) return;
    const auto row = columns_->parse(line.text);
    if (!row) return refuse_(where(), row.error());
    if (!*row) return;
    if (rows.size() >= kRows) return refuse_(where(), "more than " + std::to_string(kRows) + " rows at once");
    rows.push_back(**row);
}

void KeaLeaseFiles::read_whole(const std::string& path, Rows& rows)
{
    AppendedLines lines(path, longest_row_);
    lines.look(kEverything, [&](const AppendedLines::Line& line) { take_line(path, line, rows); });
}

// All rows there are, in the order of the journal; none while the files are being swapped. The last
// file stays open to be followed.
std::optional<KeaLeaseFiles::Rows> KeaLeaseFiles::read_everything(Look& look)
{
    const auto before = inodes();
    if (before[3] == 0) {
        look.error = ENOENT;
        return std::nullopt;
    }
    Rows rows;
    read_whole(before[0] != 0 ? path_ + ".completed" : path_ + ".2", rows);
    read_whole(path_ + ".1", rows);
    columns_.reset();
    lines_.reopen();
    const auto seen = lines_.look(kEverything, [&](const AppendedLines::Line& line) { take_line(path_, line, rows); });
    look.found = seen.found;
    look.error = seen.error;
    if (!seen.found || seen.rotated || inodes() != before) return std::nullopt;
    return rows;
}

void KeaLeaseFiles::read_anew(Look& look, Timestamp seen)
{
    const auto rows = read_everything(look);
    if (!rows) return;
    stale_ = false;
    if (std::exchange(first_, false)) {
        for (const auto& row : *rows) append(look.leases, table_.take(row, std::nullopt));
        return;
    }
    KeaLeaseTable anew;
    for (const auto& row : *rows) anew.take(row, std::nullopt);
    append(look.leases, table_.become(anew, seen));
}

// After a swap the old file must be FILE.1 now: then nothing was missed. Otherwise kea-lfc has been
// quicker than we were, or swapped twice.
void KeaLeaseFiles::follow(Look& look, Timestamp seen)
{
    const auto inode = lines_.inode();
    Rows rows;
    const auto got = lines_.look(kPerLook, [&](const AppendedLines::Line& line) { take_line(path_, line, rows); });
    look.found = got.found;
    look.error = got.error;
    for (const auto& row : rows) append(look.leases, table_.take(row, seen));
    stale_ = got.truncated || (got.rotated && inode != inode_of(path_ + ".1"));
    look.more = got.more || got.rotated;
}

KeaLeaseFiles::Look KeaLeaseFiles::look(Timestamp seen)
{
    Look look;
    if (stale_)
        read_anew(look, seen);
    else
        follow(look, seen);
    return look;
}

}  // namespace breakwatch
