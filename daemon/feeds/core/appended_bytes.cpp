#include "feeds/core/appended_bytes.hpp"

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
    : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)), error_(descriptor_ < 0 ? errno : 0)
{}

OpenFile::OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)), error_(other.error_)
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

AppendedBytes::AppendedBytes(std::string path) : path_(std::move(path)) {}

void AppendedBytes::reopen()
{
    file_ = OpenFile{};
    inode_.reset();
}

// Shorter than what was read, or something else where that was.
bool AppendedBytes::truncated(std::uint64_t size) const
{
    if (size <= offset_ || before_.empty()) return size < offset_;
    std::array<char, kRemembered> now;
    const auto from = static_cast<off_t>(offset_ - before_.size());
    const auto got = ::pread(file_.descriptor(), now.data(), before_.size(), from);
    return got >= 0 && std::string_view(now.data(), static_cast<std::size_t>(got)) != before_;
}

void AppendedBytes::remember(std::string_view bytes)
{
    before_.append(bytes.substr(bytes.size() - std::min(bytes.size(), kRemembered)));
    before_.erase(0, before_.size() - std::min(before_.size(), kRemembered));
}

void AppendedBytes::open(Look& look)
{
    file_ = OpenFile(path_);
    struct stat status{};
    if (!file_.is_open() || ::fstat(file_.descriptor(), &status) != 0) {
        look.error = file_.is_open() ? errno : file_.error();
        file_ = OpenFile{};
        return;
    }
    inode_ = status.st_ino;
    offset_ = 0;
    before_.clear();
}

AppendedBytes::Look AppendedBytes::look(std::size_t most, const Take& take)
{
    Look look;
    if (!file_.is_open()) open(look);
    if (!file_.is_open()) return look;
    look.found = true;

    struct stat status{};
    if (::fstat(file_.descriptor(), &status) == 0 && truncated(static_cast<std::uint64_t>(status.st_size))) {
        // The caller first ends what it has of the old content.
        look.truncated = true;
        look.more = true;
        offset_ = 0;
        before_.clear();
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
    look.more = read_some(most, take);
    if (look.more || !other) return look;

    look.rotated = true;
    reopen();
    return look;
}

bool AppendedBytes::read_some(std::size_t most, const Take& take)
{
    std::array<char, 65'536> buffer;
    std::size_t taken = 0;
    while (taken < most) {
        const auto got = ::pread(file_.descriptor(), buffer.data(), buffer.size(), static_cast<off_t>(offset_));
        if (got <= 0) return false;
        const auto size = static_cast<std::size_t>(got);
        offset_ += size;
        taken += size;
        remember(std::string_view(buffer.data(), size));
        take(std::string_view(buffer.data(), size));
    }
    return true;
}

}  // namespace breakwatch
