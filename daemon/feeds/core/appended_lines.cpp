#include "feeds/core/appended_lines.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace breakwatch {

namespace {

constexpr std::size_t kRemembered = 64;  // a queue_log's line begins with its time: no two are alike

}  // namespace

OpenFile::OpenFile(const std::string& path)
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)),
      error_(descriptor_ < 0 ? errno : 0)
{}

OpenFile::OpenFile(OpenFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), error_(other.error_)
{}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept
{
    std::swap(descriptor_, other.descriptor_);
    std::swap(error_, other.error_);
    return *this;
}

OpenFile::~OpenFile()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

AppendedLines::AppendedLines(std::string path, std::size_t longest_line)
    : path_(std::move(path)), longest_line_(longest_line)
{}

void AppendedLines::reopen()
{
    file_ = OpenFile{};
    inode_.reset();
}

void AppendedLines::take_rest(const std::function<void(const Line&)>& take)
{
    if (!begun_.empty()) take({begun_, ++number_, too_long_});
    begun_.clear();
    too_long_ = false;
}

void AppendedLines::begin_file()
{
    offset_ = 0;
    number_ = 0;
    before_.clear();
    begun_.clear();
    too_long_ = false;
}

// Shorter than what was read, or something else where that was.
bool AppendedLines::truncated(std::uint64_t size) const
{
    if (size <= offset_ || before_.empty()) return size < offset_;
    std::array<char, kRemembered> now;
    const auto from = static_cast<off_t>(offset_ - before_.size());
    const auto got = ::pread(file_.descriptor(), now.data(), before_.size(), from);
    return got >= 0 && std::string_view(now.data(), static_cast<std::size_t>(got)) != before_;
}

void AppendedLines::remember(std::string_view bytes)
{
    before_.append(bytes.substr(bytes.size() - std::min(bytes.size(), kRemembered)));
    before_.erase(0, before_.size() - std::min(before_.size(), kRemembered));
}

void AppendedLines::open(Look& look)
{
    file_ = OpenFile(path_);
    struct stat status{};
    if (!file_.is_open() || ::fstat(file_.descriptor(), &status) != 0) {
        look.error = file_.is_open() ? errno : file_.error();
        file_ = OpenFile{};
        return;
    }
    inode_ = status.st_ino;
    begin_file();
}

AppendedLines::Look AppendedLines::look(std::size_t most,
                                        const std::function<void(const Line&)>& take)
{
    Look look;
    std::size_t taken = 0;
    if (!file_.is_open()) open(look);
    if (!file_.is_open()) return look;
    look.found = true;

    struct stat status{};
    if (::fstat(file_.descriptor(), &status) == 0 &&
        truncated(static_cast<std::uint64_t>(status.st_size))) {
        // The caller first ends what it has of the old content.
        look.truncated = true;
        look.more = true;
        look.half_line = !begun_.empty();
        begin_file();
        return look;
    }
    // Whether another file has the name is asked before the last read of this one: what is appended
    // in between is still seen, as writers go on in the old file until they open the new one.
    struct stat named{};
    if (::stat(path_.c_str(), &named) != 0) {
        look.found = false;
        look.error = errno;
    }
    // An empty new file was made by the rotation: the writer has not opened it yet.
    const bool other = look.found && named.st_ino != *inode_ && named.st_size > 0;
    look.more = read_some(most, taken, take);
    if (look.more || !other) return look;

    look.rotated = true;
    look.half_line = !begun_.empty();
    reopen();
    return look;
}

bool AppendedLines::read_some(std::size_t most, std::size_t& taken,
                              const std::function<void(const Line&)>& take)
{
    std::array<char, 65'536> buffer;
    while (taken < most) {
        const auto got =
            ::pread(file_.descriptor(), buffer.data(), buffer.size(), static_cast<off_t>(offset_));
        if (got <= 0) return false;
        const auto size = static_cast<std::size_t>(got);
        offset_ += size;
        taken += size;
        remember(std::string_view(buffer.data(), size));
        split(std::string_view(buffer.data(), size), take);
    }
    return true;
}

void AppendedLines::split(std::string_view bytes, const std::function<void(const Line&)>& take)
{
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const auto part = bytes.substr(0, end);
        const auto room = longest_line_ - std::min(longest_line_, begun_.size());
        too_long_ = too_long_ || part.size() > room;
        begun_.append(part.substr(0, room));
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + 1);
        take({begun_, ++number_, too_long_});
        begun_.clear();
        too_long_ = false;
    }
}

}  // namespace breakwatch
